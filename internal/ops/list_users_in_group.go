package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ListUsersInGroup lists the members of a group in the order of their
// usernames, with every attribute.
func (a *API) ListUsersInGroup(ctx context.Context, in *cognito.ListUsersInGroupRequest) (*cognito.ListUsersInGroupResponse, error) {
	const op = "ListUsersInGroup"
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	params := []string{pool.ID, in.GroupName}
	var after string
	if err := a.openPageToken(in.NextToken, op, params, &after); err != nil {
		return nil, err
	}
	limit := pageLimit(in.Limit)
	var users []*idp.User
	err = a.Store.View(ctx, func(tx store.Tx) error {
		group, err := readGroup(tx, pool.ID, in.GroupName)
		if err != nil {
			return err
		}
		if users, err = tx.ListMembers(pool.ID, group.Name, after, limit+1); err != nil {
			return fmt.Errorf("listing members of group: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	users, more := cutPage(users, limit)
	out := &cognito.ListUsersInGroupResponse{Users: make([]*cognito.UserType, len(users))}
	for i, u := range users {
		out.Users[i] = describeUser(pool.UserPool, u, nil)
	}
	if more {
		if out.NextToken, err = a.pageToken(op, params, users[limit-1].Username); err != nil {
			return nil, err
		}
	}
	return out, nil
}
