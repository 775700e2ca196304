package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminGetUserAuthFactors shows an administrator the ways in which a user can
// sign in and their second factors.
func (a *API) AdminGetUserAuthFactors(ctx context.Context, in *cognito.AdminGetUserAuthFactorsRequest) (*cognito.AdminGetUserAuthFactorsResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	user, err := a.Accounts.User(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	configured, err := a.configuredFactors(ctx, pool.UserPool, user)
	if err != nil {
		return nil, err
	}
	return &cognito.AdminGetUserAuthFactorsResponse{
		Username:                  user.Username,
		PreferredMfaSetting:       string(user.Factors.Preferred),
		UserMFASettingList:        user.Factors.SettingList(),
		ConfiguredUserAuthFactors: configured,
	}, nil
}
