package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminConfirmSignUp confirms an account without a code.
func (a *API) AdminConfirmSignUp(ctx context.Context, in *cognito.AdminConfirmSignUpRequest) (*cognito.AdminConfirmSignUpResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	if err := a.Accounts.AdminConfirmSignUp(ctx, pool, in.Username, in.ClientMetadata); err != nil {
		return nil, err
	}
	return &cognito.AdminConfirmSignUpResponse{}, nil
}
