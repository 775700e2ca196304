package ops_test

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
)

// Who is no member stays out silently. What is refused is tested beside
// AdminAddUserToGroup, which refuses the same.
func TestAdminRemoveUserFromGroup(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	a.user(t, "grace")
	for _, group := range []string{"g", "h"} {
		a.group(t, a.poolID, group, "")
		a.join(t, a.poolID, group, "ada", "grace")
	}
	for range 2 {
		err := a.AdminRemoveUserFromGroup(t.Context(), &cognito.AdminRemoveUserFromGroupRequest{UserPoolID: a.poolID, Username: "ada", GroupName: "g"})
		wantErr(t, "AdminRemoveUserFromGroup", err, nil)
		if got, _ := a.groupsOf(t, a.poolID, "ada", 10); !slices.Equal(got, []string{"h"}) {
			t.Errorf("groups of ada: got %v, want [h]", got)
		}
	}
	if got, _ := a.groupsOf(t, a.poolID, "grace", 10); !slices.Equal(got, []string{"g", "h"}) {
		t.Errorf("groups of grace: got %v, want [g h]", got)
	}
}
