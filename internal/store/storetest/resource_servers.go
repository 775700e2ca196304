package storetest

import (
	"errors"
	"fmt"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var resourceServerTests = []test{
	{"ResourceServers/Kept", testResourceServerKept},
	{"ResourceServers/Update", testUpdateResourceServer},
	{"ResourceServers/List", testListResourceServers},
	{"ResourceServers/Delete", testDeleteResourceServer},
	{"ResourceServers/PurgePools", testPurgeResourceServers},
}

// sampleResourceServer has every field set.
func sampleResourceServer(poolID, identifier string) *idp.ResourceServer {
	return &idp.ResourceServer{
		PoolID: poolID, Identifier: identifier, Name: "Läden & Co",
		Scopes: []*cognito.ResourceServerScopeType{
			{ScopeName: "write", ScopeDescription: "Change \"orders\" – größer"},
			{ScopeName: "read", ScopeDescription: "<b> \u0000 \u2028"},
		},
	}
}

func resourceServerOf(identifier string) func(store.Tx) (*idp.ResourceServer, error) {
	return func(tx store.Tx) (*idp.ResourceServer, error) { return tx.ResourceServer(pool1, identifier) }
}

func createResourceServers(t *testing.T, s store.Store, poolID string, identifiers ...string) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		for _, id := range identifiers {
			if err := tx.CreateResourceServer(sampleResourceServer(poolID, id)); err != nil {
				return err
			}
		}
		return nil
	})
}

func testResourceServerKept(t *testing.T, s store.Store) {
	const id = "https://shop.example.com"
	wantView(t, s, "ResourceServer of none", store.ErrNotFound, resourceServerOf(id))
	r := sampleResourceServer(pool1, id)
	create := func(tx store.Tx) error { return tx.CreateResourceServer(r) }
	wantUpdate(t, s, "CreateResourceServer without a pool", store.ErrNotFound, create)
	createPools(t, s)
	update(t, s, create)
	want(t, "ResourceServer", read(t, s, resourceServerOf(id)), sampleResourceServer(pool1, id))
	wantUpdate(t, s, "CreateResourceServer again", store.ErrExists, create)
	wantView(t, s, "ResourceServer in other letters", store.ErrNotFound, resourceServerOf("https://SHOP.example.com"))
	createResourceServers(t, s, pool2, id) // identifiers are free in every pool
	createResourceServers(t, s, pool1, "HTTPS://shop.example.com")

	bare := &idp.ResourceServer{PoolID: pool1, Identifier: "bare", Name: "Bare"}
	update(t, s, func(tx store.Tx) error { return tx.CreateResourceServer(bare) })
	want(t, "ResourceServer without scopes", read(t, s, resourceServerOf("bare")), bare)
}

func testUpdateResourceServer(t *testing.T, s store.Store) {
	createPools(t, s)
	changed := &idp.ResourceServer{
		PoolID: pool1, Identifier: "shop", Name: "Shop",
		Scopes: []*cognito.ResourceServerScopeType{{ScopeName: "order", ScopeDescription: "Order"}},
	}
	change := func(tx store.Tx) error { return tx.UpdateResourceServer(changed) }
	wantUpdate(t, s, "UpdateResourceServer of none", store.ErrNotFound, change)
	createResourceServers(t, s, pool1, "shop", "other")
	createResourceServers(t, s, pool2, "shop")
	update(t, s, change)
	want(t, "ResourceServer, updated", read(t, s, resourceServerOf("shop")), changed)
	want(t, "ResourceServer, not updated", read(t, s, resourceServerOf("other")), sampleResourceServer(pool1, "other"))
	elsewhere := read(t, s, func(tx store.Tx) (*idp.ResourceServer, error) { return tx.ResourceServer(pool2, "shop") })
	want(t, "ResourceServer of another pool", elsewhere, sampleResourceServer(pool2, "shop"))
	changed.Scopes = nil
	update(t, s, change)
	want(t, "ResourceServer, updated to no scopes", read(t, s, resourceServerOf("shop")), changed)
}

func testListResourceServers(t *testing.T, s store.Store) {
	createPools(t, s)
	createResourceServers(t, s, pool2, "a1")
	createResourceServers(t, s, pool1, "c", "a", "~", "B", "d")
	for after, page := range map[string][]string{"": {"B", "a"}, "a": {"c", "d"}, "b": {"c", "d"}, "d": {"~"}, "~": nil} {
		servers := read(t, s, func(tx store.Tx) ([]*idp.ResourceServer, error) { return tx.ListResourceServers(pool1, after, 2) })
		var ids []string
		for _, r := range servers {
			ids = append(ids, r.Identifier)
			want(t, "ListResourceServers", r, sampleResourceServer(pool1, r.Identifier))
		}
		want(t, "ListResourceServers after "+after, ids, page)
	}
	for limit, n := range map[int]int{3: 3, 5: 5, 100: 5} {
		if got := read(t, s, func(tx store.Tx) (int, error) { return tx.CountResourceServers(pool1, limit) }); got != n {
			t.Errorf("CountResourceServers(%d): got %d, want %d", limit, got, n)
		}
	}
}

func testDeleteResourceServer(t *testing.T, s store.Store) {
	createPools(t, s)
	del := func(tx store.Tx) error { return tx.DeleteResourceServer(pool1, "shop") }
	wantUpdate(t, s, "DeleteResourceServer of none", store.ErrNotFound, del)
	createResourceServers(t, s, pool1, "shop", "other")
	createResourceServers(t, s, pool2, "shop")
	update(t, s, del)
	wantView(t, s, "ResourceServer, deleted", store.ErrNotFound, resourceServerOf("shop"))
	wantUpdate(t, s, "DeleteResourceServer again", store.ErrNotFound, del)
	read(t, s, resourceServerOf("other"))
	read(t, s, func(tx store.Tx) (*idp.ResourceServer, error) { return tx.ResourceServer(pool2, "shop") })
	createResourceServers(t, s, pool1, "shop")
}

func testPurgeResourceServers(t *testing.T, s store.Store) {
	createPools(t, s)
	for _, pool := range []string{pool1, pool2} {
		createResourceServers(t, s, pool, "a", "b", "c")
	}
	update(t, s, func(tx store.Tx) error { return tx.DeletePool(pool1) })
	for n := 1; n > 0; {
		update(t, s, func(tx store.Tx) (err error) {
			n, err = tx.PurgePools(2)
			return err
		})
	}
	for pool, want := range map[string]int{pool1: 0, pool2: 3} {
		if n := read(t, s, func(tx store.Tx) (int, error) { return tx.CountResourceServers(pool, 10) }); n != want {
			t.Errorf("CountResourceServers(%s) after PurgePools: got %d, want %d", pool, n, want)
		}
	}
}

func raceCreateResourceServer(t *testing.T, nodes []store.Store) {
	createPools(t, nodes[0])
	n := race(t, nodes, is(store.ErrExists), func(_ int, tx store.Tx) error {
		return tx.CreateResourceServer(sampleResourceServer(pool1, "shop"))
	})
	wantWins(t, "CreateResourceServer with one identifier", n, 1)
}

// Resource servers are counted beside the creation of one; the limit holds.
func raceResourceServerLimit(t *testing.T, nodes []store.Store) {
	const limit = 3
	errFull := errors.New("there are enough")
	createPools(t, nodes[0])
	n := race(t, nodes, is(errFull), func(i int, tx store.Tx) error {
		n, err := tx.CountResourceServers(pool1, limit)
		if err != nil {
			return err
		}
		if n >= limit {
			return errFull
		}
		return tx.CreateResourceServer(sampleResourceServer(pool1, fmt.Sprint("r", i)))
	})
	wantWins(t, "CreateResourceServer under a limit", n, limit)
}
