package trigger

import (
	"context"
	"log/slog"
	"time"

	"rockpool/internal/idp"
)

// Defaults of an Engine.
const (
	DefaultTimeout    = 5 * time.Second
	DefaultAttempts   = 3
	DefaultRetryDelay = 100 * time.Millisecond
)

// Engine runs triggers. Its methods may be called concurrently; its fields
// must not change once it is used.
type Engine struct {
	// Invoker reaches the functions. It is required.
	Invoker Invoker
	// Region is the region that events name.
	Region string
	// Logger gets one line per failed run, without event and answer; nil
	// discards them.
	Logger *slog.Logger
	// Now is the clock by which runs are measured; nil means time.Now.
	Now func() time.Time
	// Observe, if set, is called after each run.
	Observe func(Observation)
	// Timeout limits one attempt; 0 means DefaultTimeout.
	Timeout time.Duration
	// Attempts is how often an event is sent at most; 0 means DefaultAttempts.
	Attempts int
	// RetryDelay is the pause before the second attempt after an error that
	// is not a timeout, and grows with each; 0 means DefaultRetryDelay.
	RetryDelay time.Duration
}

// Observation is what is measured of a run.
type Observation struct {
	Trigger  string // PreSignUp, ...
	Outcome  Outcome
	Attempts int
	Duration time.Duration // of all attempts
}

// Outcome says how a run ended.
type Outcome string

// The ways a run can end.
const (
	OutcomeOK       Outcome = "ok"
	OutcomeThrown   Outcome = "thrown"   // the function refused
	OutcomeFailed   Outcome = "failed"   // it could not be run
	OutcomeTimeout  Outcome = "timeout"  // no attempt ended in time
	OutcomeInvalid  Outcome = "invalid"  // its answer cannot be used
	OutcomeCanceled Outcome = "canceled" // the caller went away
)

// run is one run of one trigger.
type run struct {
	trigger  string // the name that errors carry
	arn      string
	version  string // of the event
	call     Call
	request  any
	response any  // as it is sent, before the function fills it in
	deaf     bool // whatever the function answers is of no interest
}

// do sends the event and passes the response of the function to read, which
// may be nil if there is nothing in it.
func (e *Engine) do(ctx context.Context, r run, read func(*reader)) error {
	start := e.now()
	attempts, outcome, err := e.try(ctx, r, read)
	took := e.now().Sub(start)
	if e.Observe != nil {
		e.Observe(Observation{r.trigger, outcome, attempts, took})
	}
	if err == nil {
		return nil
	}
	if e.Logger != nil {
		e.Logger.LogAttrs(ctx, slog.LevelWarn, "trigger failed",
			slog.String("trigger", r.trigger),
			slog.String("source", string(r.call.Source)),
			slog.String("pool", r.call.PoolID),
			slog.String("function", r.arn),
			slog.String("request", idp.RequestFrom(ctx).ID),
			slog.String("outcome", string(outcome)),
			slog.Int("attempts", attempts),
			slog.Duration("took", took),
			slog.String("reason", err.reason))
	}
	return err.seen
}

// failure is an error in its two shapes: what the caller sees, and what the
// log says.
type failure struct {
	seen   error
	reason string
}

func (e *Engine) try(ctx context.Context, r run, read func(*reader)) (int, Outcome, *failure) {
	ev := &event{
		Version:       r.version,
		Region:        e.Region,
		UserPoolID:    r.call.PoolID,
		UserName:      r.call.UserName,
		CallerContext: callerContext{sdkVersion(idp.RequestFrom(ctx).UserAgent), r.call.ClientID},
		TriggerSource: r.call.Source,
		Request:       r.request,
		Response:      r.response,
	}
	if ev.CallerContext.ClientID == "" {
		ev.CallerContext.ClientID = noClient
	}
	body, err := ev.encode()
	if err != nil {
		return 0, OutcomeFailed, &failure{err, "the event cannot be written as JSON"}
	}
	if len(body) > MaxEvent {
		return 0, OutcomeFailed, &failure{ErrInvocation(r.trigger, NameRequestTooLarge), "the event is too large"}
	}
	answer, attempts, outcome, fail := e.invoke(ctx, r, body)
	if fail != nil {
		return attempts, outcome, fail
	}
	if r.deaf {
		return attempts, OutcomeOK, nil
	}
	if err := readAnswer(answer, read); err != nil {
		return attempts, OutcomeInvalid, &failure{ErrInvalidResponse, err.Error()}
	}
	return attempts, OutcomeOK, nil
}

func (e *Engine) now() time.Time {
	if e.Now != nil {
		return e.Now()
	}
	return time.Now()
}
