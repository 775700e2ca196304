package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// GetUser shows a signed-in user what the app client may read of them.
func (a *API) GetUser(ctx context.Context, in *cognito.GetUserRequest) (*cognito.GetUserResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return &cognito.GetUserResponse{
		Username:            p.User.Username,
		UserAttributes:      p.User.List(p.Client.Pool.UserPool, p.Client.MayRead),
		MFAOptions:          p.User.Factors.MFAOptions(),
		UserMFASettingList:  p.User.Factors.SettingList(),
		PreferredMfaSetting: string(p.User.Factors.Preferred),
	}, nil
}
