package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/store"
)

// group makes a group from the members of a request beside the name.
func (a *testAPI) group(t *testing.T, poolID, name, members string) *cognito.GroupType {
	t.Helper()
	in := `{"UserPoolId":"` + poolID + `","GroupName":"` + name + `"`
	if members != "" {
		in += "," + members
	}
	out, err := a.CreateGroup(t.Context(), fromJSON[cognito.CreateGroupRequest](t, in+"}"))
	if err != nil {
		t.Fatalf("CreateGroup(%s): %v", in, err)
	}
	return out.Group
}

func (a *testAPI) getGroup(t *testing.T, poolID, name string) *cognito.GroupType {
	t.Helper()
	out, err := a.GetGroup(t.Context(), &cognito.GetGroupRequest{UserPoolID: poolID, GroupName: name})
	if err != nil {
		t.Fatalf("GetGroup(%s): %v", name, err)
	}
	return out.Group
}

// join puts users into a group.
func (a *testAPI) join(t *testing.T, poolID, group string, usernames ...string) {
	t.Helper()
	for _, name := range usernames {
		err := a.AdminAddUserToGroup(t.Context(), &cognito.AdminAddUserToGroupRequest{UserPoolID: poolID, GroupName: group, Username: name})
		if err != nil {
			t.Fatalf("AdminAddUserToGroup(%s, %s): %v", name, group, err)
		}
	}
}

// groupsOf lists the names of the groups of a user, read by pages of a size,
// and how many pages there were.
func (a *testAPI) groupsOf(t *testing.T, poolID, username string, size int64) (names []string, pages int) {
	t.Helper()
	in := &cognito.AdminListGroupsForUserRequest{UserPoolID: poolID, Username: username, Limit: &size}
	for {
		out, err := a.AdminListGroupsForUser(t.Context(), in)
		if err != nil {
			t.Fatalf("AdminListGroupsForUser(%s): %v", username, err)
		}
		pages++
		names = append(names, groupNames(out.Groups)...)
		if in.NextToken = out.NextToken; in.NextToken == "" {
			return names, pages
		}
	}
}

// membersOf lists the usernames of the members of a group, read by pages of a
// size, and how many pages there were.
func (a *testAPI) membersOf(t *testing.T, poolID, group string, size int64) (names []string, pages int) {
	t.Helper()
	in := &cognito.ListUsersInGroupRequest{UserPoolID: poolID, GroupName: group, Limit: &size}
	for {
		out, err := a.ListUsersInGroup(t.Context(), in)
		if err != nil {
			t.Fatalf("ListUsersInGroup(%s): %v", group, err)
		}
		pages++
		for _, u := range out.Users {
			names = append(names, u.Username)
		}
		if in.NextToken = out.NextToken; in.NextToken == "" {
			return names, pages
		}
	}
}

func groupNames(groups []*cognito.GroupType) []string {
	var names []string
	for _, g := range groups {
		names = append(names, g.GroupName)
	}
	return names
}

// deletePool deletes a pool as another node would, which this one's catalog
// does not hear of.
func (a *testAPI) deletePool(t *testing.T, id string) {
	t.Helper()
	a.must(t, func(tx store.Tx) error { return tx.DeletePool(id) })
}
