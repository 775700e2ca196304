package storetest

import (
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var sessionTests = []test{
	{"Sessions/Kept", testSessionKept},
	{"Sessions/SpentOnce", testSessionSpentOnce},
	{"Sessions/Spend", testSpend},
}

func sessionOf(id byte) func(store.Tx) (*idp.Session, error) {
	return func(tx store.Tx) (*idp.Session, error) { return tx.Session(pool1, []byte{id, 0}) }
}

func testSessionKept(t *testing.T, s store.Store) {
	wantView(t, s, "Session that was never created", store.ErrNotFound, sessionOf(1))
	session := sampleSession(1, "ada")
	session.ExpiresAt = now.Add(-time.Hour) // expired ones are found too
	update(t, s, func(tx store.Tx) error { return tx.CreateSession(session) })
	want(t, "Session", read(t, s, sessionOf(1)), session)
	wantUpdate(t, s, "CreateSession again", store.ErrExists, func(tx store.Tx) error { return tx.CreateSession(sampleSession(1, "grace")) })
	want(t, "Session", read(t, s, sessionOf(1)), session)
	wantView(t, s, "Session of another pool", store.ErrNotFound, func(tx store.Tx) (*idp.Session, error) {
		return tx.Session(pool2, session.ID)
	})
}

func testSessionSpentOnce(t *testing.T, s store.Store) {
	spend := func(tx store.Tx) error { return tx.SpendSession(pool1, []byte{1, 0}) }
	wantUpdate(t, s, "SpendSession of none", store.ErrNotFound, spend)
	session := sampleSession(1, "ada")
	update(t, s, func(tx store.Tx) error { return tx.CreateSession(session) })
	update(t, s, spend)
	session.Spent = true
	want(t, "Session, spent", read(t, s, sessionOf(1)), session)
	wantUpdate(t, s, "SpendSession again", store.ErrNotFound, spend)
}

func testSpend(t *testing.T, s store.Store) {
	spend := func(pool string, id byte) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.Spend(pool, []byte{0, id}, now) }
	}
	update(t, s, spend(pool1, 1))
	wantUpdate(t, s, "Spend again", store.ErrExists, spend(pool1, 1))
	update(t, s, spend(pool1, 2))
	update(t, s, spend(pool2, 1))
	for id, want := range map[byte]bool{1: true, 2: true, 3: false} {
		err := s.View(t.Context(), func(tx store.Tx) error {
			got, err := tx.Spent(pool1, []byte{0, id})
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
