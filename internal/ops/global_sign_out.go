package ops

import (
	"context"
	"errors"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/token"
)

// GlobalSignOut ends every sign-in of the user who holds an access token.
func (a *API) GlobalSignOut(ctx context.Context, in *cognito.GlobalSignOutRequest) (*cognito.GlobalSignOutResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if errors.Is(err, idp.ErrUserNotFound) {
		return nil, idp.ErrAccessTokenRevoked // the operation declares no UserNotFoundException
	}
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
