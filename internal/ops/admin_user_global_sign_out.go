package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// AdminUserGlobalSignOut ends every sign-in of a user.
func (a *API) AdminUserGlobalSignOut(ctx context.Context, in *cognito.AdminUserGlobalSignOutRequest) (*cognito.AdminUserGlobalSignOutResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	var user *idp.User
	err = a.Store.View(ctx, func(tx store.Tx) (err error) {
		user, err = account.Find(tx, pool, in.Username)
		return err
	})
	if err != nil {
		return nil, err
	}
	if user == nil {
		return nil, idp.ErrUserNotFound
	}
	if err := a.signOut(ctx, pool.ID, user.Username); err != nil {
		return nil, err
	}
	return &cognito.AdminUserGlobalSignOutResponse{}, nil
}
