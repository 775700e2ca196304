package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// GetGroup shows a group.
func (a *API) GetGroup(ctx context.Context, in *cognito.GetGroupRequest) (*cognito.GetGroupResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	var g *idp.Group
	err = a.Store.View(ctx, func(tx store.Tx) (err error) {
		g, err = readGroup(tx, pool.ID, in.GroupName)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognito.GetGroupResponse{Group: describeGroup(g)}, nil
}
