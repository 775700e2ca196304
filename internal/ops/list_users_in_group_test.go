package ops_test

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestListUsersInGroup(t *testing.T) {
	a := newAccounts(t, "")
	a.group(t, a.poolID, "g", "")
	want := []string{"a", "b", "c", "d", "e"}
	for _, name := range []string{"d", "b", "not", "e", "a", "c"} {
		a.user(t, name)
	}
	a.join(t, a.poolID, "g", want...)
	for size, pages := range map[int64]int{0: 1, 1: 5, 2: 3, 5: 1} {
		if got, n := a.membersOf(t, a.poolID, "g", size); !slices.Equal(got, want) || n != pages {
			t.Errorf("ListUsersInGroup(%d): got %v on %d pages, want %v on %d", size, got, n, want, pages)
		}
	}
	if err := a.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserRequest{UserPoolID: a.poolID, Username: "c"}); err != nil {
		t.Fatal(err)
	}
	if got, _ := a.membersOf(t, a.poolID, "g", 2); !slices.Equal(got, []string{"a", "b", "d", "e"}) {
		t.Errorf("ListUsersInGroup after a user was deleted: got %v, want [a b d e]", got)
	}
}

// Members are shown as ListUsers shows them; an empty group is a list.
func TestListUsersInGroupShows(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada", attribute("email", adaMail), attribute("email_verified", "true"))
	a.group(t, a.poolID, "g", "")
	a.group(t, a.poolID, "empty", "")
	a.join(t, a.poolID, "g", "ada")
	all, err := a.ListUsers(t.Context(), &cognito.ListUsersRequest{UserPoolID: a.poolID})
	if err != nil {
		t.Fatal(err)
	}
	for group, want := range map[string]*cognito.ListUsersInGroupResponse{
		"g": {Users: all.Users}, "empty": {Users: []*cognito.UserType{}},
	} {
		out, err := a.ListUsersInGroup(t.Context(), &cognito.ListUsersInGroupRequest{UserPoolID: a.poolID, GroupName: group})
		if err != nil {
			t.Fatal(err)
		}
		if got := indented(t, out); got != indented(t, want) {
			t.Errorf("ListUsersInGroup(%s): got %s, want %s", group, got, indented(t, want))
		}
	}
}

func TestListUsersInGroupRefuses(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	a.user(t, "grace")
	for _, name := range []string{"g", "h"} {
		a.group(t, a.poolID, name, "")
		a.join(t, a.poolID, name, "ada", "grace")
	}
	out, err := a.ListUsersInGroup(t.Context(), &cognito.ListUsersInGroupRequest{UserPoolID: a.poolID, GroupName: "g", Limit: new(int64(1))})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, pool, group, token string
		want                     error
	}{
		{"pool gone", gone, "g", "", errPoolGone},
		{"no such group", a.poolID, "G", "", idp.ErrGroupNotFound},
		{"token of another group", a.poolID, "h", out.NextToken, idp.ErrInvalidPaginationToken},
		{"no token", a.poolID, "g", "garbage", idp.ErrInvalidPaginationToken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.ListUsersInGroup(t.Context(), &cognito.ListUsersInGroupRequest{UserPoolID: tt.pool, GroupName: tt.group, NextToken: tt.token})
			wantErr(t, "ListUsersInGroup", err, tt.want)
		})
	}
}
