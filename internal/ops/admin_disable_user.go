package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminDisableUser keeps a user from signing in and revokes their tokens.
func (a *API) AdminDisableUser(ctx context.Context, in *cognito.AdminDisableUserRequest) (*cognito.AdminDisableUserResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	if err := a.Accounts.Disable(ctx, pool, in.Username); err != nil {
		return nil, err
	}
	return &cognito.AdminDisableUserResponse{}, nil
}
