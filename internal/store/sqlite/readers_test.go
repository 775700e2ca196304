package sqlite

import (
	"context"
	"errors"
	"testing"
)

func takeReader(t *testing.T, r *readers) *conn {
	t.Helper()
	c, err := r.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheReaderGivenBackLastIsTakenNext(t *testing.T) {
	r := newReaders([]*conn{{}, {}, {}})
	a, b := takeReader(t, r), takeReader(t, r)
	r.give(b)
	r.give(a)
	if got := takeReader(t, r); got != a {
		t.Errorf("the first taken is %p, want %p, which was given back last", got, a)
	}
	if got := takeReader(t, r); got != b {
		t.Errorf("the second taken is %p, want %p, which was given back before", got, b)
	}
}

func TestWaitingForAReaderEndsWithTheContext(t *testing.T) {
	r := newReaders([]*conn{{}})
	takeReader(t, r)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := r.take(ctx)
		ended <- err
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("take: got %v, want %v", err, context.Canceled)
	}
}
