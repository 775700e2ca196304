package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// GetUserAuthFactors shows a signed-in user the ways in which they can sign in
// and their second factors.
func (a *API) GetUserAuthFactors(ctx context.Context, in *cognito.GetUserAuthFactorsRequest) (*cognito.GetUserAuthFactorsResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	configured, err := a.configuredFactors(ctx, p.Client.Pool.UserPool, p.User)
	if err != nil {
		return nil, err
	}
	return &cognito.GetUserAuthFactorsResponse{
		Username:                  p.User.Username,
		PreferredMfaSetting:       string(p.User.Factors.Preferred),
		UserMFASettingList:        p.User.Factors.SettingList(),
		ConfiguredUserAuthFactors: configured,
	}, nil
}
