package message

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Outcome is what became of a delivery attempt.
type Outcome string

// The outcomes. All but Deferred are final.
const (
	Delivered Outcome = "delivered"
	Deferred  Outcome = "deferred"  // failed for now, will be tried again
	Refused   Outcome = "refused"   // will not be tried again
	Abandoned Outcome = "abandoned" // no time left: expired, too old, or shutting down
)

// Event is the outcome of one attempt. It tells who was written to and why, and
// never what was written.
type Event struct {
	ID       string
	Medium   Medium
	Purpose  Purpose
	PoolID   string
	Username string
	Outcome  Outcome
	Attempt  int
	Took     time.Duration
	Reason   string // of a failure; safe to log
}

// backoff doubles from 2 s to a minute, plus up to a quarter so that messages
// which failed together do not come back together.
func backoff(attempt int) time.Duration {
	wait := min(time.Second<<min(attempt, 6), time.Minute)
	return wait + rand.N(wait/4)
}

// deliver tries until the message is delivered or given up. The outcome of the
// first attempt goes to first.
func (d *Dispatcher) deliver(l *lane, m Message, first chan<- error) {
	born := d.cfg.Now()
	for attempt := 1; ; attempt++ {
		last := d.isClosing()
		failure, took := d.try(l, m)
		if failure == nil {
			d.tell(m, Event{Outcome: Delivered, Attempt: attempt, Took: took})
			if attempt == 1 {
				first <- nil
			}
			return
		}
		if failure.Failure == Rejected || failure.Failure == Unreachable && attempt == 1 {
			d.tell(m, Event{Outcome: Refused, Attempt: attempt, Took: took, Reason: failure.Reason})
			if attempt == 1 {
				first <- failure
			}
			return
		}
		wait := d.cfg.Backoff(attempt)
		if last || d.tooLate(m, born, wait) {
			d.tell(m, Event{Outcome: Abandoned, Attempt: attempt, Took: took, Reason: failure.Reason})
			if attempt == 1 {
				first <- failure
			}
			return
		}
		d.tell(m, Event{Outcome: Deferred, Attempt: attempt, Took: took, Reason: failure.Reason})
		if attempt == 1 {
			first <- nil
		}
		d.sleep(wait)
	}
}

// try makes one attempt, within its time, once there is room for it.
func (d *Dispatcher) try(l *lane, m Message) (failure *DeliveryError, took time.Duration) {
	select {
	case l.attempts <- struct{}{}:
		defer func() { <-l.attempts }()
	case <-d.ctx.Done():
		return &DeliveryError{Failure: Temporary, Reason: "shutting down"}, 0
	}
	ctx, cancel := context.WithTimeout(d.ctx, l.limit)
	defer cancel()
	start := time.Now() // a duration, so the real clock
	transport := l.transport
	if m.Via != nil {
		transport = m.Via
	}
	if err := transport.Deliver(ctx, m); err != nil {
		failure = Classify("delivering", err)
	}
	return failure, time.Since(start)
}

// tooLate reports whether an attempt after wait would help nobody.
func (d *Dispatcher) tooLate(m Message, born time.Time, wait time.Duration) bool {
	next := d.cfg.Now().Add(wait)
	return next.Sub(born) > d.cfg.MaxAge || !m.Expires.IsZero() && next.After(m.Expires)
}

// sleep waits for d, or until the dispatcher is closing.
func (d *Dispatcher) sleep(wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-d.closing:
	}
}

func (d *Dispatcher) isClosing() bool {
	select {
	case <-d.closing:
		return true
	default:
		return false
	}
}

// tell logs an outcome and passes it on.
func (d *Dispatcher) tell(m Message, e Event) {
	e.ID, e.Medium, e.Purpose, e.PoolID, e.Username = m.ID, m.Medium, m.Purpose, m.PoolID, m.Username
	level := slog.LevelInfo
	if e.Outcome == Refused || e.Outcome == Abandoned {
		level = slog.LevelError
	} else if e.Outcome == Deferred {
		level = slog.LevelWarn
	}
	d.cfg.Logger.LogAttrs(context.Background(), level, "message "+string(e.Outcome),
		slog.Any("message", m), slog.Int("attempt", e.Attempt), slog.Duration("took", e.Took), slog.String("reason", e.Reason))
	if d.cfg.Observe != nil {
		d.cfg.Observe(e)
	}
}
