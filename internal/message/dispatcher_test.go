package message

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var (
	rejected    = &DeliveryError{Failure: Rejected, Reason: "550 5.1.1"}
	unreachable = &DeliveryError{Failure: Unreachable, Reason: "connection refused"}
	greylisted  = &DeliveryError{Failure: Temporary, Reason: "451 4.7.1"}
)

// script is a transport that answers each attempt with the next of its answers,
// and the last one for ever.
type script struct {
	answers []error
	took    time.Duration

	mu   sync.Mutex
	seen []Message
	at   []time.Time
	most int // attempts at once
	now  int
}

func (s *script) Deliver(ctx context.Context, m Message) error {
	s.mu.Lock()
	s.seen, s.at = append(s.seen, m), append(s.at, time.Now())
	answer := s.answers[min(len(s.seen), len(s.answers))-1]
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.now--; s.mu.Unlock() }()
	select {
	case <-time.After(s.took):
		return answer
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *script) attempts() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.seen) }

// testDispatcher returns a dispatcher over the script and the outcomes it tells.
func testDispatcher(t *testing.T, s *script, edit ...func(*Config)) (*Dispatcher, func() []Outcome) {
	t.Helper()
	var mu sync.Mutex
	var outcomes []Outcome
	cfg := Config{
		Email: s, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Observe: func(e Event) { mu.Lock(); defer mu.Unlock(); outcomes = append(outcomes, e.Outcome) },
	}
	for _, f := range edit {
		f(&cfg)
	}
	return NewDispatcher(cfg), func() []Outcome { mu.Lock(); defer mu.Unlock(); return append([]Outcome(nil), outcomes...) }
}

var hello = Message{Medium: Email, Purpose: SignUp, PoolID: "p1", Username: "ada-lovelace", To: "ada@example.com", Body: "Your code is 424242", Code: "424242"}

func mustClose(t *testing.T, d *Dispatcher) {
	t.Helper()
	if err := d.Close(t.Context()); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func wantOutcomes(t *testing.T, got []Outcome, want ...Outcome) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("outcomes: got %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("outcomes: got %v, want %v", got, want)
		}
	}
}

func TestSendDelivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{nil}}
		d, outcomes := testDispatcher(t, s)
		if err := d.Send(t.Context(), hello); err != nil {
			t.Errorf("Send: %v", err)
		}
		mustClose(t, d)
		wantOutcomes(t, outcomes(), Delivered)
		if s.seen[0].ID == "" {
			t.Error("the delivered message has no ID")
		}
	})
}

func TestSendFailsAtOnce(t *testing.T) {
	for _, failure := range []*DeliveryError{rejected, unreachable} {
		synctest.Test(t, func(t *testing.T) {
			d, outcomes := testDispatcher(t, &script{answers: []error{failure}})
			if err := d.Send(t.Context(), hello); !errors.Is(err, failure) {
				t.Errorf("Send: got %v, want %v", err, failure)
			}
			mustClose(t, d)
			wantOutcomes(t, outcomes(), Refused)
		})
	}
}

// A greylisted message is accepted and comes through later, under one ID. A
// server that is gone for a moment between attempts does no harm.
func TestSendRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{greylisted, unreachable, nil}}
		d, outcomes := testDispatcher(t, s)
		start := time.Now()
		if err := d.Send(t.Context(), hello); err != nil {
			t.Errorf("Send: got %v, want nil for a temporary failure", err)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("Send took %v, want no waiting for the retry", took)
		}
		time.Sleep(time.Minute)
		mustClose(t, d)
		wantOutcomes(t, outcomes(), Deferred, Deferred, Delivered)
		if s.seen[0].ID != s.seen[2].ID {
			t.Errorf("attempts carry IDs %q and %q, want one", s.seen[0].ID, s.seen[2].ID)
		}
		if gap := s.at[2].Sub(s.at[1]); gap < 4*time.Second || gap > 5*time.Second {
			t.Errorf("second wait: got %v, want 4 to 5 s", gap)
		}
	})
}

func TestRetryRejectedStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{greylisted, rejected}}
		d, outcomes := testDispatcher(t, s)
		if err := d.Send(t.Context(), hello); err != nil {
			t.Errorf("Send: %v", err)
		}
		time.Sleep(time.Hour)
		wantOutcomes(t, outcomes(), Deferred, Refused)
		mustClose(t, d)
	})
}

func TestRetriesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{greylisted}}
		d, outcomes := testDispatcher(t, s)
		if err := d.Send(t.Context(), hello); err != nil {
			t.Errorf("Send: %v", err)
		}
		time.Sleep(2 * DefaultMaxAge)
		got := outcomes()
		if last := got[len(got)-1]; last != Abandoned || len(got) < 20 || d.Waiting() != 0 {
			t.Errorf("after %v: %d attempts, the last %s, %d waiting; want it abandoned", DefaultMaxAge, len(got), last, d.Waiting())
		}
		mustClose(t, d)
	})
}

// A code that has expired is not worth delivering.
func TestRetryStopsAtExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{greylisted}}
		d, outcomes := testDispatcher(t, s)
		m := hello
		m.Expires = time.Now().Add(5 * time.Second)
		if err := d.Send(t.Context(), m); err != nil {
			t.Errorf("Send: %v", err)
		}
		time.Sleep(time.Minute)
		wantOutcomes(t, outcomes(), Deferred, Abandoned)
		mustClose(t, d)
	})
}

// Send waits for its patience, not for a slow server; the attempt goes on.
func TestSendPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{nil}, took: 10 * time.Second}
		d, outcomes := testDispatcher(t, s)
		start := time.Now()
		if err := d.Send(t.Context(), hello); err != nil {
			t.Errorf("Send: %v", err)
		}
		if took := time.Since(start); took != DefaultPatience {
			t.Errorf("Send took %v, want %v", took, DefaultPatience)
		}
		mustClose(t, d)
		wantOutcomes(t, outcomes(), Delivered)
	})
}

// A caller that goes away does not take its message along.
func TestSendOutlivesCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, outcomes := testDispatcher(t, &script{answers: []error{nil}, took: time.Second})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.Send(ctx, hello); err != nil {
			t.Errorf("Send: %v", err)
		}
		mustClose(t, d)
		wantOutcomes(t, outcomes(), Delivered)
	})
}

// Enqueue takes no time whatever becomes of the message.
func TestEnqueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, outcomes := testDispatcher(t, &script{answers: []error{rejected}, took: time.Second})
		start := time.Now()
		if err := d.Enqueue(t.Context(), hello); err != nil || time.Since(start) != 0 {
			t.Errorf("Enqueue: got %v after %v, want nil at once", err, time.Since(start))
		}
		mustClose(t, d)
		wantOutcomes(t, outcomes(), Refused)
	})
}

// A hanging attempt ends at its limit and counts as temporary.
func TestAttemptTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{nil}, took: time.Hour}
		d, outcomes := testDispatcher(t, s)
		if err := d.Send(t.Context(), hello); err != nil {
			t.Errorf("Send: %v", err)
		}
		time.Sleep(DefaultAttempt + time.Second)
		wantOutcomes(t, outcomes(), Deferred)
		if err := d.Close(t.Context()); err == nil {
			t.Error("Close: got nil, want an error for the message given up")
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{nil}, took: time.Second}
		d, _ := testDispatcher(t, s, func(c *Config) { c.Queue, c.Parallel = 5, 2 })
		for range 5 {
			if err := d.Enqueue(t.Context(), hello); err != nil {
				t.Fatalf("Enqueue: %v", err)
			}
		}
		if err := d.Send(t.Context(), hello); !errors.Is(err, ErrBusy) {
			t.Errorf("Send to a full queue: got %v, want %v", err, ErrBusy)
		}
		mustClose(t, d)
		if s.attempts() != 5 || s.most != 2 {
			t.Errorf("got %d attempts, %d at once, want 5 and 2", s.attempts(), s.most)
		}
	})
}

func TestSendUnknownMedium(t *testing.T) {
	d, _ := testDispatcher(t, &script{})
	if err := d.Send(t.Context(), Message{Medium: SMS}); !errors.Is(err, ErrNoTransport) {
		t.Errorf("Send: got %v, want %v", err, ErrNoTransport)
	}
}

// Closing gives what waits one more chance at once, then takes no more.
func TestCloseDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, outcomes := testDispatcher(t, &script{answers: []error{greylisted, nil}},
			func(c *Config) { c.Backoff = func(int) time.Duration { return time.Minute } })
		if err := d.Send(t.Context(), hello); err != nil {
			t.Errorf("Send: %v", err)
		}
		start := time.Now()
		mustClose(t, d)
		if took := time.Since(start); took != 0 {
			t.Errorf("Close took %v, want no waiting for the back-off", took)
		}
		wantOutcomes(t, outcomes(), Deferred, Delivered)
		if err := d.Send(t.Context(), hello); !errors.Is(err, ErrClosed) {
			t.Errorf("Send after Close: got %v, want %v", err, ErrClosed)
		}
	})
}

func TestCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, outcomes := testDispatcher(t, &script{answers: []error{nil}, took: time.Hour}, func(c *Config) { c.Attempt = time.Hour })
		if err := d.Enqueue(t.Context(), hello); err != nil {
			t.Fatalf("Enqueue: %v", err)
		}
		start := time.Now()
		if err := d.Close(t.Context()); err == nil || !strings.Contains(err.Error(), "1 undelivered") {
			t.Errorf("Close: got %v, want an error that counts 1", err)
		}
		if took := time.Since(start); took > 21*time.Second {
			t.Errorf("Close took %v, want at most 20 s", took)
		}
		got := outcomes()
		if len(got) == 0 || got[len(got)-1] != Abandoned {
			t.Errorf("outcomes: got %v, want the last to be %s", got, Abandoned)
		}
	})
}

// Logs tell what became of a message and nothing that it says, to whom, or about whom.
func TestLogsAreSilent(t *testing.T) {
	var logs bytes.Buffer
	s := &script{answers: []error{&DeliveryError{Failure: Rejected, Reason: "550", Err: errors.New("no such user <ada@example.com>")}}}
	d, _ := testDispatcher(t, s, func(c *Config) { c.Logger = slog.New(slog.NewJSONHandler(&logs, nil)) })
	if err := d.Send(t.Context(), hello); err == nil || strings.Contains(err.Error(), "ada@") {
		t.Errorf("Send: got %v, want an error without the address", err)
	}
	mustClose(t, d)
	logs.WriteString(hello.String() + hello.GoString())
	for _, secret := range []string{"424242", "ada@example.com", "ada-lovelace"} {
		if strings.Contains(logs.String(), secret) {
			t.Errorf("logs hold %q: %s", secret, logs.String())
		}
	}
	if !strings.Contains(logs.String(), "a***@e***") || !strings.Contains(logs.String(), `"reason":"550"`) {
		t.Errorf("logs lack the masked address or the reason: %s", logs.String())
	}
}

// A message that somebody else carries goes there, whatever its medium has, and
// nobody waits or learns how it ends.
func TestVia(t *testing.T) {
	for _, medium := range []Medium{Email, SMS} {
		synctest.Test(t, func(t *testing.T) {
			own, other := &script{answers: []error{nil}}, &script{answers: []error{unreachable}, took: time.Second}
			d, outcomes := testDispatcher(t, own)
			m := hello
			m.Medium, m.Via = medium, other
			start := time.Now()
			if err := d.Send(t.Context(), m); err != nil {
				t.Errorf("Send: got %v, want nil", err)
			}
			if took := time.Since(start); took != 0 {
				t.Errorf("Send took %v, want no waiting", took)
			}
			if n := d.Waiting(); n != 1 {
				t.Errorf("Waiting: got %d, want 1", n)
			}
			mustClose(t, d)
			wantOutcomes(t, outcomes(), Refused)
			if own.attempts() != 0 || other.attempts() != 1 {
				t.Errorf("got %d attempts by the medium's transport and %d by the message's own, want 0 and 1", own.attempts(), other.attempts())
			}
		})
	}
}

// Who carries messages for others may take twice as long, and is tried again
// like every transport.
func TestViaRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{greylisted, nil}, took: DefaultAttempt + time.Second}
		d, outcomes := testDispatcher(t, s)
		m := hello
		m.Via = s
		if err := d.Enqueue(t.Context(), m); err != nil {
			t.Errorf("Enqueue: %v", err)
		}
		time.Sleep(time.Minute)
		mustClose(t, d)
		wantOutcomes(t, outcomes(), Deferred, Delivered)
	})
}

// A message that nobody waited for leaves its place in the queue after a retry.
func TestEnqueuedMessageIsForgottenAfterRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, outcomes := testDispatcher(t, &script{answers: []error{greylisted, nil}})
		if err := d.Enqueue(t.Context(), hello); err != nil {
			t.Errorf("Enqueue: %v", err)
		}
		time.Sleep(time.Minute)
		if n := d.Waiting(); n != 0 {
			t.Errorf("Waiting: got %d, want 0", n)
		}
		mustClose(t, d)
		wantOutcomes(t, outcomes(), Deferred, Delivered)
	})
}
