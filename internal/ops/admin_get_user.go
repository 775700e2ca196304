package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminGetUser shows a user to an administrator.
func (a *API) AdminGetUser(ctx context.Context, in *cognito.AdminGetUserRequest) (*cognito.AdminGetUserResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	user, err := a.Accounts.User(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	return &cognito.AdminGetUserResponse{
		Username:             user.Username,
		UserAttributes:       user.List(pool.UserPool, nil),
		UserCreateDate:       cognito.At(user.Created),
		UserLastModifiedDate: cognito.At(user.Modified),
		Enabled:              new(user.Enabled),
		UserStatus:           user.Status,
		MFAOptions:           user.Factors.MFAOptions(),
		UserMFASettingList:   user.Factors.SettingList(),
		PreferredMfaSetting:  string(user.Factors.Preferred),
	}, nil
}
