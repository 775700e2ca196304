package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// AdminDeleteUserAttributes deletes attributes of a user for an administrator.
func (a *API) AdminDeleteUserAttributes(ctx context.Context, in *cognito.AdminDeleteUserAttributesRequest) (*cognito.AdminDeleteUserAttributesResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	user, err := a.Accounts.User(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	change, err := pool.DeleteAttributes(in.UserAttributeNames, nil)
	if err != nil {
		return nil, err
	}
	if _, err := a.Accounts.ChangeAttributes(ctx, account.AttributeChange{Pool: pool, User: user, Change: change}); err != nil {
		return nil, err
	}
	return &cognito.AdminDeleteUserAttributesResponse{}, nil
}
