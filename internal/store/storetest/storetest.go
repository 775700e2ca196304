// Package storetest is the suite that every engine of the store passes. Each
// promise in the comments of package store is a test here.
package storetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

type test struct {
	name string
	run  func(t *testing.T, s store.Store)
}

// Run runs the suite, but for what RunNodes and RunReopen test. open returns a
// new, empty store, and has it closed when the test ends.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, tests := range [][]test{
		userSessionTests,
		transactionTests, poolTests, clientTests, userTests, listUsersTests, codeTests, counterTests,
		sessionTests, familyTests, keyTests, eventTests, sweepTests, groupTests, resourceServerTests, deviceTests, passkeyTests,
	} {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t)) })
		}
	}
}

// Helpers: update and view fail the test when the transaction fails.

func update(t *testing.T, s store.Store, f func(store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), f); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

func view(t *testing.T, s store.Store, f func(store.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), f); err != nil {
		t.Fatalf("View: %v", err)
	}
}

// read returns what a query of one value finds.
func read[T any](t *testing.T, s store.Store, f func(store.Tx) (T, error)) T {
	t.Helper()
	var v T
	view(t, s, func(tx store.Tx) (err error) {
		v, err = f(tx)
		return err
	})
	return v
}

// wantUpdate checks the error with which a transaction ends.
func wantUpdate(t *testing.T, s store.Store, what string, want error, f func(store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), f); !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// wantView checks the error with which a query ends.
func wantView[T any](t *testing.T, s store.Store, what string, want error, f func(store.Tx) (T, error)) {
	t.Helper()
	err := s.View(t.Context(), func(tx store.Tx) error {
		_, err := f(tx)
		return err
	})
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// want compares values. What a pool derives from its settings is left out.
func want(t *testing.T, what string, got, want any) {
	t.Helper()
	diff := cmp.Diff(want, got,
		cmpopts.IgnoreUnexported(idp.UserPool{}),
		cmp.Comparer(func(a, b cognito.Timestamp) bool { return a.Time().Equal(b.Time()) }))
	if diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
