package storetest

import (
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var familyTests = []test{
	{"Families/Kept", testFamilyKept},
	{"Families/Rotate", testRotateFamily},
	{"Families/Revoke", testRevokeFamily},
	{"Families/RevokeAll", testRevokeFamilies},
}

func familyOf(id string) func(store.Tx) (*idp.Family, error) {
	return func(tx store.Tx) (*idp.Family, error) { return tx.Family(pool1, id) }
}

func testFamilyKept(t *testing.T, s store.Store) {
	wantView(t, s, "Family that was never created", store.ErrNotFound, familyOf("f1"))
	f := sampleFamily("f1", "ada")
	update(t, s, func(tx store.Tx) error { return tx.CreateFamily(f) })
	want(t, "Family", read(t, s, familyOf("f1")), f)
	wantUpdate(t, s, "CreateFamily again", store.ErrExists, func(tx store.Tx) error { return tx.CreateFamily(f) })
	bare := &idp.Family{PoolID: pool1, ID: "f2", ClientID: "c1", Username: "ada", AuthTime: now, ExpiresAt: now.Add(-time.Hour), Revoked: true}
	update(t, s, func(tx store.Tx) error { return tx.CreateFamily(bare) })
	want(t, "Family without tokens", read(t, s, familyOf("f2")), bare)
}

func testRotateFamily(t *testing.T, s store.Store) {
	f := sampleFamily("f1", "ada")
	first := f.RefreshHash
	wantUpdate(t, s, "RotateFamily of none", store.ErrNotFound, func(tx store.Tx) error { return tx.RotateFamily(f, first) })
	update(t, s, func(tx store.Tx) error { return tx.CreateFamily(f) })
	next := *f
	next.RefreshHash, next.FormerHash, next.FormerUntil = []byte{7}, first, now.Add(time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.RotateFamily(&next, first) })
	want(t, "Family, rotated", read(t, s, familyOf("f1")), &next)
	wantUpdate(t, s, "RotateFamily with the former token", store.ErrNotFound, func(tx store.Tx) error {
		return tx.RotateFamily(&next, first)
	})
	update(t, s, func(tx store.Tx) error { return tx.RevokeFamily(pool1, "f1") })
	wantUpdate(t, s, "RotateFamily of a revoked one", store.ErrNotFound, func(tx store.Tx) error {
		return tx.RotateFamily(&next, next.RefreshHash)
	})
}

func testRevokeFamily(t *testing.T, s store.Store) {
	revoke := func(tx store.Tx) error { return tx.RevokeFamily(pool1, "f1") }
	wantUpdate(t, s, "RevokeFamily of none", store.ErrNotFound, revoke)
	f := sampleFamily("f1", "ada")
	update(t, s, func(tx store.Tx) error { return tx.CreateFamily(f) })
	f.Revoked = true
	for range 2 { // twice is fine
		update(t, s, revoke)
		want(t, "Family, revoked", read(t, s, familyOf("f1")), f)
	}
}

func testRevokeFamilies(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) error { return tx.RevokeFamilies(pool1, "ada") })
	foreign := sampleFamily("f1", "ada")
	foreign.PoolID = pool2
	for _, f := range []*idp.Family{sampleFamily("f1", "ada"), sampleFamily("f2", "ada"), sampleFamily("f3", "grace"), foreign} {
		update(t, s, func(tx store.Tx) error { return tx.CreateFamily(f) })
	}
	update(t, s, func(tx store.Tx) error { return tx.RevokeFamilies(pool1, "ada") })
	for id, revoked := range map[string]bool{"f1": true, "f2": true, "f3": false} {
		if f := read(t, s, familyOf(id)); f.Revoked != revoked {
			t.Errorf("Family(%s).Revoked: got %t, want %t", id, f.Revoked, revoked)
		}
	}
	if f := read(t, s, func(tx store.Tx) (*idp.Family, error) { return tx.Family(pool2, "f1") }); f.Revoked {
		t.Error("RevokeFamilies revoked a family of another pool")
	}
}
