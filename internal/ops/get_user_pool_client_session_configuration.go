package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// GetUserPoolClientSessionConfiguration shows how long an app client lets users
// in by the session of their browser.
func (a *API) GetUserPoolClientSessionConfiguration(ctx context.Context, in *cognito.GetUserPoolClientSessionConfigurationRequest) (*cognito.GetUserPoolClientSessionConfigurationResponse, error) {
	var client *idp.Client
	err := a.Store.View(ctx, func(tx store.Tx) error {
		pool, err := readPool(tx, in.UserPoolID)
		if err != nil {
			return err
		}
		client, err = readClient(tx, pool.ID, in.ClientID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognito.GetUserPoolClientSessionConfigurationResponse{
		UserPoolID: client.PoolID,
		ClientID:   client.ID,
		SSOSession: &cognito.ClientSSOSessionConfigType{MaxValidityMinutes: client.SSOValidityMinutes()},
	}, nil
}
