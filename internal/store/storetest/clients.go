package storetest

import (
	"fmt"
	"testing"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var clientTests = []test{
	{"Clients/Kept", testClientKept},
	{"Clients/Update", testUpdateClient},
	{"Clients/List", testListClients},
	{"Clients/Delete", testDeleteClient},
}

func clientOf(id string) func(store.Tx) (*idp.Client, error) {
	return func(tx store.Tx) (*idp.Client, error) { return tx.Client(id) }
}

func createPools(t *testing.T, s store.Store) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		if err := tx.CreatePool(samplePool(pool1)); err != nil {
			return err
		}
		return tx.CreatePool(samplePool(pool2))
	})
}

func testClientKept(t *testing.T, s store.Store) {
	c := sampleClient(pool1, "c1")
	wantView(t, s, "Client of none", store.ErrNotFound, clientOf("c1"))
	wantUpdate(t, s, "CreateClient without a pool", store.ErrNotFound, func(tx store.Tx) error { return tx.CreateClient(c) })
	createPools(t, s)
	c.Version = 77 // which is not the caller's to say
	update(t, s, func(tx store.Tx) error { return tx.CreateClient(c) })
	want(t, "Client", read(t, s, clientOf("c1")), sampleClient(pool1, "c1"))
	wantUpdate(t, s, "CreateClient with an id of another pool", store.ErrExists, func(tx store.Tx) error {
		return tx.CreateClient(sampleClient(pool2, "c1"))
	})
	want(t, "Client", read(t, s, clientOf("c1")), sampleClient(pool1, "c1"))

	public := &idp.Client{ID: "c2", PoolID: pool1, Version: 1}
	update(t, s, func(tx store.Tx) error { return tx.CreateClient(public) })
	want(t, "Client without secrets", read(t, s, clientOf("c2")), public)
}

func testUpdateClient(t *testing.T, s store.Store) {
	createPools(t, s)
	c := sampleClient(pool1, "c1")
	wantUpdate(t, s, "UpdateClient of none", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateClient(c) })
	update(t, s, func(tx store.Tx) error { return tx.CreateClient(c) })
	c.Settings.ClientName, c.Secrets = "other", nil
	update(t, s, func(tx store.Tx) error { return tx.UpdateClient(c) })
	wantUpdate(t, s, "UpdateClient with an old version", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateClient(c) })
	c.Version = 2
	want(t, "Client, updated", read(t, s, clientOf("c1")), c)
	foreign := *c
	foreign.PoolID = pool2
	wantUpdate(t, s, "UpdateClient from another pool", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateClient(&foreign) })
}

func testListClients(t *testing.T, s store.Store) {
	createPools(t, s)
	var all []*idp.Client
	for i := range 5 {
		all = append(all, sampleClient(pool1, fmt.Sprintf("c%d", i)))
	}
	for _, i := range []int{3, 1, 4, 0, 2} {
		update(t, s, func(tx store.Tx) error { return tx.CreateClient(all[i]) })
	}
	update(t, s, func(tx store.Tx) error { return tx.CreateClient(sampleClient(pool2, "c11")) })
	for after, page := range map[string][]*idp.Client{"": all[:2], "c1": all[2:4], "c3": all[4:], "c4": nil} {
		got := read(t, s, func(tx store.Tx) ([]*idp.Client, error) { return tx.ListClients(pool1, after, 2) })
		want(t, "ListClients after "+after, got, page)
	}
	for limit, n := range map[int]int{3: 3, 5: 5, 100: 5} {
		if got := read(t, s, func(tx store.Tx) (int, error) { return tx.CountClients(pool1, limit) }); got != n {
			t.Errorf("CountClients(%d): got %d, want %d", limit, got, n)
		}
	}
}

func testDeleteClient(t *testing.T, s store.Store) {
	createPools(t, s)
	update(t, s, func(tx store.Tx) error { return tx.CreateClient(sampleClient(pool1, "c1")) })
	wantUpdate(t, s, "DeleteClient from another pool", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteClient(pool2, "c1") })
	del := func(tx store.Tx) error { return tx.DeleteClient(pool1, "c1") }
	update(t, s, del)
	wantUpdate(t, s, "DeleteClient again", store.ErrNotFound, del)
	wantView(t, s, "Client, deleted", store.ErrNotFound, clientOf("c1"))
}
