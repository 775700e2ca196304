package ops

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// membersAtOnce is how many members leave a deleted group in one transaction.
const membersAtOnce = 1000

// DeleteGroup deletes a group; its members are users without it then. A group
// of more than membersAtOnce members loses them step by step, and goes last.
func (a *API) DeleteGroup(ctx context.Context, in *cognito.DeleteGroupRequest) error {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return err
	}
	for done := false; !done; {
		err := a.Store.Update(ctx, func(tx store.Tx) (err error) {
			done, err = tx.DeleteGroup(pool.ID, in.GroupName, membersAtOnce)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return idp.ErrGroupNotFound
		}
		if err != nil {
			return fmt.Errorf("deleting group: %w", err)
		}
	}
	return nil
}
