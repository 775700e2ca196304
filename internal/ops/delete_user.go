package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// DeleteUser deletes a signed-in user.
func (a *API) DeleteUser(ctx context.Context, in *cognito.DeleteUserRequest) error {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return err
	}
	return a.Accounts.Delete(ctx, p.User)
}
