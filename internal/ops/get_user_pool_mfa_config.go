package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// GetUserPoolMfaConfig shows the second factors that a pool offers, and how it
// uses passkeys.
func (a *API) GetUserPoolMfaConfig(ctx context.Context, in *cognito.GetUserPoolMfaConfigRequest) (*cognito.GetUserPoolMfaConfigResponse, error) {
	var p *idp.UserPool
	err := a.Store.View(ctx, func(tx store.Tx) (err error) {
		p, err = readPool(tx, in.UserPoolID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p.MFAConfig(), nil
}
