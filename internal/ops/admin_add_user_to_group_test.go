package ops_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Users are found by any of their names, and being a member twice is fine.
func TestAdminAddUserToGroup(t *testing.T) {
	a := newAccounts(t, `"AliasAttributes":["email"],"UsernameConfiguration":{"CaseSensitive":false}`)
	a.user(t, "ada", attribute("email", adaMail), attribute("email_verified", "true"))
	a.user(t, "grace")
	before := a.adminGet(t, "ada")
	a.group(t, a.poolID, "g", "")
	a.now = a.now.Add(time.Minute)
	a.join(t, a.poolID, "g", adaMail, "ada", "ADA", "grace")
	if got, _ := a.membersOf(t, a.poolID, "g", 10); !slices.Equal(got, []string{"ada", "grace"}) {
		t.Errorf("members: got %v, want [ada grace]", got)
	}
	if got := a.adminGet(t, "ada").UserLastModifiedDate; got != before.UserLastModifiedDate {
		t.Errorf("UserLastModifiedDate after AdminAddUserToGroup: got %v, want %v", got.Time(), before.UserLastModifiedDate.Time())
	}
}

func TestAdminAddUserToGroupRefuses(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	a.group(t, a.poolID, "g", "")
	other := a.pool(t, "")
	a.group(t, other.ID, "g", "")
	tests := []struct {
		name, pool, user, group string
		want                    error
	}{
		{"pool gone", gone, "ada", "g", errPoolGone},
		{"no such user", a.poolID, "grace", "g", idp.ErrUserNotFound},
		{"no such group", a.poolID, "ada", "h", idp.ErrGroupNotFound},
		{"group in other letters", a.poolID, "ada", "G", idp.ErrGroupNotFound},
		{"neither", a.poolID, "grace", "h", idp.ErrUserNotFound},
		{"user of another pool", other.ID, "ada", "g", idp.ErrUserNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := a.AdminAddUserToGroup(t.Context(), &cognito.AdminAddUserToGroupRequest{UserPoolID: tt.pool, Username: tt.user, GroupName: tt.group})
			wantErr(t, "AdminAddUserToGroup", err, tt.want)
			err = a.AdminRemoveUserFromGroup(t.Context(), &cognito.AdminRemoveUserFromGroupRequest{UserPoolID: tt.pool, Username: tt.user, GroupName: tt.group})
			wantErr(t, "AdminRemoveUserFromGroup", err, tt.want)
		})
	}
	if got, _ := a.groupsOf(t, a.poolID, "ada", 10); len(got) != 0 {
		t.Errorf("after refusals ada is in %v, want no group", got)
	}
}

func TestGroupsOfUserLimit(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	a.user(t, "grace")
	for i := range idp.MaxGroupsPerUser {
		name := fmt.Sprint("g", i)
		a.group(t, a.poolID, name, "")
		a.join(t, a.poolID, name, "ada")
	}
	a.group(t, a.poolID, "more", "")
	add := func(user, group string) error {
		return a.AdminAddUserToGroup(t.Context(), &cognito.AdminAddUserToGroupRequest{UserPoolID: a.poolID, Username: user, GroupName: group})
	}
	wantErr(t, "AdminAddUserToGroup beyond the limit", add("ada", "more"), idp.ErrTooManyGroupsOfUser)
	wantErr(t, "AdminAddUserToGroup of a member at the limit", add("ada", "g0"), nil)
	wantErr(t, "AdminAddUserToGroup of another user", add("grace", "more"), nil)
	if got, pages := a.groupsOf(t, a.poolID, "ada", 60); len(got) != idp.MaxGroupsPerUser || pages != 2 {
		t.Errorf("AdminListGroupsForUser: got %d groups on %d pages, want %d on 2", len(got), pages, idp.MaxGroupsPerUser)
	}
}
