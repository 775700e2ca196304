package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminDeleteUser deletes a user for an administrator.
func (a *API) AdminDeleteUser(ctx context.Context, in *cognito.AdminDeleteUserRequest) error {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return err
	}
	return a.Accounts.AdminDelete(ctx, pool, in.Username)
}
