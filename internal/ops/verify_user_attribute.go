package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// VerifyUserAttribute verifies an e-mail address or phone number of a
// signed-in user with the code that was sent there.
func (a *API) VerifyUserAttribute(ctx context.Context, in *cognito.VerifyUserAttributeRequest) (*cognito.VerifyUserAttributeResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := a.Accounts.VerifyAttribute(ctx, p.Client, p.User, in.AttributeName, in.Code); err != nil {
		return nil, err
	}
	return &cognito.VerifyUserAttributeResponse{}, nil
}
