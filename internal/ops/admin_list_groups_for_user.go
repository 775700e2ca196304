package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// AdminListGroupsForUser lists the groups of a user in the order of their
// names.
func (a *API) AdminListGroupsForUser(ctx context.Context, in *cognito.AdminListGroupsForUserRequest) (*cognito.AdminListGroupsForUserResponse, error) {
	const op = "AdminListGroupsForUser"
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	limit := pageLimit(in.Limit)
	var params []string
	var groups []*idp.Group
	err = a.Store.View(ctx, func(tx store.Tx) error {
		user, err := readUser(tx, pool, in.Username)
		if err != nil {
			return err
		}
		// The token is the user's, by whichever name they are asked for.
		params = []string{pool.ID, user.Username, user.Sub}
		var after string
		if err := a.openPageToken(in.NextToken, op, params, &after); err != nil {
			return err
		}
		if groups, err = tx.ListGroupsOf(pool.ID, user.Username, after, limit+1); err != nil {
			return fmt.Errorf("listing groups of user: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &cognito.AdminListGroupsForUserResponse{}
	if out.Groups, out.NextToken, err = a.groupPage(op, params, groups, limit); err != nil {
		return nil, err
	}
	return out, nil
}
