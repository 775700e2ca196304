package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/store"
)

// DeleteUserPoolClient deletes an app client.
func (a *API) DeleteUserPoolClient(ctx context.Context, in *cognito.DeleteUserPoolClientRequest) error {
	err := a.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := readPool(tx, in.UserPoolID); err != nil {
			return err
		}
		c, err := readClient(tx, in.UserPoolID, in.ClientID)
		if err != nil {
			return err
		}
		if err := tx.DeleteClient(c.PoolID, c.ID); err != nil {
			return fmt.Errorf("deleting client: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.Catalog.ForgetClient(in.ClientID)
	return nil
}
