package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var listUsersTests = []test{
	{"ListUsers/Pages", testListUsersPages},
	{"ListUsers/Case", testListUsersCase},
	{"ListUsers/Status", testListUsersStatus},
	{"ListUsers/UnicodePrefix", testListUsersUnicode},
	{"ListUsers/AbsentValues", testListUsersAbsent},
	{"ListUsers/ChangesBetweenPages", testListUsersChanges},
	{"ListUsers/StrangeQueries", testListUsersStrange},
}

// list returns the usernames of one page.
func list(t *testing.T, s store.Store, q store.UserQuery) (names []string, next *store.UserCursor) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		users, n, err := tx.ListUsers(pool1, q)
		names, next = nil, n
		for _, u := range users {
			names = append(names, u.Username)
		}
		return err
	})
	return names, next
}

// listAll returns the usernames of every page.
func listAll(t *testing.T, s store.Store, q store.UserQuery) (names []string) {
	t.Helper()
	for {
		page, next := list(t, s, q)
		names = append(names, page...)
		if next == nil {
			return names
		}
		if len(page) != q.Limit {
			t.Fatalf("a page of %d users has another after it, want %d", len(page), q.Limit)
		}
		if len(names) > 10_000 {
			t.Fatal("the listing does not end")
		}
		q.After = next
	}
}

// byValue returns the users in the order of a field's folded value and of
// their names, if the value matches.
func byValue(users []*idp.User, value func(*idp.User) string, match func(string) bool) (names []string) {
	var found []*idp.User
	for _, u := range users {
		if match(value(u)) {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b *idp.User) int {
		if c := strings.Compare(value(a), value(b)); c != 0 {
			return c
		}
		return strings.Compare(a.Username, b.Username)
	})
	for _, u := range found {
		names = append(names, u.Username)
	}
	return names
}

func testListUsersPages(t *testing.T, s store.Store) {
	var users []*idp.User
	update(t, s, func(tx store.Tx) error {
		users = nil
		for i := range 250 {
			name := fmt.Sprintf("user%03d", i*7919%1000) // in no order
			u := plainUser(pool1, name, map[string]string{
				"email":              fmt.Sprintf("%c%d@Example.com", 'A'+i%26, i%50),
				"phone_number":       fmt.Sprintf("+49%04d", i%40),
				"name":               fmt.Sprintf("Name %d", i%3),
				"given_name":         "Ada",
				"family_name":        fmt.Sprintf("LOVELACE%d", i%10),
				"preferred_username": fmt.Sprintf("p%03d", i),
			})
			users = append(users, u)
			if err := tx.CreateUser(u, named(name)); err != nil {
				return err
			}
		}
		return tx.CreateUser(plainUser(pool2, "foreign", map[string]string{"given_name": "Ada"}), named("foreign"))
	})
	attribute := func(a string) func(*idp.User) string {
		return func(u *idp.User) string { return strings.ToLower(u.Attributes[a]) }
	}
	username := func(u *idp.User) string { return u.Username }
	sub := func(u *idp.User) string { return u.Sub }
	all := func(string) bool { return true }
	is := func(v string) func(string) bool { return func(s string) bool { return s == v } }
	begins := func(v string) func(string) bool { return func(s string) bool { return strings.HasPrefix(s, v) } }
	tests := []struct {
		field, value string
		prefix       bool
		want         []string
	}{
		{"", "", false, byValue(users, username, all)},
		{"username", "user00", true, byValue(users, username, begins("user00"))},
		{"username", "user007", false, byValue(users, username, is("user007"))},
		{"username", "", true, byValue(users, username, all)},
		{"sub", "sub-user1", true, byValue(users, sub, begins("sub-user1"))},
		{"email", "a", true, byValue(users, attribute("email"), begins("a"))},
		{"email", "b1@example.com", false, byValue(users, attribute("email"), is("b1@example.com"))},
		{"email", "", true, byValue(users, attribute("email"), all)},
		{"phone_number", "+49", true, byValue(users, attribute("phone_number"), begins("+49"))},
		{"name", "Name", true, byValue(users, attribute("name"), begins("name"))},
		{"name", "name 1", false, byValue(users, attribute("name"), is("name 1"))},
		{"given_name", "ada", false, byValue(users, attribute("given_name"), is("ada"))},
		{"given_name", "ad", true, byValue(users, attribute("given_name"), begins("ad"))},
		{"family_name", "lovelace", true, byValue(users, attribute("family_name"), begins("lovelace"))},
		{"preferred_username", "P0", true, byValue(users, attribute("preferred_username"), begins("p0"))},
		{"cognito:user_status", "CONFIRMED", false, byValue(users, username, all)},
		{"cognito:user_status", "C", true, byValue(users, username, all)},
		{"status", "Enabled", false, byValue(users, username, all)},
		{"email", "zzz", true, nil},
	}
	for _, tt := range tests {
		for _, limit := range []int{1000, 60, 7} {
			got := listAll(t, s, store.UserQuery{Field: tt.field, Value: tt.value, Prefix: tt.prefix, Limit: limit})
			want(t, fmt.Sprintf("ListUsers by %s %q, prefix %t, %d a page", tt.field, tt.value, tt.prefix, limit), got, tt.want)
		}
	}
	// A page that is exactly full has none after it.
	if _, next := list(t, s, store.UserQuery{Limit: 250}); next != nil {
		t.Errorf("ListUsers with as many users as the limit: next is %v, want nil", next)
	}
}

func testListUsersCase(t *testing.T, s store.Store) {
	createUser(t, s, plainUser(pool1, "Ada", map[string]string{"email": "ADA@Example.com", "name": "ÄDA"}), named("Ada"))
	tests := []struct {
		field, value string
		prefix       bool
		found        bool
	}{
		{"email", "ada@example.COM", false, true},
		{"email", "aDa@", true, true},
		{"name", "äd", true, true},
		{"username", "Ada", false, true},
		{"username", "ada", false, false},
		{"username", "A", true, true},
		{"username", "a", true, false},
		{"sub", "sub-Ada", false, true},
		{"sub", "sub-ada", false, false},
		{"cognito:user_status", "confirmed", false, true},
		{"cognito:user_status", "conf", true, true},
		{"status", "Enabled", false, true},
		{"status", "Enab", true, true},
		{"status", "enabled", false, false},
	}
	for _, tt := range tests {
		names, _ := list(t, s, store.UserQuery{Field: tt.field, Value: tt.value, Prefix: tt.prefix, Limit: 5})
		if found := len(names) == 1; found != tt.found {
			t.Errorf("ListUsers by %s %q, prefix %t: found is %t, want %t", tt.field, tt.value, tt.prefix, found, tt.found)
		}
	}
}

func testListUsersStatus(t *testing.T, s store.Store) {
	for i, status := range []cognito.UserStatusType{
		cognito.UserStatusConfirmed, cognito.UserStatusUnconfirmed, cognito.UserStatusConfirmed, cognito.UserStatusForceChangePassword,
	} {
		u := plainUser(pool1, fmt.Sprint("u", i), nil)
		u.Status, u.Enabled = status, i%2 == 0
		createUser(t, s, u, named(u.Username))
	}
	tests := []struct {
		field, value string
		prefix       bool
		want         []string
	}{
		{"cognito:user_status", "CONFIRMED", false, []string{"u0", "u2"}},
		{"cognito:user_status", "UNCONFIRMED", false, []string{"u1"}},
		{"cognito:user_status", "", true, []string{"u0", "u2", "u3", "u1"}},
		{"cognito:user_status", "", false, nil},
		{"status", "Enabled", false, []string{"u0", "u2"}},
		{"status", "Disabled", false, []string{"u1", "u3"}},
		{"status", "D", true, []string{"u1", "u3"}},
		{"status", "", true, []string{"u0", "u1", "u2", "u3"}},
		{"status", "x", true, nil},
	}
	for _, tt := range tests {
		for _, limit := range []int{1, 10} {
			got := listAll(t, s, store.UserQuery{Field: tt.field, Value: tt.value, Prefix: tt.prefix, Limit: limit})
			want(t, fmt.Sprintf("ListUsers by %s %q, prefix %t", tt.field, tt.value, tt.prefix), got, tt.want)
		}
	}
}

// Prefixes end where a range of code points ends, also at its edges.
func testListUsersUnicode(t *testing.T, s store.Store) {
	names := []string{
		"a", "b", "z", "za", "é", "éa", "ê", "\uD7FF", "\uD7FFx", "\uE000", "\uFFFF", "\uFFFFx", "\U00010000",
		"\U0010FFFF", "\U0010FFFFx", "a\U0010FFFF", "a\U0010FFFFx", "b_%", "b%", "日本", "日本語",
	}
	var users []*idp.User
	update(t, s, func(tx store.Tx) error {
		users = nil
		for _, n := range names {
			u := plainUser(pool1, n, map[string]string{"name": n})
			users = append(users, u)
			if err := tx.CreateUser(u, named(n)); err != nil {
				return err
			}
		}
		return nil
	})
	for _, field := range []string{"username", "name"} {
		for _, p := range names {
			got := listAll(t, s, store.UserQuery{Field: field, Value: p, Prefix: true, Limit: 2})
			wanted := byValue(users, func(u *idp.User) string { return u.Username }, func(n string) bool { return strings.HasPrefix(n, p) })
			want(t, fmt.Sprintf("ListUsers by %s with the prefix %+q", field, p), got, wanted)
		}
	}
}

// A user without a value is in no listing by it.
func testListUsersAbsent(t *testing.T, s store.Store) {
	createUser(t, s, plainUser(pool1, "ada", map[string]string{"email": ""}), named("ada"))
	createUser(t, s, plainUser(pool1, "grace", nil), named("grace"))
	for _, q := range []store.UserQuery{
		{Field: "email", Limit: 5}, {Field: "email", Prefix: true, Limit: 5}, {Field: "name", Limit: 5},
	} {
		if got, next := list(t, s, q); len(got) != 0 || next != nil {
			t.Errorf("ListUsers(%+v): got %v, want none", q, got)
		}
	}
}

// Who is there from the first page to the last is listed exactly once, however
// others come and go.
func testListUsersChanges(t *testing.T, s store.Store) {
	for i := range 10 {
		u := plainUser(pool1, fmt.Sprintf("u%d", i), map[string]string{"name": "same"})
		createUser(t, s, u, named(u.Username))
	}
	q := store.UserQuery{Field: "name", Value: "sam", Prefix: true, Limit: 4}
	first, next := list(t, s, q)
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(pool1, first[3]) }) // where the page ended
	createUser(t, s, plainUser(pool1, "u00", map[string]string{"name": "same"}), named("u00"))
	q.After, q.Limit = next, 100
	rest, _ := list(t, s, q)
	want(t, "ListUsers, the rest", rest, []string{"u4", "u5", "u6", "u7", "u8", "u9"})
}

func testListUsersStrange(t *testing.T, s store.Store) {
	createUser(t, s, plainUser(pool1, "ada", map[string]string{"name": "ada"}), named("ada"))
	wantErr := s.View(t.Context(), func(tx store.Tx) error {
		_, _, err := tx.ListUsers(pool1, store.UserQuery{Field: "custom:x; DROP TABLE users", Value: "1", Limit: 5})
		return err
	})
	if wantErr == nil {
		t.Error("ListUsers by an unknown field: got nil, want an error")
	}
	if got, next := list(t, s, store.UserQuery{Limit: 0}); len(got) != 0 || next != nil {
		t.Errorf("ListUsers with limit 0: got %v, %v, want nothing", got, next)
	}
	// A cursor of another listing may say anything, but never shows who does
	// not match.
	for _, after := range []*store.UserCursor{{}, {Value: "a", Username: "a"}, {Value: "zzz", Username: ""}, {Value: "", Username: "zzz"}} {
		got, _ := list(t, s, store.UserQuery{Field: "name", Value: "b", Prefix: true, After: after, Limit: 5})
		if len(got) != 0 {
			t.Errorf("ListUsers after %+v: got %v, want none", after, got)
		}
	}
}
