// Package sink carries analytics events to where they are studied: a file of
// JSON lines, or an HTTPS endpoint. It owns the queue between the calls, which
// never wait, and the writing; what an event says is package analytics'.
//
// The queue is bounded and lives in memory. Events that find it full are
// dropped, those whose batch could not be written have failed, and both are
// counted: analytics are statistics, and must never slow down a sign-in.
package sink

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"rockpool/internal/analytics"
)

const (
	queueSize    = 8192
	maxBatch     = 500
	batchWait    = time.Second // how long an event waits for company
	writeTimeout = 10 * time.Second
)

// What becomes of events, as Options.Observe is told.
const (
	Sent    = "sent"
	Dropped = "dropped" // the queue was full, or closed
	Failed  = "failed"  // the batch could not be written
)

// Options is what all sinks have in common. Its zero value works.
type Options struct {
	// Observe hears what became of events. It must not block.
	Observe func(outcome string, n int)
	Logger  *slog.Logger // nil: slog.Default()
}

// Sink takes events and writes them in batches. Make one with OpenFile or
// OpenEndpoint.
type Sink struct {
	o     Options
	write func(ctx context.Context, lines []byte) error

	mu     sync.RWMutex // held for reading while an event is put in
	closed bool
	queue  chan analytics.Event
	done   chan struct{}
	ctx    context.Context
	cancel context.CancelFunc
}

var _ analytics.Sink = (*Sink)(nil)

func start(o Options, write func(ctx context.Context, lines []byte) error) *Sink {
	if o.Observe == nil {
		o.Observe = func(string, int) {}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	s := &Sink{o: o, write: write, queue: make(chan analytics.Event, queueSize), done: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	go s.run()
	return s
}

// Put takes an event, or drops it if the queue is full.
func (s *Sink) Put(e analytics.Event) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if !s.closed {
		select {
		case s.queue <- e:
			return
		default:
		}
	}
	s.o.Observe(Dropped, 1)
}

// Close stops taking events and writes those that wait. It returns when all
// are written or ctx ends.
func (s *Sink) Close(ctx context.Context) error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.queue)
	}
	s.mu.Unlock()
	defer s.cancel()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		s.cancel() // what is left fails at once, and is counted
		<-s.done
		return fmt.Errorf("writing the last analytics events: %w", ctx.Err())
	}
}

// run writes batch after batch until the queue is closed and empty.
func (s *Sink) run() {
	defer close(s.done)
	for e := range s.queue {
		batch := append(make([]analytics.Event, 0, maxBatch), e)
		wait := time.NewTimer(batchWait)
		for open := true; open && len(batch) < maxBatch; {
			select {
			case e, open = <-s.queue:
				if open {
					batch = append(batch, e)
				}
			case <-wait.C:
				open = false
			}
		}
		wait.Stop()
		s.send(batch)
	}
}

func (s *Sink) send(batch []analytics.Event) {
	outcome := Sent
	if err := s.try(batch); err != nil {
		outcome = Failed
		s.o.Logger.Error("analytics events were lost", "events", len(batch), "error", err)
	}
	s.o.Observe(outcome, len(batch))
}

func (s *Sink) try(batch []analytics.Event) error {
	var lines []byte
	for _, e := range batch {
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encoding an event: %w", err)
		}
		lines = append(append(lines, line...), '\n')
	}
	ctx, cancel := context.WithTimeout(s.ctx, writeTimeout)
	defer cancel()
	return s.write(ctx, lines)
}
