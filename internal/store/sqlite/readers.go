package sqlite

import (
	"context"
	"errors"
	"sync"
)

// readers are the connections that read. Whoever needs one gets the one that
// was given back last: its statements are still in the processor's caches, and
// its pages are good unless there was a commit meanwhile. Those that have
// rested longer would have to fetch theirs again.
type readers struct {
	free   chan struct{} // one for each connection that nobody uses
	closed chan struct{}

	mu   sync.Mutex
	idle []*conn
}

func newReaders(conns []*conn) *readers {
	r := &readers{free: make(chan struct{}, len(conns)), closed: make(chan struct{}), idle: conns}
	for range conns {
		r.free <- struct{}{}
	}
	return r
}

// take waits for a connection, which the caller gives back.
func (r *readers) take(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-r.free:
	case <-r.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	last := len(r.idle) - 1
	c := r.idle[last]
	r.idle = r.idle[:last]
	return c, nil
}

func (r *readers) give(c *conn) {
	r.mu.Lock()
	r.idle = append(r.idle, c)
	r.mu.Unlock()
	r.free <- struct{}{}
}

// close waits for the connections in use and closes all. It is called once.
func (r *readers) close() error {
	close(r.closed)
	for range cap(r.free) {
		<-r.free
	}
	var err error
	for _, c := range r.idle {
		err = errors.Join(err, c.close())
	}
	return err
}
