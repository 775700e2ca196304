package ops

import (
	"context"
	"errors"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// UpdateUserPoolClient replaces an app client's settings. Its secrets stay.
func (a *API) UpdateUserPoolClient(ctx context.Context, in *cognito.UpdateUserPoolClientRequest) (*cognito.UpdateUserPoolClientResponse, error) {
	for range maxTries {
		var c *idp.Client
		err := a.Store.Update(ctx, func(tx store.Tx) error {
			p, err := readPool(tx, in.UserPoolID)
			if err != nil {
				return err
			}
			if c, err = readClient(tx, p.ID, in.ClientID); err != nil {
				return err
			}
			settings, err := idp.ChangeClientSettings(p, c, in)
			if err != nil {
				return err
			}
			settings.LastModifiedDate = cognito.At(a.Now())
			c.Settings = *settings
			return tx.UpdateClient(c)
		})
		if errors.Is(err, store.ErrNotFound) {
			continue // its version grew in between
		}
		if err != nil {
			return nil, err
		}
		a.Catalog.ForgetClient(c.ID)
		out, err := a.describeClient(ctx, c)
		if err != nil {
			return nil, err
		}
		return &cognito.UpdateUserPoolClientResponse{UserPoolClient: out}, nil
	}
	return nil, idp.ErrConcurrentModification
}
