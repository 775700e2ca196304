package ops

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// AdminAddUserToGroup makes a user a member of a group, which a member may be
// asked to become again.
func (a *API) AdminAddUserToGroup(ctx context.Context, in *cognito.AdminAddUserToGroupRequest) error {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return err
	}
	return a.Store.Update(ctx, func(tx store.Tx) error {
		user, err := readUser(tx, pool, in.Username)
		if err != nil {
			return err
		}
		group, err := readGroup(tx, pool.ID, in.GroupName)
		if err != nil {
			return err
		}
		return addMember(tx, user, group)
	})
}

// addMember adds a user to a group, if they may be in one more.
func addMember(tx store.Tx, u *idp.User, g *idp.Group) error {
	err := tx.AddMember(u.PoolID, u.Username, g.Name)
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("adding to group: %w", err)
	}
	n, err := tx.CountGroupsOf(u.PoolID, u.Username, idp.MaxGroupsPerUser+1)
	if err != nil {
		return fmt.Errorf("counting groups of user: %w", err)
	}
	if n > idp.MaxGroupsPerUser {
		return idp.ErrTooManyGroupsOfUser
	}
	return nil
}
