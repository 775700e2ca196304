package faulty_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"rockpool/internal/store"
	"rockpool/internal/store/faulty"
	"rockpool/internal/store/sqlite"
	"rockpool/internal/store/storetest"
)

func open(t *testing.T) *faulty.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), sqlite.FileName)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return faulty.New(s)
}

// A store that is not broken keeps every promise.
func TestKeepsPromises(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t) })
}

func spend(s store.Store, id byte) error {
	return s.Update(context.Background(), func(tx store.Tx) error { return tx.Spend("p", []byte{id}, time.Unix(1e9, 0)) })
}

func TestFail(t *testing.T) {
	s := open(t)
	calls := map[faulty.Op]func() error{
		faulty.View:   func() error { return s.View(t.Context(), func(store.Tx) error { return nil }) },
		faulty.Update: func() error { return spend(s, 1) },
		faulty.Commit: func() error { return spend(s, 1) },
		faulty.Ready:  func() error { return s.Ready(t.Context()) },
	}
	for op, call := range calls {
		s.FailNext(op, 2)
		for i, want := range []error{faulty.ErrFault, faulty.ErrFault, nil} {
			if i == 2 && op != faulty.View && op != faulty.Ready {
				break // once spent, it is spent
			}
			if err := call(); !errors.Is(err, want) {
				t.Errorf("call %d with %s broken: got %v, want %v", i, op, err, want)
			}
		}
		s.Fail(op)
		if err := call(); !errors.Is(err, faulty.ErrFault) {
			t.Errorf("call with %s broken for good: got %v", op, err)
		}
		s.Heal()
	}
	if err := spend(s, 1); err != nil {
		t.Errorf("Update that failed before, healed: %v", err)
	}
}

// With a lost answer the change has happened.
func TestLostAnswer(t *testing.T) {
	s := open(t)
	s.FailNext(faulty.Ack, 1)
	if err := spend(s, 1); !errors.Is(err, faulty.ErrFault) {
		t.Errorf("Update with its answer lost: got %v, want %v", err, faulty.ErrFault)
	}
	if err := spend(s, 1); !errors.Is(err, store.ErrExists) {
		t.Errorf("Update again: got %v, want %v", err, store.ErrExists)
	}
}

func TestRerun(t *testing.T) {
	s := open(t)
	s.Rerun(true)
	runs := 0
	err := s.Update(t.Context(), func(tx store.Tx) error {
		runs++
		return tx.Spend("p", []byte{1}, time.Unix(1e9, 0))
	})
	if err != nil || runs != 2 {
		t.Errorf("Update: got %v after %d runs, want nil after 2", err, runs)
	}
}
