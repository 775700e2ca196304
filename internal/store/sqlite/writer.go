package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// Limits of the writer.
const (
	maxBatch = 64   // transactions that are committed together
	maxQueue = 4096 // callers that wait for their turn
)

var (
	errClosed = errors.New("the database is closed")
	errBusy   = errors.New("too many writes are waiting")
	errGoexit = errors.New("the transaction was given up")
)

// writer is the one connection that writes. Callers who come while it works
// are committed together: each has a savepoint of its own, so that one who
// fails takes nobody along. Nobody is told of success before the commit, nor
// of failure: it may rest on what others in the batch have written, and who is
// told that a name is taken may look for its owner.
//
// The work of a caller runs on the caller's goroutine, which is given the
// connection for its turn: whatever happens there - a panic too - ends there.
type writer struct {
	conn  *conn
	queue chan *turn

	mu     sync.RWMutex // held for reading while a turn is put into the queue
	closed bool
	done   chan struct{}
}

// turn is one caller's transaction. It begins at most once, and ends once
// unless its caller left before it began.
type turn struct {
	ctx   context.Context
	state atomic.Int32
	begin chan struct{} // it is the caller's turn to use the connection
	ran   chan error    // the caller's work is over
	end   chan error    // what became of it

	failed error // the outcome of work in a batch; the writer's until the end
}

// The states of a turn.
const (
	waiting = iota
	taken   // the writer has it, and answers
	left    // the caller does not wait any more
)

func newWriter(c *conn) *writer {
	w := &writer{conn: c, queue: make(chan *turn, maxQueue), done: make(chan struct{})}
	go w.loop()
	return w
}

// run does the work of one transaction and returns when it is durable, or when
// nothing of it has happened.
func (w *writer) run(ctx context.Context, work func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := &turn{ctx: ctx, begin: make(chan struct{}, 1), ran: make(chan error, 1), end: make(chan error, 1)}
	if err := w.enter(t); err != nil {
		return err
	}
	select {
	case <-t.begin:
	case err := <-t.end: // it did not come to the work
		return err
	case <-ctx.Done():
		if t.state.CompareAndSwap(waiting, left) {
			return ctx.Err()
		}
		select { // the writer was faster, and answers at once
		case <-t.begin:
		case err := <-t.end:
			return err
		}
	}
	t.do(w.conn, work)
	return <-t.end
}

func (w *writer) enter(t *turn) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.queue <- t:
		return nil
	default:
		return errBusy
	}
}

// do runs the work and gives the connection back in any case.
func (t *turn) do(c *conn, work func(*conn) error) {
	err := errGoexit
	defer func() { t.ran <- err }()
	if e := t.ctx.Err(); e != nil {
		err = e
		return
	}
	err = work(c)
}

func (w *writer) loop() {
	defer close(w.done)
	for t := range w.queue {
		if t.take() {
			w.batch(t)
		}
	}
}

// take tells whether the caller still waits. The writer then owes an answer.
func (t *turn) take() bool { return t.state.CompareAndSwap(waiting, taken) }

// batch commits a transaction and those that come meanwhile.
func (w *writer) batch(first *turn) {
	if err := w.conn.begin("BEGIN IMMEDIATE"); err != nil {
		first.end <- fmt.Errorf("beginning to write: %w", err)
		return
	}
	ran := make([]*turn, 0, maxBatch)
	next := first
	if len(w.queue) == 0 {
		if !w.alone(first) {
			return
		}
		ran = append(ran, first)
		next = w.next() // whoever came while the first was at work
	}
	for n := len(ran) + 1; next != nil; n++ {
		var broken error
		next.failed, broken = w.turn(next)
		ran = append(ran, next)
		if broken != nil {
			w.abort(ran, broken)
			return
		}
		if n == maxBatch {
			break
		}
		next = w.next()
	}
	w.commit(ran)
}

// next takes a caller from the queue, if somebody waits.
func (w *writer) next() *turn {
	for {
		select {
		case t, ok := <-w.queue:
			if !ok {
				return nil
			}
			if t.take() {
				return t
			}
		default:
			return nil
		}
	}
}

// alone runs the work of a caller whom nobody waits behind, without a
// savepoint: if it fails, the whole transaction ends.
func (w *writer) alone(t *turn) bool {
	t.begin <- struct{}{}
	if err := <-t.ran; err != nil {
		w.abort([]*turn{t}, err)
		return false
	}
	return true
}

// turn runs one caller's work. broken means that the transaction of the whole
// batch is lost: after some errors, such as a full disk, the engine rolls
// everything back, and then there is no savepoint any more.
func (w *writer) turn(t *turn) (err, broken error) {
	if err := w.conn.do("SAVEPOINT turn"); err != nil {
		return nil, fmt.Errorf("beginning to write: %w", err)
	}
	t.begin <- struct{}{}
	err = <-t.ran
	if err != nil {
		if e := w.conn.do("ROLLBACK TO turn"); e != nil {
			return err, errors.Join(err, e)
		}
	}
	if e := w.conn.do("RELEASE turn"); e != nil {
		return err, errors.Join(err, e)
	}
	return err, nil
}

// commit makes a batch durable and tells its callers.
func (w *writer) commit(batch []*turn) {
	if err := w.conn.do("COMMIT"); err != nil {
		w.abort(batch, fmt.Errorf("committing: %w", err))
		return
	}
	for _, t := range batch {
		t.end <- t.failed
	}
}

// abort undoes everything since BEGIN and tells the callers why.
func (w *writer) abort(batch []*turn, why error) {
	w.conn.rollback()
	for _, t := range batch {
		t.end <- why
	}
}

// close waits for what is in the queue. It is called once.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.done
	return w.conn.close()
}
