package storetest

import (
	"fmt"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var poolTests = []test{
	{"Pools/Kept", testPoolKept},
	{"Pools/Update", testUpdatePool},
	{"Pools/List", testListPools},
	{"Pools/DeleteHidesAll", testDeletePool},
	{"Pools/Purge", testPurgePools},
}

func poolOf(id string) func(store.Tx) (*idp.UserPool, error) {
	return func(tx store.Tx) (*idp.UserPool, error) { return tx.Pool(id) }
}

func testPoolKept(t *testing.T, s store.Store) {
	wantView(t, s, "Pool of none", store.ErrNotFound, poolOf(pool1))
	wantView(t, s, "PoolVersion of none", store.ErrNotFound, func(tx store.Tx) (int64, error) { return tx.PoolVersion(pool1) })
	p := samplePool(pool1)
	p.Version = 77 // which is not the caller's to say
	update(t, s, func(tx store.Tx) error { return tx.CreatePool(p) })
	got := read(t, s, poolOf(pool1))
	want(t, "Pool", got, samplePool(pool1))
	if got.Attribute("custom:tenant") == nil {
		t.Error("Pool is not prepared")
	}
	wantUpdate(t, s, "CreatePool again", store.ErrExists, func(tx store.Tx) error { return tx.CreatePool(p) })

	bare := &idp.UserPool{ID: pool2, Version: 1}
	update(t, s, func(tx store.Tx) error { return tx.CreatePool(bare) })
	want(t, "Pool without settings", read(t, s, poolOf(pool2)), bare)
}

func testUpdatePool(t *testing.T, s store.Store) {
	p := samplePool(pool1)
	wantUpdate(t, s, "UpdatePool of none", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdatePool(p) })
	update(t, s, func(tx store.Tx) error { return tx.CreatePool(p) })
	p.Settings.Name, p.SealedKey = "other", []byte{4}
	update(t, s, func(tx store.Tx) error { return tx.UpdatePool(p) })
	if p.Version != 1 {
		t.Errorf("UpdatePool changed the caller's version to %d", p.Version)
	}
	wantUpdate(t, s, "UpdatePool with an old version", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdatePool(p) })
	p.Version = 2
	want(t, "Pool, updated", read(t, s, poolOf(pool1)), p)
	if v := read(t, s, func(tx store.Tx) (int64, error) { return tx.PoolVersion(pool1) }); v != 2 {
		t.Errorf("PoolVersion after an update: got %d, want 2", v)
	}
}

func testListPools(t *testing.T, s store.Store) {
	var ids []string
	// Capitals sort before small letters, whatever the locale.
	for _, id := range []string{"us-east-1_B", "us-east-1_a", "us-east-1_A", "us-east-1_é", "us-east-1_b"} {
		update(t, s, func(tx store.Tx) error { return tx.CreatePool(samplePool(id)) })
	}
	after := ""
	for {
		page := read(t, s, func(tx store.Tx) ([]*idp.UserPool, error) { return tx.ListPools(after, 2) })
		if len(page) == 0 {
			break
		}
		for _, p := range page {
			want(t, "ListPools", p, samplePool(p.ID))
			ids = append(ids, p.ID)
		}
		after = ids[len(ids)-1]
	}
	want(t, "ListPools", ids, []string{"us-east-1_A", "us-east-1_B", "us-east-1_a", "us-east-1_b", "us-east-1_é"})
	for limit, n := range map[int]int{3: 3, 5: 5, 100: 5} {
		if got := read(t, s, func(tx store.Tx) (int, error) { return tx.CountPools(limit) }); got != n {
			t.Errorf("CountPools(%d): got %d, want %d", limit, got, n)
		}
	}
}

func testDeletePool(t *testing.T, s store.Store) {
	del := func(tx store.Tx) error { return tx.DeletePool(pool1) }
	wantUpdate(t, s, "DeletePool of none", store.ErrNotFound, del)
	for _, id := range []string{pool1, pool2} {
		update(t, s, func(tx store.Tx) error {
			if err := tx.CreatePool(samplePool(id)); err != nil {
				return err
			}
			return tx.CreateClient(sampleClient(id, "c-"+id))
		})
	}
	update(t, s, del)
	wantUpdate(t, s, "DeletePool again", store.ErrNotFound, del)
	wantView(t, s, "Pool, deleted", store.ErrNotFound, poolOf(pool1))
	wantView(t, s, "PoolVersion, deleted", store.ErrNotFound, func(tx store.Tx) (int64, error) { return tx.PoolVersion(pool1) })
	wantView(t, s, "Client of a deleted pool", store.ErrNotFound, clientOf("c-"+pool1))
	if got := read(t, s, func(tx store.Tx) (int, error) { return tx.CountPools(10) }); got != 1 {
		t.Errorf("CountPools: got %d, want 1", got)
	}
	// What is left of the pool must not come back to life with its id.
	wantUpdate(t, s, "CreatePool with the id of a deleted pool", store.ErrExists, func(tx store.Tx) error {
		return tx.CreatePool(samplePool(pool1))
	})
	read(t, s, poolOf(pool2))
	read(t, s, clientOf("c-"+pool2))
}

func testPurgePools(t *testing.T, s store.Store) {
	const users = 12
	for _, pool := range []string{pool1, pool2} {
		update(t, s, func(tx store.Tx) error { return tx.CreatePool(samplePool(pool)) })
		for i := range users {
			name := fmt.Sprintf("user%02d", i)
			update(t, s, func(tx store.Tx) error { return fillUser(tx, pool, name, byte(i)) })
		}
	}
	purge := func(limit int) int {
		var n int
		update(t, s, func(tx store.Tx) (err error) {
			n, err = tx.PurgePools(limit)
			return err
		})
		return n
	}
	if n := purge(100); n != 0 {
		t.Errorf("PurgePools without deleted pools: got %d, want 0", n)
	}
	update(t, s, func(tx store.Tx) error { return tx.DeletePool(pool1) })
	total := 0
	for range 1000 {
		n := purge(7)
		if n > 7 {
			t.Errorf("PurgePools(7): got %d", n)
		}
		if n == 0 {
			break
		}
		total += n
	}
	if n := purge(7); n != 0 || total < users*9 {
		t.Errorf("PurgePools: %d rows went and then %d, want at least %d and then 0", total, n, users*9)
	}
	name, left := "user03", byte(3)
	if found := kept(t, s, pool1, name, left); len(found) != 0 {
		t.Errorf("after PurgePools there is still: %v", found)
	}
	if found := kept(t, s, pool2, name, left); len(found) != 8 {
		t.Errorf("PurgePools left only %v of another pool", found)
	}
}

// fillUser creates a user with a row of everything that is kept per user.
func fillUser(tx store.Tx, pool, name string, id byte) error {
	if err := tx.CreateUser(sampleUser(pool, name), withEmail(name, name+"@example.com")); err != nil {
		return err
	}
	code, attempts, state, family := sampleCode(name, 1), sampleAttempts(name), sampleState(id), sampleFamily("f-"+name, name)
	code.PoolID, attempts.PoolID, state.PoolID, family.PoolID = pool, pool, pool, pool
	key, event := sampleKey("k-"+name, now), sampleEvent(name, "e-"+name, now)
	key.PoolID, event.PoolID = pool, pool
	for _, err := range []error{
		tx.PutCode(code), tx.PutAttempts(attempts), tx.CreateSessionState(state), tx.Spend(pool, []byte{id}, now.Add(time.Hour)),
		tx.CreateFamily(family), tx.PutSigningKey(key), tx.AddEvent(event),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// kept names what there still is of what fillUser stored.
func kept(t *testing.T, s store.Store, pool, name string, id byte) (found []string) {
	view(t, s, func(tx store.Tx) error {
		note := func(what string, there bool) {
			if there {
				found = append(found, what)
			}
		}
		_, err := tx.User(pool, name)
		note("user", err == nil)
		_, err = tx.Owner(pool, idp.Identifier{Kind: "email", Value: name + "@example.com"})
		note("identifier", err == nil)
		_, err = tx.Code(pool, name, idp.PurposeResetPassword)
		note("code", err == nil)
		a, err := tx.Attempts(pool, name, idp.AttemptReset)
		note("attempts", err == nil && a.Count > 0)
		_, err = tx.SessionState(pool, []byte{id, 0})
		note("session state", err == nil)
		_, err = tx.Family(pool, "f-"+name)
		note("family", err == nil)
		keys, err := tx.SigningKeys(pool)
		note("signing key", err == nil && len(keys) > 0)
		events, err := tx.ListEvents(pool, name, "", 10)
		note("event", err == nil && len(events) > 0)
		return nil
	})
	return found
}
