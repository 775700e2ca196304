package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ListGroups lists the groups of a pool in the order of their names.
func (a *API) ListGroups(ctx context.Context, in *cognito.ListGroupsRequest) (*cognito.ListGroupsResponse, error) {
	const op = "ListGroups"
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	params := []string{pool.ID}
	var after string
	if err := a.openPageToken(in.NextToken, op, params, &after); err != nil {
		return nil, err
	}
	limit := pageLimit(in.Limit)
	var groups []*idp.Group
	err = a.Store.View(ctx, func(tx store.Tx) (err error) {
		groups, err = tx.ListGroups(pool.ID, after, limit+1)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing groups: %w", err)
	}
	out := &cognito.ListGroupsResponse{}
	if out.Groups, out.NextToken, err = a.groupPage(op, params, groups, limit); err != nil {
		return nil, err
	}
	return out, nil
}
