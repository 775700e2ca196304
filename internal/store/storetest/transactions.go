package storetest

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var transactionTests = []test{
	{"Transactions/ErrorRollsBack", testErrorRollsBack},
	{"Transactions/HiddenErrorRollsBack", testHiddenErrorRollsBack},
	{"Transactions/PanicRollsBack", testPanicRollsBack},
	{"Transactions/ExitRollsBack", testExitRollsBack},
	{"Transactions/ViewCannotWrite", testViewCannotWrite},
	{"Transactions/ViewSeesOneState", testViewSeesOneState},
	{"Transactions/ReadsOwnWrites", testReadsOwnWrites},
	{"Transactions/OverIsOver", testOverIsOver},
	{"Transactions/CancelledIsNotRun", testCancelledIsNotRun},
	{"Transactions/CancelledInside", testCancelledInside},
	{"Transactions/Ready", testReady},
	{"Transactions/ClosedStoreFails", testClosedStoreFails},
	{"Transactions/TextThatCannotBeKept", testTextThatCannotBeKept},
}

func testErrorRollsBack(t *testing.T, s store.Store) {
	errMine := errors.New("mine")
	for range 3 {
		wantUpdate(t, s, "Update with an error", errMine, func(tx store.Tx) error {
			if err := tx.PutCode(sampleCode("ada", 1)); err != nil {
				return err
			}
			return errMine
		})
	}
	wantView(t, s, "Code after a rollback", store.ErrNotFound, codeOf("ada"))
}

// An error of the database decides about the transaction even where the
// closure hides it.
func testHiddenErrorRollsBack(t *testing.T, s store.Store) {
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.PutCode(sampleCode("ada", 1)); err != nil {
			return err
		}
		breakTx(tx)
		return nil
	})
	if err == nil {
		t.Error("Update with a failed statement: got nil, want its error")
	}
	wantView(t, s, "Code after a rollback", store.ErrNotFound, codeOf("ada"))
	update(t, s, func(tx store.Tx) error { return tx.PutCode(sampleCode("ada", 1)) })
}

// breakTx makes a statement fail: no engine keeps a NUL in text.
func breakTx(tx store.Tx) {
	_ = tx.AddEvent(sampleEvent("ada\x00", "e1", now)) // hidden, which is the point
}

func testPanicRollsBack(t *testing.T, s store.Store) {
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.PutCode(sampleCode("ada", 1)); err != nil {
			return err
		}
		panic("at the disco")
	})
	if err == nil || !strings.Contains(err.Error(), "at the disco") {
		t.Errorf("Update with a panic: got %v, want an error with its value", err)
	}
	err = s.View(t.Context(), func(store.Tx) error { panic("in the view") })
	if err == nil || !strings.Contains(err.Error(), "in the view") {
		t.Errorf("View with a panic: got %v, want an error with its value", err)
	}
	wantView(t, s, "Code after a panic", store.ErrNotFound, codeOf("ada"))
}

// A test that fails inside a closure ends its goroutine there; the store goes
// on.
func testExitRollsBack(t *testing.T, s store.Store) {
	exit := func(f func(context.Context, func(store.Tx) error) error) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			f(context.Background(), func(tx store.Tx) error {
				tx.PutCode(sampleCode("ada", 1))
				runtime.Goexit()
				return nil
			})
		}()
		<-done
	}
	for range 20 {
		exit(s.Update)
		exit(s.View)
	}
	wantView(t, s, "Code after an exit", store.ErrNotFound, codeOf("ada"))
	update(t, s, func(tx store.Tx) error { return tx.PutCode(sampleCode("ada", 1)) })
}

func testViewCannotWrite(t *testing.T, s store.Store) {
	err := s.View(t.Context(), func(tx store.Tx) error { return tx.PutCode(sampleCode("ada", 1)) })
	if err == nil {
		t.Error("PutCode in a View: got nil, want an error")
	}
	wantView(t, s, "Code after a View", store.ErrNotFound, codeOf("ada"))
}

func testViewSeesOneState(t *testing.T, s store.Store) {
	view(t, s, func(tx store.Tx) error {
		before, err := tx.Attempts(pool1, "ada", idp.AttemptReset)
		if err != nil {
			return err
		}
		update(t, s, func(tx store.Tx) error { return tx.PutAttempts(sampleAttempts("ada")) })
		after, err := tx.Attempts(pool1, "ada", idp.AttemptReset)
		if err != nil {
			return err
		}
		want(t, "Attempts in one View, around an Update", after, before)
		return nil
	})
}

func testReadsOwnWrites(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) error {
		if err := tx.PutCode(sampleCode("ada", 1)); err != nil {
			return err
		}
		got, err := codeOf("ada")(tx)
		want(t, "Code in the transaction that put it", got, sampleCode("ada", 1))
		return err
	})
}

// A transaction that is kept beyond its closure does nothing.
func testOverIsOver(t *testing.T, s store.Store) {
	var kept store.Tx
	update(t, s, func(tx store.Tx) error { kept = tx; return nil })
	if err := kept.PutCode(sampleCode("ada", 1)); err == nil {
		t.Error("PutCode after the transaction: got nil, want an error")
	}
	if _, err := codeOf("ada")(kept); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("Code after the transaction: got %v, want an error", err)
	}
	wantView(t, s, "Code", store.ErrNotFound, codeOf("ada"))
}

func testCancelledIsNotRun(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := func(store.Tx) error { t.Error("the closure ran"); return nil }
	if err := s.Update(ctx, f); !errors.Is(err, context.Canceled) {
		t.Errorf("Update: got %v, want %v", err, context.Canceled)
	}
	if err := s.View(ctx, f); !errors.Is(err, context.Canceled) {
		t.Errorf("View: got %v, want %v", err, context.Canceled)
	}
}

// A request that is given up inside its closure harms nobody else: it either
// happens or not, and tells which.
func testCancelledInside(t *testing.T, s store.Store) {
	for range 10 {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Update(ctx, func(tx store.Tx) error {
			cancel()
			return tx.PutCode(sampleCode("ada", 1))
		})
		view(t, s, func(tx store.Tx) error {
			_, found := codeOf("ada")(tx)
			if (err == nil) != (found == nil) {
				t.Errorf("Update, cancelled inside: got %v, but then Code says %v", err, found)
			}
			return nil
		})
		update(t, s, func(tx store.Tx) error { return tx.PutCode(sampleCode("grace", 1)) })
		update(t, s, func(tx store.Tx) error {
			if err := tx.DeleteCode(sampleCode("ada", 1)); !errors.Is(err, store.ErrNotFound) {
				return err
			}
			return nil
		})
	}
}

func testReady(t *testing.T, s store.Store) {
	for range 3 {
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("Ready: %v", err)
		}
	}
}

func testClosedStoreFails(t *testing.T, s store.Store) {
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	f := func(store.Tx) error { t.Error("the closure ran"); return nil }
	if err := s.Update(t.Context(), f); err == nil {
		t.Error("Update after Close: got nil, want an error")
	}
	if err := s.View(t.Context(), f); err == nil {
		t.Error("View after Close: got nil, want an error")
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("Ready after Close: got nil, want an error")
	}
}

// A name that cannot be kept is the name of nobody; writing it fails.
func testTextThatCannotBeKept(t *testing.T, s store.Store) {
	for _, name := range []string{"a\x00da", "ad\xffa"} {
		wantView(t, s, "Code of "+name, store.ErrNotFound, codeOf(name))
		wantView(t, s, "FindUser "+name, store.ErrNotFound, func(tx store.Tx) (*idp.User, error) {
			return tx.FindUser(pool1, named(name))
		})
		users, next := list(t, s, store.UserQuery{Field: "email", Value: name, Limit: 10})
		if len(users) != 0 || next != nil {
			t.Errorf("ListUsers by %q: got %v, %v, want none", name, users, next)
		}
		if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.PutCode(sampleCode(name, 1)) }); err == nil {
			t.Errorf("PutCode of %q: got nil, want an error", name)
		}
		// In values that are only read whole, NUL is fine.
		u := plainUser(pool1, "ada", map[string]string{"name": "a\x00b"})
		update(t, s, func(tx store.Tx) error { return tx.CreateUser(u, named("ada")) })
		got := read(t, s, func(tx store.Tx) (*idp.User, error) { return tx.User(pool1, "ada") })
		want(t, "User with a NUL in an attribute", got, u)
		update(t, s, func(tx store.Tx) error { return tx.DeleteUser(pool1, "ada") })
	}
}
