package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// SetUserPoolMfaConfig sets the second factors that a pool offers, and how it
// uses passkeys.
func (a *API) SetUserPoolMfaConfig(ctx context.Context, in *cognito.SetUserPoolMfaConfigRequest) (*cognito.SetUserPoolMfaConfigResponse, error) {
	var shown *cognito.GetUserPoolMfaConfigResponse
	err := a.changePool(ctx, in.UserPoolID, idp.ErrConcurrentModification, func(_ store.Tx, p *idp.UserPool) error {
		if err := p.SetMFA(in, a.Region); err != nil {
			return err
		}
		p.Settings.LastModifiedDate = cognito.At(a.Now())
		shown = p.MFAConfig()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return (*cognito.SetUserPoolMfaConfigResponse)(shown), nil
}
