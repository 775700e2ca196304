package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// AdminDeleteSoftwareToken removes a user's authenticator, who may then set up
// another one. It does no harm to a user without one.
func (a *API) AdminDeleteSoftwareToken(ctx context.Context, in *cognito.AdminDeleteSoftwareTokenRequest) (*cognito.AdminDeleteSoftwareTokenResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	err = a.Accounts.AdminChangeFactors(ctx, pool, in.Username, func(u *idp.User) error {
		if u.Status == cognito.UserStatusUnconfirmed {
			return idp.ErrUserNotConfirmed
		}
		u.Factors.RemoveSoftwareToken()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognito.AdminDeleteSoftwareTokenResponse{}, nil
}
