package storetest

import (
	"fmt"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var keyTests = []test{
	{"SigningKeys", testSigningKeys},
	{"AccessKeys", testAccessKeys},
}

func testSigningKeys(t *testing.T, s store.Store) {
	keys := func(pool string) []*idp.SigningKey {
		return read(t, s, func(tx store.Tx) ([]*idp.SigningKey, error) { return tx.SigningKeys(pool) })
	}
	if got := keys(pool1); len(got) != 0 {
		t.Errorf("SigningKeys of a pool without any: got %v", got)
	}
	oldest, middle, newest := sampleKey("z", now.Add(-time.Hour)), sampleKey("a", now), sampleKey("m", now.Add(time.Hour))
	for _, k := range []*idp.SigningKey{newest, oldest, middle} {
		update(t, s, func(tx store.Tx) error { return tx.PutSigningKey(k) })
	}
	foreign := sampleKey("z", now)
	foreign.PoolID = pool2
	update(t, s, func(tx store.Tx) error { return tx.PutSigningKey(foreign) })
	want(t, "SigningKeys", keys(pool1), []*idp.SigningKey{oldest, middle, newest})

	oldest.Retired, oldest.Use, oldest.Sealed = now, idp.KeyUseAccess, []byte{3}
	update(t, s, func(tx store.Tx) error { return tx.PutSigningKey(oldest) })
	want(t, "SigningKeys, one replaced", keys(pool1), []*idp.SigningKey{oldest, middle, newest})

	del := func(tx store.Tx) error { return tx.DeleteSigningKey(pool1, "z") }
	update(t, s, del)
	wantUpdate(t, s, "DeleteSigningKey again", store.ErrNotFound, del)
	want(t, "SigningKeys, one deleted", keys(pool1), []*idp.SigningKey{middle, newest})
	want(t, "SigningKeys of the other pool", keys(pool2), []*idp.SigningKey{foreign})
}

func testAccessKeys(t *testing.T, s store.Store) {
	key := func(id string) func(store.Tx) (*idp.AccessKey, error) {
		return func(tx store.Tx) (*idp.AccessKey, error) { return tx.AccessKey(id) }
	}
	wantView(t, s, "AccessKey of none", store.ErrNotFound, key("AKIA00"))
	var all []*idp.AccessKey
	for i := range 5 {
		k := &idp.AccessKey{ID: fmt.Sprintf("AKIA%02d", i), Sealed: []byte{1, 0, byte(i)}, Policy: []byte(`{"Statement":[]}`), Description: "d", Created: now}
		all = append(all, k)
		update(t, s, func(tx store.Tx) error { return tx.PutAccessKey(k) })
	}
	want(t, "AccessKey", read(t, s, key("AKIA03")), all[3])
	all[3].Description, all[3].Policy = "other", nil
	update(t, s, func(tx store.Tx) error { return tx.PutAccessKey(all[3]) })
	want(t, "AccessKey, replaced", read(t, s, key("AKIA03")), all[3])

	page := func(after string) []*idp.AccessKey {
		return read(t, s, func(tx store.Tx) ([]*idp.AccessKey, error) { return tx.ListAccessKeys(after, 2) })
	}
	want(t, "ListAccessKeys", page(""), all[:2])
	want(t, "ListAccessKeys after the second", page("AKIA01"), all[2:4])
	want(t, "ListAccessKeys after the fourth", page("AKIA03"), all[4:])
	del := func(tx store.Tx) error { return tx.DeleteAccessKey("AKIA00") }
	update(t, s, del)
	wantUpdate(t, s, "DeleteAccessKey again", store.ErrNotFound, del)
	want(t, "ListAccessKeys", page(""), all[1:3])
}
