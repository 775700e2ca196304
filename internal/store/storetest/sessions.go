package storetest

import (
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var sessionTests = []test{
	{"Sessions/StateKept", testSessionStateKept},
	{"Sessions/Spend", testSpend},
}

func stateOf(id byte) func(store.Tx) (*idp.SessionState, error) {
	return func(tx store.Tx) (*idp.SessionState, error) { return tx.SessionState(pool1, []byte{id, 0}) }
}

func testSessionStateKept(t *testing.T, s store.Store) {
	wantView(t, s, "SessionState that was never created", store.ErrNotFound, stateOf(1))
	state := sampleState(1)
	state.ExpiresAt = now.Add(-time.Hour) // expired ones are found too
	update(t, s, func(tx store.Tx) error { return tx.CreateSessionState(state) })
	want(t, "SessionState", read(t, s, stateOf(1)), state)
	wantUpdate(t, s, "CreateSessionState again", store.ErrExists, func(tx store.Tx) error { return tx.CreateSessionState(sampleState(1)) })
	want(t, "SessionState", read(t, s, stateOf(1)), state)
	wantView(t, s, "SessionState of another pool", store.ErrNotFound, func(tx store.Tx) (*idp.SessionState, error) {
		return tx.SessionState(pool2, state.ID)
	})
}

func testSpend(t *testing.T, s store.Store) {
	spend := func(pool string, id byte) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.Spend(pool, []byte{0, id}, now.Add(time.Minute)) }
	}
	update(t, s, spend(pool1, 1))
	wantUpdate(t, s, "Spend again", store.ErrExists, spend(pool1, 1))
	update(t, s, spend(pool1, 2))
	update(t, s, spend(pool2, 1))
	for id, want := range map[byte]bool{1: true, 2: true, 3: false} {
		err := s.View(t.Context(), func(tx store.Tx) error {
			got, err := tx.Spent(pool1, []byte{0, id}, now.Add(time.Minute))
			if got != want {
				t.Errorf("Spent(%d): got %v, want %v", id, got, want)
			}
			return err
		})
		if err != nil {
			t.Errorf("Spent(%d): %v", id, err)
		}
	}
}
