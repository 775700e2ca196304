package token

import (
	"fmt"
	"slices"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ReadGroups returns what tokens say of the groups that a user is in now, in
// one query.
func ReadGroups(tx store.Tx, poolID, username string) (Groups, error) {
	groups, err := tx.ListGroupsOf(poolID, username, "", idp.MaxGroupsPerUser)
	if err != nil {
		return Groups{}, fmt.Errorf("reading groups: %w", err)
	}
	return groupsOf(groups), nil
}

// groupsOf returns what tokens say of groups: their names and roles by
// precedence, each role once, and the preferred role.
func groupsOf(groups []*idp.Group) Groups {
	groups = slices.SortedFunc(slices.Values(groups), idp.CompareGroups)
	var out Groups
	for _, g := range groups {
		out.Groups = append(out.Groups, g.Name)
		if g.RoleARN != "" && !slices.Contains(out.Roles, g.RoleARN) {
			out.Roles = append(out.Roles, g.RoleARN)
		}
	}
	out.PreferredRole = preferredRole(groups)
	return out
}

// preferredRole returns the role of the first of sorted groups. If others have
// the same precedence neither comes first: they must agree on the role, or
// there is none.
func preferredRole(sorted []*idp.Group) string {
	role := ""
	for _, g := range sorted {
		switch {
		case idp.ComparePrecedence(sorted[0], g) != 0:
			return role
		case g.RoleARN == "" || g.RoleARN == role:
		case role != "":
			return ""
		default:
			role = g.RoleARN
		}
	}
	return role
}
