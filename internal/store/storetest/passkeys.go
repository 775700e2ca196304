package storetest

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var passkeyTests = []test{
	{"Passkeys/Kept", testPasskeyKept},
	{"Passkeys/List", testListPasskeys},
	{"Passkeys/Use", testUsePasskey},
	{"Passkeys/UseWithoutCounter", testUsePasskeyThatDoesNotCount},
	{"Passkeys/Counter", testPasskeyCounter},
	{"Passkeys/Delete", testDeletePasskey},
	{"Passkeys/Registration", testPasskeyRegistration},
	{"Passkeys/GoWithUser", testPasskeysGoWithUser},
	{"Passkeys/PurgePools", testPurgePasskeys},
	{"Passkeys/Sweep", testSweepPasskeyRegistrations},
}

// samplePasskey has every field set.
func samplePasskey(poolID, username string, id ...byte) *idp.WebAuthnCredential {
	return &idp.WebAuthnCredential{
		PoolID: poolID, Username: username, ID: append([]byte{0, 255}, id...), RelyingPartyID: "login.example.com",
		PublicKey: []byte{0xa5, 0, 1}, SignCount: 1<<32 - 1, Name: "Schlüssel <b>", Attachment: "cross-platform",
		Transports: []string{"usb", "hybrid", "\u2028"}, BackupEligible: true, BackedUp: true,
		Created: now,
	}
}

func sampleRegistration(poolID, username string) *idp.WebAuthnRegistration {
	return &idp.WebAuthnRegistration{
		PoolID: poolID, Username: username, ClientID: "c1", Challenge: "Y2hhbGxlbmdl-_", RelyingPartyID: "example.com", ExpiresAt: now,
	}
}

func passkeyOf(id ...byte) func(store.Tx) (*idp.WebAuthnCredential, error) {
	return func(tx store.Tx) (*idp.WebAuthnCredential, error) {
		return tx.WebAuthnCredential(pool1, append([]byte{0, 255}, id...))
	}
}

func registrationOf(username string) func(store.Tx) (*idp.WebAuthnRegistration, error) {
	return func(tx store.Tx) (*idp.WebAuthnRegistration, error) { return tx.WebAuthnRegistration(pool1, username) }
}

func createPasskeys(t *testing.T, s store.Store, passkeys ...*idp.WebAuthnCredential) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		for _, c := range passkeys {
			if err := tx.CreateWebAuthnCredential(c); err != nil {
				return err
			}
		}
		return nil
	})
}

func testPasskeyKept(t *testing.T, s store.Store) {
	wantView(t, s, "WebAuthnCredential of none", store.ErrNotFound, passkeyOf(1))
	createPasskeys(t, s, samplePasskey(pool1, "ada", 1))
	want(t, "WebAuthnCredential", read(t, s, passkeyOf(1)), samplePasskey(pool1, "ada", 1))
	for _, username := range []string{"ada", "grace"} {
		wantUpdate(t, s, "CreateWebAuthnCredential with the id of another", store.ErrExists, func(tx store.Tx) error {
			return tx.CreateWebAuthnCredential(samplePasskey(pool1, username, 1))
		})
	}
	want(t, "WebAuthnCredential after a refusal", read(t, s, passkeyOf(1)), samplePasskey(pool1, "ada", 1))
	createPasskeys(t, s, samplePasskey(pool2, "ada", 1)) // ids are free in every pool

	longest := &idp.WebAuthnCredential{PoolID: pool1, Username: "ada", ID: bytes.Repeat([]byte{7, 99}, 511), Created: now}
	createPasskeys(t, s, longest)
	want(t, "WebAuthnCredential with little and a long id", read(t, s, func(tx store.Tx) (*idp.WebAuthnCredential, error) {
		return tx.WebAuthnCredential(pool1, longest.ID)
	}), longest)
}

func testListPasskeys(t *testing.T, s store.Store) {
	var all []*idp.WebAuthnCredential
	for _, at := range []int{3, 1, 2} {
		c := samplePasskey(pool1, "ada", byte(at))
		c.Created = now.Add(time.Duration(at) * time.Second)
		all = append(all, c)
	}
	twin := samplePasskey(pool1, "ada", 0)
	twin.Created = now.Add(2 * time.Second)
	createPasskeys(t, s, append(all, twin, samplePasskey(pool1, "grace", 9), samplePasskey(pool2, "ada", 8))...)
	sorted := []*idp.WebAuthnCredential{all[1], twin, all[2], all[0]} // ids order what came at once
	for limit, n := range map[int]int{2: 2, 4: 4, 100: 4} {
		got := read(t, s, func(tx store.Tx) ([]*idp.WebAuthnCredential, error) {
			return tx.ListWebAuthnCredentials(pool1, "ada", limit)
		})
		want(t, "ListWebAuthnCredentials", got, sorted[:n])
	}
	if got := read(t, s, func(tx store.Tx) ([]*idp.WebAuthnCredential, error) {
		return tx.ListWebAuthnCredentials(pool1, "Ada", 9)
	}); len(got) != 0 {
		t.Errorf("ListWebAuthnCredentials of a user without: got %d, want none", len(got))
	}
}

func testUsePasskey(t *testing.T, s store.Store) {
	fresh := samplePasskey(pool1, "ada", 1)
	fresh.SignCount = 6
	createPasskeys(t, s, fresh, samplePasskey(pool1, "ada", 2))
	used := samplePasskey(pool1, "ada", 1)
	used.SignCount, used.BackedUp = 7, false
	changed := *used
	changed.Name, changed.PublicKey, changed.BackupEligible = "other", []byte{9}, false // which is not part of using it
	update(t, s, func(tx store.Tx) error { return tx.UseWebAuthnCredential(&changed) })
	want(t, "WebAuthnCredential, used", read(t, s, passkeyOf(1)), used)
	want(t, "WebAuthnCredential, not used", read(t, s, passkeyOf(2)), samplePasskey(pool1, "ada", 2))
	for _, c := range []*idp.WebAuthnCredential{samplePasskey(pool1, "ada", 3), samplePasskey(pool2, "ada", 1), samplePasskey(pool1, "grace", 1)} {
		wantUpdate(t, s, "UseWebAuthnCredential of none", store.ErrNotFound, func(tx store.Tx) error { return tx.UseWebAuthnCredential(c) })
	}
}

// A passkey that does not count is backed up, or is not any more, all the same.
func testUsePasskeyThatDoesNotCount(t *testing.T, s store.Store) {
	c := samplePasskey(pool1, "ada", 1)
	c.SignCount = 0
	createPasskeys(t, s, c)
	for _, backedUp := range []bool{true, false, false, true} {
		c.BackedUp = backedUp
		update(t, s, func(tx store.Tx) error { return tx.UseWebAuthnCredential(c) })
		want(t, "WebAuthnCredential, used", read(t, s, passkeyOf(1)), c)
	}
	for _, username := range []string{"grace", ""} {
		other := *c
		other.Username = username
		wantUpdate(t, s, "UseWebAuthnCredential of another", store.ErrNotFound, func(tx store.Tx) error { return tx.UseWebAuthnCredential(&other) })
	}
	update(t, s, func(tx store.Tx) error { return tx.DeleteWebAuthnCredential(pool1, "ada", c.ID) })
	wantUpdate(t, s, "UseWebAuthnCredential, deleted", store.ErrNotFound, func(tx store.Tx) error { return tx.UseWebAuthnCredential(c) })
}

// The counter of a passkey moves on with each use, unless it does not count.
func testPasskeyCounter(t *testing.T, s store.Store) {
	for id, tt := range []struct {
		stored, used uint32
		want         error
	}{
		{0, 0, nil}, {0, 1, nil}, {6, 7, nil}, {6, 1<<32 - 1, nil},
		{7, 7, store.ErrNotFound}, {7, 6, store.ErrNotFound}, {7, 0, store.ErrNotFound}, {1<<32 - 1, 1, store.ErrNotFound},
	} {
		c := samplePasskey(pool1, "ada", byte(id))
		c.SignCount = tt.stored
		createPasskeys(t, s, c)
		c.SignCount = tt.used
		err := s.Update(t.Context(), func(tx store.Tx) error { return tx.UseWebAuthnCredential(c) })
		if !errors.Is(err, tt.want) {
			t.Errorf("UseWebAuthnCredential(%d) after %d: got %v, want %v", tt.used, tt.stored, err, tt.want)
		}
	}
}

func testDeletePasskey(t *testing.T, s store.Store) {
	createPasskeys(t, s, samplePasskey(pool1, "ada", 1), samplePasskey(pool1, "ada", 2), samplePasskey(pool2, "ada", 1))
	del := func(username string) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.DeleteWebAuthnCredential(pool1, username, []byte{0, 255, 1}) }
	}
	wantUpdate(t, s, "DeleteWebAuthnCredential of another user", store.ErrNotFound, del("grace"))
	update(t, s, del("ada"))
	wantUpdate(t, s, "DeleteWebAuthnCredential again", store.ErrNotFound, del("ada"))
	wantView(t, s, "WebAuthnCredential, deleted", store.ErrNotFound, passkeyOf(1))
	read(t, s, passkeyOf(2))
	read(t, s, func(tx store.Tx) (*idp.WebAuthnCredential, error) {
		return tx.WebAuthnCredential(pool2, []byte{0, 255, 1})
	})
}

func testPasskeyRegistration(t *testing.T, s store.Store) {
	wantView(t, s, "WebAuthnRegistration of none", store.ErrNotFound, registrationOf("ada"))
	first, second := sampleRegistration(pool1, "ada"), sampleRegistration(pool1, "ada")
	second.ClientID, second.Challenge, second.RelyingPartyID, second.ExpiresAt = "c2", "b3RoZXI", "example.org", now.Add(time.Hour)
	for _, r := range []*idp.WebAuthnRegistration{first, second} {
		update(t, s, func(tx store.Tx) error { return tx.PutWebAuthnRegistration(r) })
		want(t, "WebAuthnRegistration", read(t, s, registrationOf("ada")), r)
	}
	wantView(t, s, "WebAuthnRegistration of another", store.ErrNotFound, registrationOf("grace"))
	spend := func(r *idp.WebAuthnRegistration) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.SpendWebAuthnRegistration(r) }
	}
	wantUpdate(t, s, "SpendWebAuthnRegistration of one that was replaced", store.ErrNotFound, spend(first))
	want(t, "WebAuthnRegistration after a refusal", read(t, s, registrationOf("ada")), second)
	update(t, s, spend(second))
	wantUpdate(t, s, "SpendWebAuthnRegistration again", store.ErrNotFound, spend(second))
	wantView(t, s, "WebAuthnRegistration, spent", store.ErrNotFound, registrationOf("ada"))
}

func testPasskeysGoWithUser(t *testing.T, s store.Store) {
	for i, name := range []string{"ada", "grace"} {
		createUser(t, s, sampleUser(pool1, name), named(name))
		createPasskeys(t, s, samplePasskey(pool1, name, byte(i)))
		update(t, s, func(tx store.Tx) error { return tx.PutWebAuthnRegistration(sampleRegistration(pool1, name)) })
	}
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(pool1, "ada") })
	wantView(t, s, "WebAuthnCredential of a deleted user", store.ErrNotFound, passkeyOf(0))
	wantView(t, s, "WebAuthnRegistration of a deleted user", store.ErrNotFound, registrationOf("ada"))
	read(t, s, passkeyOf(1))
	read(t, s, registrationOf("grace"))
}

func testPurgePasskeys(t *testing.T, s store.Store) {
	createPools(t, s)
	for _, pool := range []string{pool1, pool2} {
		createPasskeys(t, s, samplePasskey(pool, "ada", 1), samplePasskey(pool, "ada", 2), samplePasskey(pool, "ada", 3))
		update(t, s, func(tx store.Tx) error { return tx.PutWebAuthnRegistration(sampleRegistration(pool, "ada")) })
	}
	update(t, s, func(tx store.Tx) error { return tx.DeletePool(pool1) })
	for n := 1; n > 0; {
		update(t, s, func(tx store.Tx) (err error) {
			n, err = tx.PurgePools(2)
			return err
		})
	}
	for pool, n := range map[string]int{pool1: 0, pool2: 3} {
		got := read(t, s, func(tx store.Tx) ([]*idp.WebAuthnCredential, error) {
			return tx.ListWebAuthnCredentials(pool, "ada", 9)
		})
		if len(got) != n {
			t.Errorf("ListWebAuthnCredentials(%s) after PurgePools: got %d, want %d", pool, len(got), n)
		}
	}
	wantView(t, s, "WebAuthnRegistration after PurgePools", store.ErrNotFound, registrationOf("ada"))
}

func testSweepPasskeyRegistrations(t *testing.T, s store.Store) {
	for i, name := range []string{"old", "new"} {
		r := sampleRegistration(pool1, name)
		r.ExpiresAt = now.Add(time.Duration(2*i-1) * time.Second)
		update(t, s, func(tx store.Tx) error { return tx.PutWebAuthnRegistration(r) })
	}
	createPasskeys(t, s, samplePasskey(pool1, "old", 1))
	if n, err := s.Sweep(t.Context(), store.SweepTimes{Ended: now, Limit: 10}); n != 1 || err != nil {
		t.Errorf("Sweep: got %d, %v, want 1", n, err)
	}
	wantView(t, s, "WebAuthnRegistration, swept", store.ErrNotFound, registrationOf("old"))
	read(t, s, registrationOf("new"))
	read(t, s, passkeyOf(1))
}

func raceSpendRegistration(t *testing.T, nodes []store.Store) {
	update(t, nodes[0], func(tx store.Tx) error { return tx.PutWebAuthnRegistration(sampleRegistration(pool1, "ada")) })
	n := race(t, nodes, is(store.ErrNotFound), func(i int, tx store.Tx) error {
		if err := tx.SpendWebAuthnRegistration(sampleRegistration(pool1, "ada")); err != nil {
			return err
		}
		return tx.CreateWebAuthnCredential(samplePasskey(pool1, "ada", byte(i)))
	})
	wantWins(t, "SpendWebAuthnRegistration", n, 1)
}

// Passkeys are counted beside the creation of one; the limit holds.
func racePasskeyLimit(t *testing.T, nodes []store.Store) {
	const limit = 3
	errFull := errors.New("there are enough")
	n := race(t, nodes, is(errFull), func(i int, tx store.Tx) error {
		all, err := tx.ListWebAuthnCredentials(pool1, "ada", limit)
		if err != nil {
			return err
		}
		if len(all) >= limit {
			return errFull
		}
		return tx.CreateWebAuthnCredential(samplePasskey(pool1, "ada", byte(i)))
	})
	wantWins(t, "CreateWebAuthnCredential under a limit", n, limit)
}
