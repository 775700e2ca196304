package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/store"
	"rockpool/internal/token"
)

// GlobalSignOut ends every sign-in of the user who holds an access token.
func (a *API) GlobalSignOut(ctx context.Context, in *cognito.GlobalSignOutRequest) (*cognito.GlobalSignOutResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := a.signOut(ctx, p.User.PoolID, p.User.Username); err != nil {
		return nil, err
	}
	return &cognito.GlobalSignOutResponse{}, nil
}

func (a *API) signOut(ctx context.Context, poolID, username string) error {
	return a.Store.Update(ctx, func(tx store.Tx) error { return token.SignOutEverywhere(tx, poolID, username) })
}
