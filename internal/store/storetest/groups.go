package storetest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var groupTests = []test{
	{"Groups/Kept", testGroupKept},
	{"Groups/LetterCase", testGroupLetterCase},
	{"Groups/Update", testUpdateGroup},
	{"Groups/List", testListGroups},
	{"Groups/Delete", testDeleteGroup},
	{"Groups/DeleteInPieces", testDeleteGroupInPieces},
	{"Groups/Members", testMembers},
	{"Groups/ListOfUser", testListGroupsOf},
	{"Groups/ListMembers", testListMembers},
	{"Groups/DeleteUser", testDeleteMember},
	{"Groups/PurgePools", testPurgeGroups},
}

// sampleGroup has every field set.
func sampleGroup(poolID, name string) *idp.Group {
	return &idp.Group{
		PoolID: poolID, Name: name, Description: "Group \"" + name + "\" – Größe", RoleARN: "arn:aws:iam::123456789012:role/" + name,
		Precedence: new(int64(math.MaxInt32)), Created: now, Modified: now.Add(time.Minute),
	}
}

func groupOf(name string) func(store.Tx) (*idp.Group, error) {
	return func(tx store.Tx) (*idp.Group, error) { return tx.Group(pool1, name) }
}

func createGroups(t *testing.T, s store.Store, poolID string, names ...string) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		for _, name := range names {
			if err := tx.CreateGroup(sampleGroup(poolID, name)); err != nil {
				return err
			}
		}
		return nil
	})
}

func addMembers(t *testing.T, s store.Store, poolID, group string, usernames ...string) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		for _, name := range usernames {
			if err := tx.AddMember(poolID, name, group); err != nil {
				return err
			}
		}
		return nil
	})
}

func createUsers(t *testing.T, s store.Store, poolID string, usernames ...string) {
	t.Helper()
	for _, name := range usernames {
		createUser(t, s, plainUser(poolID, name, nil), named(name))
	}
}

// groupsOf returns the names of the groups of a user.
func groupsOf(t *testing.T, s store.Store, poolID, username string) []string {
	t.Helper()
	groups := read(t, s, func(tx store.Tx) ([]*idp.Group, error) { return tx.ListGroupsOf(poolID, username, "", 1000) })
	var names []string
	for _, g := range groups {
		names = append(names, g.Name)
	}
	return names
}

// membersOf returns the usernames of the members of a group.
func membersOf(t *testing.T, s store.Store, poolID, group string) []string {
	t.Helper()
	users := read(t, s, func(tx store.Tx) ([]*idp.User, error) { return tx.ListMembers(poolID, group, "", 1000) })
	var names []string
	for _, u := range users {
		names = append(names, u.Username)
	}
	return names
}

func testGroupKept(t *testing.T, s store.Store) {
	wantView(t, s, "Group of none", store.ErrNotFound, groupOf("g"))
	g := sampleGroup(pool1, "g")
	wantUpdate(t, s, "CreateGroup without a pool", store.ErrNotFound, func(tx store.Tx) error { return tx.CreateGroup(g) })
	createPools(t, s)
	update(t, s, func(tx store.Tx) error { return tx.CreateGroup(g) })
	want(t, "Group", read(t, s, groupOf("g")), sampleGroup(pool1, "g"))
	wantUpdate(t, s, "CreateGroup again", store.ErrExists, func(tx store.Tx) error { return tx.CreateGroup(g) })
	createGroups(t, s, pool2, "g") // names are free in every pool

	for name, precedence := range map[string]*int64{"strongest": new(int64(0)), "none": nil} {
		plain := &idp.Group{PoolID: pool1, Name: name, Precedence: precedence, Created: now, Modified: now}
		update(t, s, func(tx store.Tx) error { return tx.CreateGroup(plain) })
		want(t, "Group with precedence "+name, read(t, s, groupOf(name)), plain)
	}
}

func testGroupLetterCase(t *testing.T, s store.Store) {
	createPools(t, s)
	createGroups(t, s, pool1, "Admins", "admins")
	if got := read(t, s, groupOf("Admins")).Name; got != "Admins" {
		t.Errorf("Group(Admins): got %s", got)
	}
	wantView(t, s, "Group in other letters", store.ErrNotFound, groupOf("ADMINS"))
	addMembers(t, s, pool1, "Admins", "ada")
	wantUpdate(t, s, "RemoveMember from the other group", store.ErrNotFound, func(tx store.Tx) error {
		return tx.RemoveMember(pool1, "ada", "admins")
	})
}

func testUpdateGroup(t *testing.T, s store.Store) {
	createPools(t, s)
	g := sampleGroup(pool1, "g")
	wantUpdate(t, s, "UpdateGroup of none", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateGroup(g) })
	createGroups(t, s, pool1, "g", "other")
	createUsers(t, s, pool1, "ada")
	addMembers(t, s, pool1, "g", "ada")
	changed := &idp.Group{PoolID: pool1, Name: "g", Description: "new", Created: now.Add(time.Hour), Modified: now.Add(time.Hour)}
	update(t, s, func(tx store.Tx) error { return tx.UpdateGroup(changed) })
	changed.Created = now // which is not an update's to say
	want(t, "Group, updated", read(t, s, groupOf("g")), changed)
	want(t, "Group, not updated", read(t, s, groupOf("other")), sampleGroup(pool1, "other"))
	want(t, "members after UpdateGroup", membersOf(t, s, pool1, "g"), []string{"ada"})
	wantUpdate(t, s, "UpdateGroup in another pool", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateGroup(sampleGroup(pool2, "g")) })
}

func testListGroups(t *testing.T, s store.Store) {
	createPools(t, s)
	createGroups(t, s, pool2, "a1")
	createGroups(t, s, pool1, "c", "a", "é", "B", "d")
	for after, page := range map[string][]string{"": {"B", "a"}, "a": {"c", "d"}, "b": {"c", "d"}, "d": {"é"}, "é": nil} {
		groups := read(t, s, func(tx store.Tx) ([]*idp.Group, error) { return tx.ListGroups(pool1, after, 2) })
		var names []string
		for _, g := range groups {
			names = append(names, g.Name)
			want(t, "ListGroups", g, sampleGroup(pool1, g.Name))
		}
		want(t, "ListGroups after "+after, names, page)
	}
	for limit, n := range map[int]int{3: 3, 5: 5, 100: 5} {
		if got := read(t, s, func(tx store.Tx) (int, error) { return tx.CountGroups(pool1, limit) }); got != n {
			t.Errorf("CountGroups(%d): got %d, want %d", limit, got, n)
		}
	}
}

func testDeleteGroup(t *testing.T, s store.Store) {
	del := func(tx store.Tx) error {
		done, err := tx.DeleteGroup(pool1, "g", 10)
		if err == nil && !done {
			err = errors.New("DeleteGroup of a small group is not done")
		}
		return err
	}
	createPools(t, s)
	wantUpdate(t, s, "DeleteGroup of none", store.ErrNotFound, del)
	for _, pool := range []string{pool1, pool2} {
		createGroups(t, s, pool, "g", "other")
		createUsers(t, s, pool, "ada", "grace")
		addMembers(t, s, pool, "g", "ada", "grace")
		addMembers(t, s, pool, "other", "ada")
	}
	update(t, s, del)
	wantView(t, s, "Group, deleted", store.ErrNotFound, groupOf("g"))
	wantUpdate(t, s, "DeleteGroup again", store.ErrNotFound, del)
	want(t, "groups of ada", groupsOf(t, s, pool1, "ada"), []string{"other"})
	want(t, "members of g in another pool", membersOf(t, s, pool2, "g"), []string{"ada", "grace"})
	createGroups(t, s, pool1, "g")
	if got := membersOf(t, s, pool1, "g"); got != nil {
		t.Errorf("members of a new group with an old name: got %v, want none", got)
	}
}

// A group goes last, after its members went a few at a time.
func testDeleteGroupInPieces(t *testing.T, s store.Store) {
	createPools(t, s)
	createGroups(t, s, pool1, "g")
	for i := range 7 {
		name := fmt.Sprint("u", i)
		createUsers(t, s, pool1, name)
		addMembers(t, s, pool1, "g", name)
	}
	for _, left := range []int{4, 1, 0} {
		var done bool
		update(t, s, func(tx store.Tx) (err error) {
			done, err = tx.DeleteGroup(pool1, "g", 3)
			return err
		})
		if n := len(membersOf(t, s, pool1, "g")); n != left || done != (left == 0) {
			t.Errorf("DeleteGroup(3): %d members are left and done is %t, want %d and %t", n, done, left, left == 0)
		}
		if !done {
			read(t, s, groupOf("g"))
		}
	}
	wantView(t, s, "Group, deleted", store.ErrNotFound, groupOf("g"))
}

func testMembers(t *testing.T, s store.Store) {
	createPools(t, s)
	createGroups(t, s, pool1, "g", "h")
	createUsers(t, s, pool1, "ada", "grace")
	add := func(tx store.Tx) error { return tx.AddMember(pool1, "ada", "g") }
	update(t, s, add)
	wantUpdate(t, s, "AddMember again", store.ErrExists, add)
	addMembers(t, s, pool1, "h", "ada")
	addMembers(t, s, pool1, "g", "grace")
	for limit, n := range map[int]int{1: 1, 2: 2, 100: 2} {
		if got := read(t, s, func(tx store.Tx) (int, error) { return tx.CountGroupsOf(pool1, "ada", limit) }); got != n {
			t.Errorf("CountGroupsOf(%d): got %d, want %d", limit, got, n)
		}
	}
	remove := func(tx store.Tx) error { return tx.RemoveMember(pool1, "ada", "g") }
	update(t, s, remove)
	wantUpdate(t, s, "RemoveMember again", store.ErrNotFound, remove)
	want(t, "groups of ada", groupsOf(t, s, pool1, "ada"), []string{"h"})
	want(t, "groups of grace", groupsOf(t, s, pool1, "grace"), []string{"g"})
	update(t, s, add)
}

func testListGroupsOf(t *testing.T, s store.Store) {
	createPools(t, s)
	createUsers(t, s, pool1, "ada", "grace")
	names := []string{"a", "b", "c", "d", "e"}
	for _, pool := range []string{pool1, pool2} {
		createGroups(t, s, pool, "e", "b", "d", "a", "c", "not")
		for _, name := range names {
			addMembers(t, s, pool, name, "ada")
		}
		addMembers(t, s, pool, "not", "grace")
	}
	for after, page := range map[string][]string{"": names[:2], "b": names[2:4], "d": names[4:], "e": nil} {
		groups := read(t, s, func(tx store.Tx) ([]*idp.Group, error) { return tx.ListGroupsOf(pool1, "ada", after, 2) })
		var got []string
		for _, g := range groups {
			got = append(got, g.Name)
			want(t, "ListGroupsOf", g, sampleGroup(pool1, g.Name))
		}
		want(t, "ListGroupsOf after "+after, got, page)
	}
}

func testListMembers(t *testing.T, s store.Store) {
	createPools(t, s)
	createGroups(t, s, pool1, "g", "h")
	names := []string{"a", "b", "c", "d", "e"}
	for _, name := range append(slices.Clone(names), "not") {
		createUser(t, s, sampleUser(pool1, name), named(name))
	}
	addMembers(t, s, pool1, "g", "e", "b", "d", "a", "c")
	addMembers(t, s, pool1, "h", "not")
	for after, page := range map[string][]string{"": names[:2], "b": names[2:4], "d": names[4:], "e": nil} {
		users := read(t, s, func(tx store.Tx) ([]*idp.User, error) { return tx.ListMembers(pool1, "g", after, 2) })
		var got []string
		for _, u := range users {
			got = append(got, u.Username)
			want(t, "ListMembers", u, sampleUser(pool1, u.Username))
		}
		want(t, "ListMembers after "+after, got, page)
	}
}

// A user who is deleted is in no group any more, nor is a later one of the
// same name.
func testDeleteMember(t *testing.T, s store.Store) {
	createPools(t, s)
	for _, pool := range []string{pool1, pool2} {
		createGroups(t, s, pool, "g")
		createUsers(t, s, pool, "ada", "grace")
		addMembers(t, s, pool, "g", "ada", "grace")
	}
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(pool1, "ada") })
	if n := read(t, s, func(tx store.Tx) (int, error) { return tx.CountGroupsOf(pool1, "ada", 10) }); n != 0 {
		t.Errorf("CountGroupsOf a deleted user: got %d, want 0", n)
	}
	want(t, "members of g", membersOf(t, s, pool1, "g"), []string{"grace"})
	want(t, "members of g in another pool", membersOf(t, s, pool2, "g"), []string{"ada", "grace"})
	createUsers(t, s, pool1, "ada")
	if got := groupsOf(t, s, pool1, "ada"); got != nil {
		t.Errorf("groups of a new user with an old name: got %v, want none", got)
	}
}

func testPurgeGroups(t *testing.T, s store.Store) {
	createPools(t, s)
	for _, pool := range []string{pool1, pool2} {
		createGroups(t, s, pool, "g", "h")
		createUsers(t, s, pool, "ada")
		addMembers(t, s, pool, "g", "ada")
	}
	update(t, s, func(tx store.Tx) error { return tx.DeletePool(pool1) })
	for n := 1; n > 0; {
		update(t, s, func(tx store.Tx) (err error) {
			n, err = tx.PurgePools(2)
			return err
		})
	}
	for pool, want := range map[string]int{pool1: 0, pool2: 2} {
		if n := read(t, s, func(tx store.Tx) (int, error) { return tx.CountGroups(pool, 10) }); n != want {
			t.Errorf("CountGroups(%s) after PurgePools: got %d, want %d", pool, n, want)
		}
		if n := read(t, s, func(tx store.Tx) (int, error) { return tx.CountGroupsOf(pool, "ada", 10) }); n != want/2 {
			t.Errorf("CountGroupsOf(%s) after PurgePools: got %d, want %d", pool, n, want/2)
		}
	}
}

func raceCreateGroup(t *testing.T, nodes []store.Store) {
	createPools(t, nodes[0])
	n := race(t, nodes, is(store.ErrExists), func(_ int, tx store.Tx) error { return tx.CreateGroup(sampleGroup(pool1, "g")) })
	wantWins(t, "CreateGroup with one name", n, 1)
}

// Groups are counted before one more is made; the limit holds.
func raceGroupLimit(t *testing.T, nodes []store.Store) {
	const limit = 3
	errFull := errors.New("there are enough")
	createPools(t, nodes[0])
	n := race(t, nodes, is(errFull), func(i int, tx store.Tx) error {
		n, err := tx.CountGroups(pool1, limit)
		if err != nil {
			return err
		}
		if n >= limit {
			return errFull
		}
		return tx.CreateGroup(sampleGroup(pool1, fmt.Sprint("g", i)))
	})
	wantWins(t, "CreateGroup under a limit", n, limit)
}

// Members that are added while their group, or they themselves, are deleted do
// not outlive either.
func raceAddMember(t *testing.T, nodes []store.Store) {
	createPools(t, nodes[0])
	for round := range 4 {
		group := fmt.Sprint("g", round)
		createGroups(t, nodes[0], pool1, group, "stays-"+group)
		for i := range requests {
			createUsers(t, nodes[0], pool1, fmt.Sprint(group, "u", i))
		}
		last := fmt.Sprint(group, "u", requests-1)
		race(t, nodes, is(store.ErrNotFound), func(i int, tx store.Tx) error {
			switch i {
			case 0:
				_, err := tx.DeleteGroup(pool1, group, 1000)
				return err
			case 1:
				return tx.DeleteUser(pool1, last)
			}
			name, to := fmt.Sprint(group, "u", i), group
			if i%2 == 0 { // the other half adds the user who goes
				name, to = last, "stays-"+group
			}
			if _, err := tx.Group(pool1, to); err != nil {
				return err
			}
			if _, err := tx.User(pool1, name); err != nil {
				return err
			}
			if err := tx.AddMember(pool1, name, to); !errors.Is(err, store.ErrExists) {
				return err
			}
			return nil
		})
		for i := range requests {
			name := fmt.Sprint(group, "u", i)
			if n := read(t, nodes[1], func(tx store.Tx) (int, error) { return tx.CountGroupsOf(pool1, name, 10) }); n != 0 {
				t.Errorf("%s is in %d groups, want 0", name, n)
			}
		}
	}
}
