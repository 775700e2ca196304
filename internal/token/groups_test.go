package token

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// none is the precedence of a group without one.
const none = -1

func newGroup(name string, precedence int64, role string) *idp.Group {
	g := &idp.Group{PoolID: testPool, Name: name, RoleARN: role, Created: testTime, Modified: testTime}
	if precedence != none {
		g.Precedence = &precedence
	}
	return g
}

func TestGroupsOf(t *testing.T) {
	tests := []struct {
		name   string
		groups []*idp.Group
		want   Groups
	}{
		{name: "no groups"},
		{
			"by precedence, none last, equal ones by name",
			[]*idp.Group{newGroup("z", none, ""), newGroup("d", 7, ""), newGroup("b", 0, ""), newGroup("c", 7, ""), newGroup("a", none, "")},
			Groups{Groups: []string{"b", "c", "d", "a", "z"}},
		},
		{
			"the strongest group's role is preferred",
			[]*idp.Group{newGroup("a", 2, "arn:a"), newGroup("b", 1, "arn:b"), newGroup("c", none, "arn:c")},
			Groups{Groups: []string{"b", "a", "c"}, Roles: []string{"arn:b", "arn:a", "arn:c"}, PreferredRole: "arn:b"},
		},
		{
			"a group without precedence alone",
			[]*idp.Group{newGroup("a", none, "arn:a")},
			Groups{Groups: []string{"a"}, Roles: []string{"arn:a"}, PreferredRole: "arn:a"},
		},
		{
			"equal precedence, different roles",
			[]*idp.Group{newGroup("a", 1, "arn:a"), newGroup("b", 1, "arn:b"), newGroup("c", 2, "arn:c")},
			Groups{Groups: []string{"a", "b", "c"}, Roles: []string{"arn:a", "arn:b", "arn:c"}},
		},
		{
			"equal precedence, the third agrees with the first",
			[]*idp.Group{newGroup("a", 1, "arn:a"), newGroup("b", 1, "arn:b"), newGroup("c", 1, "arn:a")},
			Groups{Groups: []string{"a", "b", "c"}, Roles: []string{"arn:a", "arn:b"}},
		},
		{
			"equal precedence, equal roles",
			[]*idp.Group{newGroup("a", 1, "arn:a"), newGroup("b", 1, "arn:a"), newGroup("c", 2, "arn:c")},
			Groups{Groups: []string{"a", "b", "c"}, Roles: []string{"arn:a", "arn:c"}, PreferredRole: "arn:a"},
		},
		{
			"equal precedence, one without a role",
			[]*idp.Group{newGroup("a", 1, ""), newGroup("b", 1, "arn:b"), newGroup("c", 2, "arn:c")},
			Groups{Groups: []string{"a", "b", "c"}, Roles: []string{"arn:b", "arn:c"}, PreferredRole: "arn:b"},
		},
		{
			"no precedence, different roles",
			[]*idp.Group{newGroup("a", none, "arn:a"), newGroup("b", none, "arn:b")},
			Groups{Groups: []string{"a", "b"}, Roles: []string{"arn:a", "arn:b"}},
		},
		{
			"the strongest group has no role",
			[]*idp.Group{newGroup("a", 0, ""), newGroup("b", 1, "arn:b")},
			Groups{Groups: []string{"a", "b"}, Roles: []string{"arn:b"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := slices.Clone(tt.groups)
			if diff := cmp.Diff(tt.want, groupsOf(tt.groups)); diff != "" {
				t.Errorf("groupsOf (-want +got):\n%s", diff)
			}
			if !slices.Equal(before, tt.groups) {
				t.Error("groupsOf changed the order of what it was given")
			}
		})
	}
}

// join makes groups and puts the user of a fixture into them.
func (f *fixture) join(groups ...*idp.Group) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		for _, g := range groups {
			if err := tx.CreateGroup(g); err != nil {
				return err
			}
			if err := tx.AddMember(g.PoolID, f.user.Username, g.Name); err != nil {
				return err
			}
		}
		return nil
	})
}

// A refresh says what the groups are by then, not what they were.
func TestRefreshReadsGroupsAnew(t *testing.T) {
	f := newFixture(t)
	issued := f.signIn()
	wantGroups := func(when, groups, roles, preferred string) {
		t.Helper()
		renewed := f.mustRefresh(issued.RefreshToken)
		for use, text := range map[string]string{"access": renewed.AccessToken, "ID": renewed.IDToken} {
			claims := payload(t, text)
			if use == "access" && (claims["cognito:roles"] != nil || claims["cognito:preferred_role"] != nil) {
				t.Errorf("%s: the access token tells of roles", when)
			}
			if got := fmt.Sprint(claims["cognito:groups"]); got != groups {
				t.Errorf("%s: cognito:groups of the %s token: got %s, want %s", when, use, got, groups)
			}
			if use == "access" {
				continue
			}
			if got := fmt.Sprint(claims["cognito:roles"]); got != roles {
				t.Errorf("%s: cognito:roles: got %s, want %s", when, got, roles)
			}
			if got := fmt.Sprint(claims["cognito:preferred_role"]); got != preferred {
				t.Errorf("%s: cognito:preferred_role: got %s, want %s", when, got, preferred)
			}
		}
	}
	wantGroups("without groups", "<nil>", "<nil>", "<nil>")
	f.join(newGroup("a", none, ""), newGroup("b", 5, "arn:b"))
	wantGroups("in two groups", "[b a]", "[arn:b]", "arn:b")
	f.update(func(tx store.Tx) error { return tx.RemoveMember(testPool, f.user.Username, "b") })
	wantGroups("after leaving one", "[a]", "<nil>", "<nil>")
}
