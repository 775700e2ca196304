package srp

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
)

// ErrSaturated reports that more password arithmetic is waiting than a Budget allows.
var ErrSaturated = errors.New("srp: too many sign-ins at once")

// Budget bounds how much password arithmetic runs at once, so that a flood of
// sign-ins queues, and then is turned away, rather than starving everything else. Any
// number of goroutines may use it.
type Budget struct {
	slots   chan struct{}
	waiting atomic.Int64
	queue   int64
}

// NewBudget lets n calls run at a time and queue more wait. Zeros mean GOMAXPROCS,
// and 128 waiting for each running: about a quarter of a second of work.
func NewBudget(n, queue int) *Budget {
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	if queue <= 0 {
		queue = 128 * n
	}
	return &Budget{slots: make(chan struct{}, n), queue: int64(queue)}
}

// Do runs f when its turn comes. It returns ErrSaturated at once when the queue is
// full, and the context's error when that ends first; f has not run then.
func (b *Budget) Do(ctx context.Context, f func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case b.slots <- struct{}{}:
	default:
		if err := b.wait(ctx); err != nil {
			return err
		}
	}
	defer func() { <-b.slots }()
	f()
	return nil
}

func (b *Budget) wait(ctx context.Context) error {
	defer b.waiting.Add(-1)
	if b.waiting.Add(1) > b.queue {
		return ErrSaturated
	}
	select {
	case b.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Waiting is how many calls are in the queue, for a gauge.
func (b *Budget) Waiting() int { return int(b.waiting.Load()) }
