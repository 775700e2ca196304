package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// SetUserSettings turns text messages as the second factor of a signed-in user
// on or off. SetUserMFAPreference has replaced it.
func (a *API) SetUserSettings(ctx context.Context, in *cognito.SetUserSettingsRequest) (*cognito.SetUserSettingsResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	err = a.Accounts.ChangeFactors(ctx, p.User, func(u *idp.User) error {
		return u.SetMFAOptions(p.Client.Pool.UserPool, in.MFAOptions)
	})
	if err != nil {
		return nil, err
	}
	return &cognito.SetUserSettingsResponse{}, nil
}
