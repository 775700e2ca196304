package ops_test

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestAdminListGroupsForUser(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	a.user(t, "grace")
	want := []string{"a", "b", "c", "d", "e"}
	for _, name := range []string{"d", "b", "not", "e", "a", "c"} {
		a.group(t, a.poolID, name, "")
	}
	for _, name := range want {
		a.join(t, a.poolID, name, "ada")
	}
	a.join(t, a.poolID, "not", "grace")
	for size, pages := range map[int64]int{0: 1, 1: 5, 2: 3, 5: 1} {
		if got, n := a.groupsOf(t, a.poolID, "ada", size); !slices.Equal(got, want) || n != pages {
			t.Errorf("AdminListGroupsForUser(%d): got %v on %d pages, want %v on %d", size, got, n, want, pages)
		}
	}
}

// The list shows groups as they are; an empty one is a list.
func TestAdminListGroupsForUserShows(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	a.user(t, "grace")
	g := a.group(t, a.poolID, "g", `"Description":"d","RoleArn":"arn:aws:iam::123456789012:role/a","Precedence":5`)
	a.join(t, a.poolID, "g", "ada")
	for user, want := range map[string]*cognito.AdminListGroupsForUserResponse{
		"ada": {Groups: []*cognito.GroupType{g}}, "grace": {Groups: []*cognito.GroupType{}},
	} {
		out, err := a.AdminListGroupsForUser(t.Context(), &cognito.AdminListGroupsForUserRequest{UserPoolID: a.poolID, Username: user})
		if err != nil {
			t.Fatal(err)
		}
		if got := indented(t, out); got != indented(t, want) {
			t.Errorf("AdminListGroupsForUser(%s): got %s, want %s", user, got, indented(t, want))
		}
	}
}

func TestAdminListGroupsForUserRefuses(t *testing.T) {
	a := newAccounts(t, `"UsernameConfiguration":{"CaseSensitive":false}`)
	a.user(t, "ada")
	a.user(t, "grace")
	for _, name := range []string{"g", "h"} {
		a.group(t, a.poolID, name, "")
		a.join(t, a.poolID, name, "ada", "grace")
	}
	out, err := a.AdminListGroupsForUser(t.Context(), &cognito.AdminListGroupsForUserRequest{UserPoolID: a.poolID, Username: "ada", Limit: new(int64(1))})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, pool, user, token string
		want                    error
	}{
		{"pool gone", gone, "ada", "", errPoolGone},
		{"no such user", a.poolID, "alan", "", idp.ErrUserNotFound},
		{"token of another user", a.poolID, "grace", out.NextToken, idp.ErrInvalidPaginationToken},
		{"no token", a.poolID, "ada", "garbage", idp.ErrInvalidPaginationToken},
		{"the user by another name", a.poolID, "ADA", out.NextToken, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.AdminListGroupsForUser(t.Context(), &cognito.AdminListGroupsForUserRequest{UserPoolID: tt.pool, Username: tt.user, NextToken: tt.token})
			wantErr(t, "AdminListGroupsForUser", err, tt.want)
		})
	}
}
