package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// SetUserPoolClientSessionConfiguration says how long an app client lets users
// in by the session of their browser. The setting sleeps while the pool does
// not keep track of sessions.
func (a *API) SetUserPoolClientSessionConfiguration(ctx context.Context, in *cognito.SetUserPoolClientSessionConfigurationRequest) (*cognito.SetUserPoolClientSessionConfigurationResponse, error) {
	c, err := a.changeClient(ctx, in.UserPoolID, in.ClientID, idp.ErrConcurrentModification, func(_ store.Tx, p *idp.UserPool, c *idp.Client) error {
		if err := idp.CheckSessionTier(p.Settings.UserPoolTier); err != nil {
			return err
		}
		if !p.TracksSessions() {
			return idp.ErrSessionsUntracked
		}
		c.Features.SSOValidity = &in.SSOSession.MaxValidityMinutes
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognito.SetUserPoolClientSessionConfigurationResponse{
		UserPoolID: c.PoolID,
		ClientID:   c.ID,
		SSOSession: in.SSOSession,
	}, nil
}
