package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var userTests = []test{
	{"Users/Kept", testUserKept},
	{"Users/IdentifierTaken", testIdentifierTaken},
	{"Users/OwnerIsThere", testOwnerIsThere},
	{"Users/Find", testFindUser},
	{"Users/Update", testUpdateUser},
	{"Users/UpdateTaken", testUpdateUserTaken},
	{"Users/Set", testSetUser},
	{"Users/SetPassword", testSetPassword},
	{"Users/Delete", testDeleteUser},
	{"Users/Count", testCountUsers},
	{"Users/LongIdentifiers", testLongIdentifiers},
}

func userOf(name string) func(store.Tx) (*idp.User, error) {
	return func(tx store.Tx) (*idp.User, error) { return tx.User(pool1, name) }
}

func createUser(t *testing.T, s store.Store, u *idp.User, ids []idp.Identifier) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.CreateUser(u, ids) })
}

// wantTaken checks that a transaction is refused because an identifier
// belongs to another user.
func wantTaken(t *testing.T, s store.Store, what, kind, owner string, f func(store.Tx) error) {
	t.Helper()
	var taken *store.IdentifierTaken
	if err := s.Update(t.Context(), f); !errors.As(err, &taken) {
		t.Errorf("%s: got %v, want an IdentifierTaken", what, err)
	} else if taken.Kind != kind || taken.Owner != owner {
		t.Errorf("%s: got %+v, want kind %s, owner %s", what, taken, kind, owner)
	}
}

func testUserKept(t *testing.T, s store.Store) {
	wantView(t, s, "User of none", store.ErrNotFound, userOf("ada"))
	full := sampleUser(pool1, "ada")
	createUser(t, s, full, withEmail("ada", "ada@example.com"))
	want(t, "User", read(t, s, userOf("ada")), full)
	bare := &idp.User{PoolID: pool1, Username: "grace", Created: now, Modified: now}
	createUser(t, s, bare, named("grace"))
	want(t, "User with little", read(t, s, userOf("grace")), bare)
	wantView(t, s, "User of another pool", store.ErrNotFound, func(tx store.Tx) (*idp.User, error) { return tx.User(pool2, "ada") })
	wantView(t, s, "User in other letters", store.ErrNotFound, userOf("Ada"))
}

func testIdentifierTaken(t *testing.T, s store.Store) {
	createUser(t, s, sampleUser(pool1, "ada"), withEmail("ada", "ada@example.com"))
	wantTaken(t, s, "CreateUser with a taken username", idp.IdentifierUsername, "ada", func(tx store.Tx) error {
		return tx.CreateUser(sampleUser(pool1, "ada"), withEmail("ada", "other@example.com"))
	})
	wantTaken(t, s, "CreateUser with a taken address", "email", "ada", func(tx store.Tx) error {
		return tx.CreateUser(sampleUser(pool1, "grace"), withEmail("grace", "ada@example.com"))
	})
	wantView(t, s, "User that was refused", store.ErrNotFound, userOf("grace"))
	wantView(t, s, "Owner of an identifier that was refused", store.ErrNotFound, func(tx store.Tx) (string, error) {
		return tx.Owner(pool1, named("grace")[0])
	})
	// Kinds are apart, and so are pools.
	createUser(t, s, sampleUser(pool1, "ada@example.com"), named("ada@example.com"))
	createUser(t, s, sampleUser(pool2, "ada"), withEmail("ada", "ada@example.com"))
}

// Who is told that a name is taken finds its owner, however close behind.
func testOwnerIsThere(t *testing.T, s store.Store) {
	for i := range 8 {
		name := fmt.Sprint("ada", i)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				err := s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateUser(sampleUser(pool1, name), named(name)) })
				if taken := (*store.IdentifierTaken)(nil); err != nil && !errors.As(err, &taken) {
					t.Errorf("CreateUser(%s): got %v, want nil or an IdentifierTaken", name, err)
				}
				wantView(t, s, "User after CreateUser", nil, userOf(name))
			})
		}
		wg.Wait()
	}
}

func testFindUser(t *testing.T, s store.Store) {
	ada, grace := sampleUser(pool1, "ada"), sampleUser(pool1, "grace")
	createUser(t, s, ada, withEmail("ada", "ada@example.com"))
	createUser(t, s, grace, append(named("grace"), idp.Identifier{Kind: "phone_number", Value: "+1"}))
	tests := []struct {
		ids  []idp.Identifier
		want *idp.User
	}{
		{named("ada"), ada},
		{[]idp.Identifier{{Kind: "email", Value: "ada@example.com"}}, ada},
		{[]idp.Identifier{{Kind: "username", Value: "ada@example.com"}, {Kind: "email", Value: "ada@example.com"}}, ada},
		{[]idp.Identifier{{Kind: "phone_number", Value: "+1"}, {Kind: "email", Value: "ada@example.com"}}, grace},
		{[]idp.Identifier{{Kind: "email", Value: "ada@example.com"}, {Kind: "phone_number", Value: "+1"}}, ada},
	}
	for _, tt := range tests {
		got := read(t, s, func(tx store.Tx) (*idp.User, error) { return tx.FindUser(pool1, tt.ids) })
		want(t, fmt.Sprintf("FindUser(%v)", tt.ids), got, tt.want)
	}
	for _, ids := range [][]idp.Identifier{nil, named("Ada"), {{Kind: "email", Value: "ada"}}} {
		wantView(t, s, fmt.Sprintf("FindUser(%v)", ids), store.ErrNotFound, func(tx store.Tx) (*idp.User, error) {
			return tx.FindUser(pool1, ids)
		})
	}
	wantView(t, s, "FindUser in another pool", store.ErrNotFound, func(tx store.Tx) (*idp.User, error) {
		return tx.FindUser(pool2, named("ada"))
	})
	owner := read(t, s, func(tx store.Tx) (string, error) {
		return tx.Owner(pool1, idp.Identifier{Kind: "phone_number", Value: "+1"})
	})
	if owner != "grace" {
		t.Errorf("Owner: got %s, want grace", owner)
	}
}

func testUpdateUser(t *testing.T, s store.Store) {
	u := sampleUser(pool1, "ada")
	wantUpdate(t, s, "UpdateUser of none", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateUser(u, named("ada")) })
	createUser(t, s, u, withEmail("ada", "ada@example.com"))

	u.Attributes = map[string]string{"email": "new@example.com", "family_name": "Lovelace"}
	u.Pending, u.Password, u.History = nil, nil, nil
	u.Status, u.Enabled, u.Modified = cognito.UserStatusResetRequired, false, now.Add(time.Hour)
	ids := append(withEmail("ada", "new@example.com"), idp.Identifier{Kind: "preferred_username", Value: "countess"})
	update(t, s, func(tx store.Tx) error { return tx.UpdateUser(u, ids) })
	want(t, "User, updated", read(t, s, userOf("ada")), u)
	for _, id := range ids {
		got := read(t, s, func(tx store.Tx) (*idp.User, error) { return tx.FindUser(pool1, []idp.Identifier{id}) })
		want(t, "FindUser by "+id.Kind, got, u)
	}
	// The former address is free, for the listing too.
	wantView(t, s, "Owner of a former address", store.ErrNotFound, func(tx store.Tx) (string, error) {
		return tx.Owner(pool1, idp.Identifier{Kind: "email", Value: "ada@example.com"})
	})
	createUser(t, s, plainUser(pool1, "grace", nil), withEmail("grace", "ada@example.com"))
	if users, _ := list(t, s, store.UserQuery{Field: "name", Value: "Ada", Prefix: true, Limit: 5}); len(users) != 0 {
		t.Errorf("ListUsers by a former name: got %v", users)
	}
	if users, _ := list(t, s, store.UserQuery{Field: "family_name", Value: "lovelace", Limit: 5}); len(users) != 1 {
		t.Errorf("ListUsers by the new name: got %v, want ada", users)
	}
}

func testUpdateUserTaken(t *testing.T, s store.Store) {
	createUser(t, s, sampleUser(pool1, "ada"), withEmail("ada", "ada@example.com"))
	createUser(t, s, sampleUser(pool1, "grace"), withEmail("grace", "grace@example.com"))
	grace := sampleUser(pool1, "grace")
	grace.Attributes["email"] = "ada@example.com"
	wantTaken(t, s, "UpdateUser", "email", "ada", func(tx store.Tx) error {
		return tx.UpdateUser(grace, withEmail("grace", "ada@example.com"))
	})
	want(t, "User whose update was refused", read(t, s, userOf("grace")), sampleUser(pool1, "grace"))
	if owner := read(t, s, func(tx store.Tx) (string, error) {
		return tx.Owner(pool1, idp.Identifier{Kind: "email", Value: "grace@example.com"})
	}); owner != "grace" {
		t.Errorf("Owner: got %s, want grace", owner)
	}
	// In one transaction an address can move from one user to another.
	update(t, s, func(tx store.Tx) error {
		if err := tx.UpdateUser(sampleUser(pool1, "ada"), named("ada")); err != nil {
			return err
		}
		return tx.UpdateUser(grace, withEmail("grace", "ada@example.com"))
	})
}

func testSetUser(t *testing.T, s store.Store) {
	u := sampleUser(pool1, "ada")
	wantUpdate(t, s, "SetUser of none", store.ErrNotFound, func(tx store.Tx) error { return tx.SetUser(u) })
	createUser(t, s, u, withEmail("ada", "ada@example.com"))
	u.Password = &idp.Password{Verifier: []byte{9, 0}, SetAt: now.Add(time.Hour)}
	u.History = [][]byte{{3, 0, 4}, {5}}
	u.Status, u.Enabled, u.Modified = cognito.UserStatusForceChangePassword, false, now.Add(time.Hour)
	u.Pending, u.Attributes["email_verified"] = map[string]string{"phone_number": "+1"}, "true"
	update(t, s, func(tx store.Tx) error { return tx.SetUser(u) })
	want(t, "User, set", read(t, s, userOf("ada")), u)
	for field, value := range map[string]string{"cognito:user_status": "force_change_password", "status": "Disabled", "email": "ada@example.com"} {
		if users, _ := list(t, s, store.UserQuery{Field: field, Value: value, Limit: 5}); len(users) != 1 {
			t.Errorf("ListUsers by %s: got %v, want ada", field, users)
		}
	}
	wantUpdate(t, s, "SetUser in another pool", store.ErrNotFound, func(tx store.Tx) error { return tx.SetUser(sampleUser(pool2, "ada")) })
}

func testSetPassword(t *testing.T, s store.Store) {
	u := sampleUser(pool1, "ada")
	wantUpdate(t, s, "SetPassword of none", store.ErrNotFound, func(tx store.Tx) error { return tx.SetPassword(u) })
	createUser(t, s, u, withEmail("ada", "ada@example.com"))
	other := sampleUser(pool1, "grace")
	createUser(t, s, other, named("grace"))
	for _, tt := range []struct {
		name     string
		password *idp.Password
		history  [][]byte
	}{
		{"another", &idp.Password{Verifier: []byte{9, 0}, SetAt: now.Add(time.Hour)}, [][]byte{{3, 0, 4}, {5}}},
		{"one without a history", &idp.Password{Verifier: []byte{1}, SetAt: now.Add(2 * time.Hour)}, nil},
		{"none", nil, nil},
	} {
		u.Password, u.History, u.Modified = tt.password, tt.history, u.Modified.Add(time.Hour)
		update(t, s, func(tx store.Tx) error { return tx.SetPassword(u) })
		want(t, "User after SetPassword with "+tt.name, read(t, s, userOf("ada")), u)
	}
	want(t, "Another user", read(t, s, userOf("grace")), other)
	wantUpdate(t, s, "SetPassword in another pool", store.ErrNotFound, func(tx store.Tx) error { return tx.SetPassword(sampleUser(pool2, "ada")) })
}

func testDeleteUser(t *testing.T, s store.Store) {
	del := func(tx store.Tx) error { return tx.DeleteUser(pool1, "ada") }
	wantUpdate(t, s, "DeleteUser of none", store.ErrNotFound, del)
	for i, name := range []string{"ada", "grace"} {
		update(t, s, func(tx store.Tx) error { return fillUser(tx, pool1, name, byte(i)) })
	}
	update(t, s, del)
	wantUpdate(t, s, "DeleteUser again", store.ErrNotFound, del)
	want(t, "what is left of ada", kept(t, s, pool1, "ada", 0), []string{"session state", "signing key", "event"})
	if left := kept(t, s, pool1, "grace", 1); len(left) != 8 {
		t.Errorf("DeleteUser left only %v of another user", left)
	}
	createUser(t, s, sampleUser(pool1, "ada"), withEmail("ada", "ada@example.com")) // the names are free
}

func testCountUsers(t *testing.T, s store.Store) {
	for i := range 5 {
		createUser(t, s, plainUser(pool1, fmt.Sprint("u", i), nil), named(fmt.Sprint("u", i)))
	}
	for limit, n := range map[int]int{3: 3, 5: 5, 100: 5} {
		if got := read(t, s, func(tx store.Tx) (int, error) { return tx.CountUsers(pool1, limit) }); got != n {
			t.Errorf("CountUsers(%d): got %d, want %d", limit, got, n)
		}
	}
	if got := read(t, s, func(tx store.Tx) (int, error) { return tx.CountUsers(pool2, 10) }); got != 0 {
		t.Errorf("CountUsers of an empty pool: got %d, want 0", got)
	}
}

// Values of the greatest length that a schema allows are identifiers and are
// searched like any other.
func testLongIdentifiers(t *testing.T, s store.Store) {
	long := noise(2047)
	for _, name := range []string{"a", "b"} {
		u := plainUser(pool1, name, map[string]string{"preferred_username": long + name, "name": long + name})
		ids := append(named(name), idp.Identifier{Kind: "preferred_username", Value: long + name})
		createUser(t, s, u, ids)
		want(t, "FindUser by a long name", read(t, s, func(tx store.Tx) (*idp.User, error) { return tx.FindUser(pool1, ids[1:]) }), u)
		for _, q := range []store.UserQuery{
			{Field: "name", Value: strings.ToUpper(long + name), Limit: 5},
			{Field: "name", Value: long + name, Prefix: true, Limit: 5},
		} {
			if users, _ := list(t, s, q); len(users) != 1 || users[0] != name {
				t.Errorf("ListUsers by a long name: got %v, want %s", users, name)
			}
		}
	}
	wantTaken(t, s, "CreateUser with a long name that is taken", "preferred_username", "a", func(tx store.Tx) error {
		return tx.CreateUser(plainUser(pool1, "c", nil), append(named("c"), idp.Identifier{Kind: "preferred_username", Value: long + "a"}))
	})
	if users, _ := list(t, s, store.UserQuery{Field: "name", Value: long[:88], Prefix: true, Limit: 5}); len(users) != 2 {
		t.Errorf("ListUsers by the beginning of a long name: got %v, want a, b", users)
	}
}

// noise is a text of n letters, of four bytes each, that no compression
// shortens much.
func noise(n int) string {
	var b strings.Builder
	seed := uint32(1)
	for range n {
		seed = seed*1664525 + 1013904223
		b.WriteRune(0x20000 + rune(seed>>16)%0xA000)
	}
	return b.String()
}
