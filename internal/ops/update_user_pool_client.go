package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// UpdateUserPoolClient replaces an app client's settings. Its secrets stay.
func (a *API) UpdateUserPoolClient(ctx context.Context, in *cognito.UpdateUserPoolClientRequest) (*cognito.UpdateUserPoolClientResponse, error) {
	c, err := a.changeClient(ctx, in.UserPoolID, in.ClientID, idp.ErrConcurrentModification, func(tx store.Tx, p *idp.UserPool, c *idp.Client) error {
		settings, err := idp.ChangeClientSettings(p, c, in)
		if err != nil {
			return err
		}
		c.Settings = *settings
		return checkScopes(tx, c)
	})
	if err != nil {
		return nil, err
	}
	out, err := a.describeClient(ctx, c)
	if err != nil {
		return nil, err
	}
	return &cognito.UpdateUserPoolClientResponse{UserPoolClient: out}, nil
}
