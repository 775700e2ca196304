package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// ChangePassword sets another password for a signed-in user.
func (a *API) ChangePassword(ctx context.Context, in *cognito.ChangePasswordRequest) (*cognito.ChangePasswordResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	err = a.Accounts.ChangePassword(ctx, account.ChangePassword{
		Client: p.Client, User: p.User, Previous: in.PreviousPassword, Proposed: in.ProposedPassword,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.ChangePasswordResponse{}, nil
}
