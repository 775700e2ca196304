package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/token"
)

// AdminRevokeUserSession ends a session of a user.
func (a *API) AdminRevokeUserSession(ctx context.Context, in *cognito.AdminRevokeUserSessionRequest) (*cognito.AdminRevokeUserSessionResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	user, err := a.Accounts.User(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	err = a.Tokens.RevokeSession(ctx, token.SessionRevocation{
		Pool:     pool,
		Username: user.Username,
		ID:       in.SessionID,
		Linked:   in.RevokeAssociatedSessions == cognito.RevokeAssociatedSessionsLinked,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.AdminRevokeUserSessionResponse{}, nil
}
