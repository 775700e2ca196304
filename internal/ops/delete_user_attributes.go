package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// DeleteUserAttributes deletes attributes of a signed-in user.
func (a *API) DeleteUserAttributes(ctx context.Context, in *cognito.DeleteUserAttributesRequest) (*cognito.DeleteUserAttributesResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	change, err := p.Client.Pool.DeleteAttributes(in.UserAttributeNames, p.Client.Client)
	if err != nil {
		return nil, err
	}
	_, err = a.Accounts.ChangeAttributes(ctx, account.AttributeChange{
		Pool: p.Client.Pool, Client: p.Client, User: p.User, Change: change,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.DeleteUserAttributesResponse{}, nil
}
