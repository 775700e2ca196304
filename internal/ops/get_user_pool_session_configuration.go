package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// GetUserPoolSessionConfiguration shows whether a pool keeps track of sessions,
// and how many a user can have.
func (a *API) GetUserPoolSessionConfiguration(ctx context.Context, in *cognito.GetUserPoolSessionConfigurationRequest) (*cognito.GetUserPoolSessionConfigurationResponse, error) {
	var pool *idp.UserPool
	err := a.Store.View(ctx, func(tx store.Tx) (err error) {
		pool, err = readPool(tx, in.UserPoolID)
		return err
	})
	if err != nil {
		return nil, err
	}
	tracking := cognito.UserSessionTrackingDisabled
	if pool.TracksSessions() {
		tracking = cognito.UserSessionTrackingEnabled
	}
	return &cognito.GetUserPoolSessionConfigurationResponse{
		UserPoolID:          pool.ID,
		UserSessionTracking: tracking,
		TokenSession:        &cognito.UserPoolTokenSessionConfigType{MaxPerUser: int64(pool.MaxTokenSessions())},
	}, nil
}
