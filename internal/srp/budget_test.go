package srp

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// hold occupies every slot of b until the returned function is called.
func hold(t *testing.T, b *Budget, n int) (release func()) {
	t.Helper()
	stop := make(chan struct{})
	var running, done sync.WaitGroup
	running.Add(n)
	for range n {
		done.Go(func() {
			err := b.Do(context.Background(), func() { running.Done(); <-stop })
			if err != nil {
				t.Errorf("Do in a free slot: %v", err)
				running.Done()
			}
		})
	}
	running.Wait()
	return func() { close(stop); done.Wait() }
}

func TestBudgetLimitsConcurrency(t *testing.T) {
	b := NewBudget(3, 100)
	var now, most atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			err := b.Do(context.Background(), func() {
				n := now.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				now.Add(-1)
			})
			if err != nil {
				t.Errorf("Do: %v", err)
			}
		})
	}
	wg.Wait()
	if got := most.Load(); got > 3 {
		t.Errorf("calls at once: got %d, want at most 3", got)
	}
	if got := b.Waiting(); got != 0 {
		t.Errorf("Waiting() afterwards: got %d, want 0", got)
	}
}

func TestBudgetSaturates(t *testing.T) {
	b := NewBudget(2, 1)
	release := hold(t, b, 2)
	ctx, cancel := context.WithCancel(context.Background())
	queued := make(chan error)
	go func() { queued <- b.Do(ctx, func() { t.Error("ran after its context ended") }) }()
	for b.Waiting() != 1 {
	}
	if err := b.Do(context.Background(), func() { t.Error("ran without a slot") }); !errors.Is(err, ErrSaturated) {
		t.Errorf("Do with a full queue: got %v, want %v", err, ErrSaturated)
	}
	cancel()
	if err := <-queued; !errors.Is(err, context.Canceled) {
		t.Errorf("Do whose context ended: got %v, want %v", err, context.Canceled)
	}
	release()
	ran := false
	if err := b.Do(context.Background(), func() { ran = true }); err != nil || !ran {
		t.Errorf("Do afterwards: got %v, ran %v", err, ran)
	}
}

func TestBudgetRefusesEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := NewBudget(1, 1).Do(ctx, func() { t.Error("ran") })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Do: got %v, want %v", err, context.Canceled)
	}
}

func TestBudgetFreesItsSlotOnPanic(t *testing.T) {
	b := NewBudget(1, 1)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not reach the caller")
			}
		}()
		_ = b.Do(context.Background(), func() { panic(errors.New("broken")) })
	}()
	release := hold(t, b, 1) // would wait for ever if the slot were lost
	release()
}
