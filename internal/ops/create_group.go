package ops

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// CreateGroup makes a group without members.
func (a *API) CreateGroup(ctx context.Context, in *cognito.CreateGroupRequest) (*cognito.CreateGroupResponse, error) {
	now := a.Now()
	g := &idp.Group{
		PoolID:      in.UserPoolID,
		Name:        in.GroupName,
		Description: in.Description,
		RoleARN:     in.RoleARN,
		Precedence:  in.Precedence,
		Created:     now,
		Modified:    now,
	}
	err := a.Store.Update(ctx, func(tx store.Tx) error { return createGroup(tx, g) })
	if err != nil {
		return nil, err
	}
	return &cognito.CreateGroupResponse{Group: describeGroup(g)}, nil
}

// createGroup stores a group, if its pool has room for it.
func createGroup(tx store.Tx, g *idp.Group) error {
	err := tx.CreateGroup(g)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return idp.ErrPoolNotFound(g.PoolID)
	case errors.Is(err, store.ErrExists):
		return idp.ErrGroupExists
	case err != nil:
		return fmt.Errorf("storing group: %w", err)
	}
	n, err := tx.CountGroups(g.PoolID, idp.MaxGroupsPerPool+1)
	if err != nil {
		return fmt.Errorf("counting groups: %w", err)
	}
	if n > idp.MaxGroupsPerPool {
		return idp.ErrTooManyGroups
	}
	return nil
}
