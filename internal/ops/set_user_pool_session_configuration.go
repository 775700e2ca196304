package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// SetUserPoolSessionConfiguration says whether a pool keeps track of sessions,
// and how many a user can have. A lower number ends no session before the next
// sign-in of its user; records are deleted in the background when the pool
// keeps track no more.
func (a *API) SetUserPoolSessionConfiguration(ctx context.Context, in *cognito.SetUserPoolSessionConfigurationRequest) (*cognito.SetUserPoolSessionConfigurationResponse, error) {
	on := in.UserSessionTracking == cognito.UserSessionTrackingEnabled
	err := a.changePool(ctx, in.UserPoolID, idp.ErrConcurrentModification, func(tx store.Tx, p *idp.UserPool) error {
		if err := idp.CheckSessionTier(p.Settings.UserPoolTier); err != nil {
			return err
		}
		p.Features.Sessions = idp.PoolSessions{Tracking: on, MaxPerUser: in.TokenSession.MaxPerUser}
		p.Settings.LastModifiedDate = cognito.At(a.Now())
		if on {
			return tx.KeepUserSessions(p.ID)
		}
		return tx.ForgetUserSessions(p.ID)
	})
	if err != nil {
		return nil, err
	}
	return &cognito.SetUserPoolSessionConfigurationResponse{
		UserPoolID:          in.UserPoolID,
		UserSessionTracking: in.UserSessionTracking,
		TokenSession:        in.TokenSession,
	}, nil
}
