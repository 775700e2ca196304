package storetest

import (
	"testing"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var counterTests = []test{
	{"Counters/EmptyUntilPut", testAttemptsEmpty},
	{"Counters/Kept", testAttemptsKept},
	{"Counters/Clear", testClearAttempts},
}

func attemptsOf(subject string) func(store.Tx) (*idp.Attempts, error) {
	return func(tx store.Tx) (*idp.Attempts, error) { return tx.Attempts(pool1, subject, idp.AttemptReset) }
}

func testAttemptsEmpty(t *testing.T, s store.Store) {
	want(t, "Attempts of nobody", read(t, s, attemptsOf(unknown)),
		&idp.Attempts{PoolID: pool1, Subject: unknown, Kind: idp.AttemptReset})
}

func testAttemptsKept(t *testing.T, s store.Store) {
	a := sampleAttempts("ada")
	update(t, s, func(tx store.Tx) error { return tx.PutAttempts(a) })
	want(t, "Attempts", read(t, s, attemptsOf("ada")), a)
	// Times that were never set stay unset.
	b := &idp.Attempts{PoolID: pool1, Subject: "ada", Kind: idp.AttemptReset, Count: 1, Last: now}
	update(t, s, func(tx store.Tx) error { return tx.PutAttempts(b) })
	got := read(t, s, attemptsOf("ada"))
	want(t, "Attempts, put again", got, b)
	if !got.WindowStart.IsZero() || !got.LockedUntil.IsZero() {
		t.Errorf("zero times came back as %v, %v", got.WindowStart, got.LockedUntil)
	}
}

func testClearAttempts(t *testing.T, s store.Store) {
	other := sampleAttempts("ada")
	other.Kind = idp.AttemptPassword
	update(t, s, func(tx store.Tx) error {
		if err := tx.PutAttempts(other); err != nil {
			return err
		}
		return tx.PutAttempts(sampleAttempts("ada"))
	})
	for range 2 { // clearing nothing is fine
		update(t, s, func(tx store.Tx) error { return tx.ClearAttempts(pool1, "ada", idp.AttemptReset) })
	}
	want(t, "Attempts after ClearAttempts", read(t, s, attemptsOf("ada")),
		&idp.Attempts{PoolID: pool1, Subject: "ada", Kind: idp.AttemptReset})
	ofOther := func(tx store.Tx) (*idp.Attempts, error) { return tx.Attempts(pool1, "ada", idp.AttemptPassword) }
	want(t, "Attempts of another kind", read(t, s, ofOther), other)
	update(t, s, func(tx store.Tx) error {
		if err := tx.PutAttempts(sampleAttempts("grace")); err != nil {
			return err
		}
		if err := tx.ClearAttempts(pool1, "ada"); err != nil { // no kind at all
			return err
		}
		return tx.PutAttempts(sampleAttempts("ada"))
	})
	want(t, "Attempts after no kind was cleared", read(t, s, ofOther), other)
	update(t, s, func(tx store.Tx) error { return tx.ClearAttempts(pool1, "ada", idp.AttemptReset, idp.AttemptPassword) })
	for _, kind := range []idp.AttemptKind{idp.AttemptReset, idp.AttemptPassword} {
		got := read(t, s, func(tx store.Tx) (*idp.Attempts, error) { return tx.Attempts(pool1, "ada", kind) })
		want(t, "Attempts after both kinds were cleared", got, &idp.Attempts{PoolID: pool1, Subject: "ada", Kind: kind})
	}
	want(t, "Attempts of another subject", read(t, s, attemptsOf("grace")), sampleAttempts("grace"))
}
