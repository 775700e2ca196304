package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// AdminUpdateUserAttributes changes attributes of a user for an administrator,
// who may also say that an address or number is verified.
func (a *API) AdminUpdateUserAttributes(ctx context.Context, in *cognito.AdminUpdateUserAttributesRequest) (*cognito.AdminUpdateUserAttributesResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	user, err := a.Accounts.User(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	change, err := pool.ChangeAttributes(in.UserAttributes, nil)
	if err != nil {
		return nil, err
	}
	_, err = a.Accounts.ChangeAttributes(ctx, account.AttributeChange{
		Pool: pool, User: user, Change: change, Metadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.AdminUpdateUserAttributesResponse{}, nil
}
