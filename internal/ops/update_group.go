package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// UpdateGroup changes what the request gives of a group; the rest stays.
func (a *API) UpdateGroup(ctx context.Context, in *cognito.UpdateGroupRequest) (*cognito.UpdateGroupResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	var g *idp.Group
	err = a.Store.Update(ctx, func(tx store.Tx) (err error) {
		if g, err = readGroup(tx, pool.ID, in.GroupName); err != nil {
			return err
		}
		if in.Description != "" {
			g.Description = in.Description
		}
		if in.RoleARN != "" {
			g.RoleARN = in.RoleARN
		}
		if in.Precedence != nil {
			g.Precedence = in.Precedence
		}
		g.Modified = a.Now()
		if err := tx.UpdateGroup(g); err != nil {
			return fmt.Errorf("storing group: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognito.UpdateGroupResponse{Group: describeGroup(g)}, nil
}
