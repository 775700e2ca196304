package ops

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/store"
)

// AdminRemoveUserFromGroup takes a user out of a group. A user who is not in
// it stays out.
func (a *API) AdminRemoveUserFromGroup(ctx context.Context, in *cognito.AdminRemoveUserFromGroupRequest) error {
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
		err = tx.RemoveMember(pool.ID, user.Username, group.Name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("removing from group: %w", err)
		}
		return nil
	})
}
