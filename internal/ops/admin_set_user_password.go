package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminSetUserPassword gives a user a password, to keep or temporary.
func (a *API) AdminSetUserPassword(ctx context.Context, in *cognito.AdminSetUserPasswordRequest) (*cognito.AdminSetUserPasswordResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	if err := a.Accounts.AdminSetUserPassword(ctx, pool, in.Username, in.Password, isTrue(in.Permanent)); err != nil {
		return nil, err
	}
	return &cognito.AdminSetUserPasswordResponse{}, nil
}
