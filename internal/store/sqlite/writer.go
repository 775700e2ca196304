package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
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

// writer is the one connection that writes. Of the callers who wait for it, one
// leads: it begins a transaction, lets everybody work who has come by then, and
// commits for all of them. Each has a savepoint of its own, so that one who
// fails takes nobody along. Nobody is told of success before the commit, nor
// of failure: it may rest on what others in the batch have written, and who is
// told that a name is taken may look for its owner.
//
// The work of a caller runs on the caller's goroutine, which is given the
// connection for its turn: whatever happens there - a panic too - ends there.
// A caller who is alone leads itself, and waits for no other goroutine.
type writer struct {
	conn  *conn
	queue chan *turn
	lead  chan struct{}     // holds the right to lead while nobody does
	ready [1]metrics.Sample // goroutines that wait for a processor; the leader's

	mu     sync.RWMutex // held for reading while a turn is put into the queue
	closed bool
}

// turn is one caller's transaction. It begins at most once, and ends once
// unless its caller left before it began.
type turn struct {
	ctx   context.Context
	work  func(*conn) error
	state atomic.Int32
	begin chan struct{} // it is the caller's turn to use the connection
	ran   chan error    // the caller's work is over
	end   chan error    // what became of it

	failed error // the outcome of work in a batch; the leader's until the end
}

// The states of a turn.
const (
	waiting = iota
	taken   // a leader has it, and answers
	left    // the caller does not wait any more
)

func newWriter(c *conn) *writer {
	w := &writer{conn: c, queue: make(chan *turn, maxQueue), lead: make(chan struct{}, 1)}
	w.ready[0].Name = "/sched/goroutines/runnable:goroutines"
	w.lead <- struct{}{}
	return w
}

// run does the work of one transaction and returns when it is durable, or when
// nothing of it has happened.
func (w *writer) run(ctx context.Context, work func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := &turn{ctx: ctx, work: work, begin: make(chan struct{}, 1), ran: make(chan error, 1), end: make(chan error, 1)}
	if err := w.enter(t); err != nil {
		return err
	}
	select {
	case <-w.lead:
		return w.leads(t)
	case <-t.begin:
	case err := <-t.end: // it did not come to the work
		return err
	case <-ctx.Done():
		if t.state.CompareAndSwap(waiting, left) {
			return ctx.Err()
		}
		select { // a leader was faster, and answers at once
		case <-t.begin:
		case err := <-t.end:
			return err
		}
	}
	t.do(w.conn)
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
func (t *turn) do(c *conn) {
	err := errGoexit
	defer func() { t.ran <- err }()
	if e := t.ctx.Err(); e != nil {
		err = e
		return
	}
	err = t.work(c)
}

// leads commits batches until the leader's own turn was in one of them.
func (w *writer) leads(own *turn) error {
	defer func() { w.lead <- struct{}{} }()
	for {
		select {
		case err := <-own.end:
			return err
		default:
		}
		w.gather()
		if first := w.next(); first != nil {
			w.batch(first, own)
		}
	}
}

// gather lets those run who wait for a processor: they may come along. On a
// busy machine that makes few commits of many, on a quiet one nothing waits.
func (w *writer) gather() {
	metrics.Read(w.ready[:])
	if w.ready[0].Value.Uint64() > 0 {
		runtime.Gosched()
	}
}

// take tells whether the caller still waits. The leader then owes an answer.
func (t *turn) take() bool { return t.state.CompareAndSwap(waiting, taken) }

// batch commits a transaction and those that come meanwhile. If the leader's
// goroutine ends in its own work, the batch is given up before it does.
func (w *writer) batch(first, own *turn) {
	if err := w.conn.begin("BEGIN IMMEDIATE"); err != nil {
		first.end <- fmt.Errorf("beginning to write: %w", err)
		return
	}
	ran := make([]*turn, 0, maxBatch)
	over := false
	defer func() {
		if !over {
			w.abort(ran, errGoexit)
		}
	}()
	alone := len(w.queue) == 0
	for next := first; next != nil && len(ran) < maxBatch; next = w.next() {
		ran = append(ran, next)
		var broken error
		if alone { // nothing is undone for others, so it needs no savepoint
			broken, alone = w.work(next, own), false
		} else {
			next.failed, broken = w.turn(next, own)
		}
		if broken != nil {
			over = true
			w.abort(ran, broken)
			return
		}
		if len(ran) == maxBatch {
			break
		}
	}
	over = true
	w.commit(ran)
}

// next takes a caller from the queue, if somebody waits.
func (w *writer) next() *turn {
	for {
		select {
		case t := <-w.queue:
			if t.take() {
				return t
			}
		default:
			return nil
		}
	}
}

// work lets a caller work and returns the outcome.
func (w *writer) work(t, own *turn) error {
	if t == own {
		t.do(w.conn)
	} else {
		t.begin <- struct{}{}
	}
	return <-t.ran
}

// turn runs one caller's work. broken means that the transaction of the whole
// batch is lost: after some errors, such as a full disk, the engine rolls
// everything back, and then there is no savepoint any more.
func (w *writer) turn(t, own *turn) (err, broken error) {
	if err := w.conn.do("SAVEPOINT turn"); err != nil {
		return nil, fmt.Errorf("beginning to write: %w", err)
	}
	err = w.work(t, own)
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
	w.mu.Unlock()
	<-w.lead // for good
	for first := w.next(); first != nil; first = w.next() {
		w.batch(first, nil)
	}
	return w.conn.close()
}
