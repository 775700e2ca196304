package message

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Errors of a dispatcher that can accept nothing.
var (
	ErrBusy        = errors.New("message: too many messages are waiting for delivery")
	ErrClosed      = errors.New("message: shutting down, no more messages are accepted")
	ErrNoTransport = errors.New("message: no transport is set up for this medium")
)

// Defaults of [Config].
const (
	DefaultPatience = 3 * time.Second
	DefaultAttempt  = 15 * time.Second
	DefaultMaxAge   = 30 * time.Minute
	DefaultQueue    = 1000
	DefaultParallel = 8
	closeWithin     = 20 * time.Second
)

// Config sets up a [Dispatcher]. The zero value of every field but the
// transports works.
type Config struct {
	Email, SMS Transport // nil: messages of that medium are refused

	Patience time.Duration // how long Send waits for the first attempt
	Attempt  time.Duration // how long one attempt may take
	MaxAge   time.Duration // how long a message is retried
	Queue    int           // how many messages may be under way or waiting, per medium
	Parallel int           // how many attempts may run at once, per medium

	// Backoff is the wait after the given failed attempt (1 is the first). The
	// default doubles from 2 s to a minute, with up to a quarter more by chance.
	Backoff func(attempt int) time.Duration

	// Observe hears the outcome of every attempt, for metrics and for the log
	// delivery of user notifications. It must not block.
	Observe func(Event)

	Logger *slog.Logger // nil: slog.Default()
	Now    func() time.Time
}

// Dispatcher is the [Sender] between domain code and the transports.
//
// A message fails at once, and Send returns an error, when within the patience
// (3 s) its first attempt
//
//   - was rejected: a 5xx reply, an unknown or malformed recipient, refused
//     credentials, an untrusted certificate, a 4xx answer of a webhook; or
//   - found nobody: connection refused, no route, no such host.
//
// Everything else is accepted, and so is every message that goes Via somebody
// else. Temporary failures (4xx replies such as
// greylisting, throttling, time-outs, broken connections) and attempts that
// outlast the patience go on in the background, with back-off, until the
// message is delivered, rejected, expired, or older than the maximum age. What
// becomes of it is then told by logs and Observe only.
//
// The queue is bounded and lives in memory: a process that is killed loses
// what it had not delivered. That is acceptable for what is sent here, since
// codes are short-lived and their readers ask for another; it saves a table of
// secrets at rest. [Dispatcher.Close] gives the queue its time on a clean stop.
type Dispatcher struct {
	cfg   Config
	lanes map[Medium]*lane
	via   *lane // of messages that somebody else carries

	mu      sync.Mutex
	closed  bool
	jobs    sync.WaitGroup
	closing chan struct{}      // closed by Close: waiting retries have their last attempt now
	ctx     context.Context    // ends when the time of Close is up
	cancel  context.CancelFunc // ends ctx
}

// lane is one medium's share, so that a dead SMS gateway leaves email alone.
type lane struct {
	transport Transport     // nil: each message has its own
	places    chan struct{} // one per message accepted
	attempts  chan struct{} // one per attempt running
	limit     time.Duration // of one attempt
}

// Others are slower than a mail server next door: their attempts take longer,
// and there may be more of them.
const viaFactor = 2

// NewDispatcher returns a dispatcher over the transports of cfg.
func NewDispatcher(cfg Config) *Dispatcher {
	cfg.Patience = orDefault(cfg.Patience, DefaultPatience)
	cfg.Attempt = orDefault(cfg.Attempt, DefaultAttempt)
	cfg.MaxAge = orDefault(cfg.MaxAge, DefaultMaxAge)
	cfg.Queue = orDefault(cfg.Queue, DefaultQueue)
	cfg.Parallel = orDefault(cfg.Parallel, DefaultParallel)
	if cfg.Backoff == nil {
		cfg.Backoff = backoff
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	d := &Dispatcher{cfg: cfg, lanes: map[Medium]*lane{}, closing: make(chan struct{})}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	for medium, transport := range map[Medium]Transport{Email: cfg.Email, SMS: cfg.SMS} {
		if transport != nil {
			d.lanes[medium] = &lane{transport, make(chan struct{}, cfg.Queue), make(chan struct{}, cfg.Parallel), cfg.Attempt}
		}
	}
	d.via = &lane{nil, make(chan struct{}, viaFactor*cfg.Queue), make(chan struct{}, viaFactor*cfg.Parallel), viaFactor * cfg.Attempt}
	return d
}

func orDefault[T int | time.Duration](v, d T) T {
	if v <= 0 {
		return d
	}
	return v
}

// Send implements [Sender].
func (d *Dispatcher) Send(ctx context.Context, m Message) error {
	first, err := d.accept(m)
	if err != nil || m.Via != nil {
		return err
	}
	patience := time.NewTimer(d.cfg.Patience)
	defer patience.Stop()
	select {
	case err := <-first:
		return err
	case <-patience.C:
	case <-ctx.Done():
	}
	return nil
}

// Enqueue implements [Sender].
func (d *Dispatcher) Enqueue(_ context.Context, m Message) error {
	_, err := d.accept(m)
	return err
}

// accept starts the delivery of m. The channel tells the outcome of the first
// attempt: nil unless the message fails at once.
func (d *Dispatcher) accept(m Message) (<-chan error, error) {
	lane := d.lanes[m.Medium]
	if m.Via != nil {
		lane = d.via
	}
	if lane == nil {
		return nil, ErrNoTransport
	}
	if m.ID == "" {
		m.ID = rand.Text()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, ErrClosed
	}
	select {
	case lane.places <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	first := make(chan error, 1)
	d.jobs.Go(func() {
		defer func() { <-lane.places }()
		d.deliver(lane, m, first)
	})
	return first, nil
}

// Close stops accepting, gives every message that waits for a retry one last
// attempt now, and waits for attempts under way. It takes no longer than 20 s
// or until ctx ends; what is still undelivered then is given up and logged.
func (d *Dispatcher) Close(ctx context.Context) error {
	d.mu.Lock()
	if !d.closed {
		d.closed = true
		close(d.closing)
	}
	d.mu.Unlock()

	ctx, cancel := context.WithTimeout(ctx, closeWithin)
	defer cancel()
	done := make(chan struct{})
	go func() { d.jobs.Wait(); close(done) }()
	defer d.cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	left := d.Waiting()
	d.cancel()
	select { // attempts end as soon as they see that; do not wait for one that does not
	case <-done:
	case <-time.After(time.Second):
	}
	return fmt.Errorf("message: gave up %d undelivered messages while stopping", left)
}

// Waiting is how many messages are accepted and neither delivered nor given up.
func (d *Dispatcher) Waiting() int {
	n := len(d.via.places)
	for _, lane := range d.lanes {
		n += len(lane.places)
	}
	return n
}
