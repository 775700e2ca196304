package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminEnableUser lets a disabled user sign in again.
func (a *API) AdminEnableUser(ctx context.Context, in *cognito.AdminEnableUserRequest) (*cognito.AdminEnableUserResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	if err := a.Accounts.Enable(ctx, pool, in.Username); err != nil {
		return nil, err
	}
	return &cognito.AdminEnableUserResponse{}, nil
}
