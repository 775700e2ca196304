package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/store"
)

// DeleteUserPool deletes a pool with everything in it.
func (a *API) DeleteUserPool(ctx context.Context, in *cognito.DeleteUserPoolRequest) error {
	err := a.Store.Update(ctx, func(tx store.Tx) error {
		p, err := readPool(tx, in.UserPoolID)
		if err != nil {
			return err
		}
		if err := p.CheckDeletable(); err != nil {
			return err
		}
		if err := tx.DeletePool(p.ID); err != nil {
			return fmt.Errorf("deleting pool: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.Catalog.ForgetPool(in.UserPoolID)
	return nil
}
