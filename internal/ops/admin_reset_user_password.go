package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminResetUserPassword makes a user's password stop working and sends the
// user a code to set a new one.
func (a *API) AdminResetUserPassword(ctx context.Context, in *cognito.AdminResetUserPasswordRequest) (*cognito.AdminResetUserPasswordResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	if err := a.Accounts.AdminResetUserPassword(ctx, pool, in.Username, in.ClientMetadata); err != nil {
		return nil, err
	}
	return &cognito.AdminResetUserPasswordResponse{}, nil
}
