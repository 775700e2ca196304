// Package faulty breaks a store on demand, so that tests can see what a
// request does when its database fails, loses an answer, or asks for a
// transaction to run again.
package faulty

import (
	"context"
	"errors"
	"sync"

	"rockpool/internal/store"
)

// ErrFault is what a broken store answers.
var ErrFault = errors.New("faulty: the store fails")

// Op is something that can be broken.
type Op string

// What can be broken.
const (
	View   Op = "view"   // View fails before the closure runs
	Update Op = "update" // Update fails before the closure runs; so does Sweep
	Commit Op = "commit" // Update runs the closure, then fails and rolls back
	Ack    Op = "ack"    // Update commits, but fails as if the answer was lost
	Ready  Op = "ready"
)

// Store passes everything on to another store, except for what a test broke.
type Store struct {
	store.Store

	mu     sync.Mutex
	broken map[Op]int // how many calls fail; negative: every one
	rerun  bool
}

var _ store.Store = (*Store)(nil)

// New returns a store that works like s.
func New(s store.Store) *Store { return &Store{Store: s, broken: map[Op]int{}} }

// Fail breaks every call from now on.
func (s *Store) Fail(op Op) { s.FailNext(op, -1) }

// FailNext breaks the next n calls.
func (s *Store) FailNext(op Op, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken[op] = n
}

// Rerun makes every Update run its closure twice, as a serializable database
// may: once in a transaction that is rolled back, and once for good.
func (s *Store) Rerun(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rerun = on
}

// Heal makes everything work again.
func (s *Store) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.broken)
	s.rerun = false
}

func (s *Store) fails(op Op) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.broken[op]
	if n > 0 {
		s.broken[op]--
	}
	return n != 0
}

func (s *Store) reruns() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rerun
}

// View calls f unless View is broken.
func (s *Store) View(ctx context.Context, f func(store.Tx) error) error {
	if s.fails(View) {
		return ErrFault
	}
	return s.Store.View(ctx, f)
}

var errAgain = errors.New("faulty: again")

// Update calls f as the test has it.
func (s *Store) Update(ctx context.Context, f func(store.Tx) error) error {
	if s.fails(Update) {
		return ErrFault
	}
	if s.reruns() {
		var first error
		err := s.Store.Update(ctx, func(tx store.Tx) error {
			first = f(tx)
			return errAgain
		})
		if !errors.Is(err, errAgain) {
			return err
		}
		if first != nil { // an engine runs only those again that may succeed
			return first
		}
	}
	commit := s.fails(Commit)
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		if commit {
			return ErrFault
		}
		return nil
	})
	if err == nil && s.fails(Ack) {
		return ErrFault
	}
	return err
}

// Ready answers unless it is broken.
func (s *Store) Ready(ctx context.Context) error {
	if s.fails(Ready) {
		return ErrFault
	}
	return s.Store.Ready(ctx)
}

// Sweep sweeps unless Update is broken.
func (s *Store) Sweep(ctx context.Context, before store.SweepTimes) (int, error) {
	if s.fails(Update) {
		return 0, ErrFault
	}
	return s.Store.Sweep(ctx, before)
}
