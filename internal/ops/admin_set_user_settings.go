package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// AdminSetUserSettings turns text messages as the second factor of a user on
// or off for an administrator. AdminSetUserMFAPreference has replaced it.
func (a *API) AdminSetUserSettings(ctx context.Context, in *cognito.AdminSetUserSettingsRequest) (*cognito.AdminSetUserSettingsResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	err = a.Accounts.AdminChangeFactors(ctx, pool, in.Username, func(u *idp.User) error {
		return u.SetMFAOptions(pool.UserPool, in.MFAOptions)
	})
	if err != nil {
		return nil, err
	}
	return &cognito.AdminSetUserSettingsResponse{}, nil
}
