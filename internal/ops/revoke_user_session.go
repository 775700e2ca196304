package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/token"
)

// RevokeUserSession ends another session of the user who holds an access token.
func (a *API) RevokeUserSession(ctx context.Context, in *cognito.RevokeUserSessionRequest) (*cognito.RevokeUserSessionResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	err = a.Tokens.RevokeSession(ctx, token.SessionRevocation{
		Pool:     p.Client.Pool,
		Username: p.User.Username,
		ID:       in.SessionID,
		Linked:   in.RevokeAssociatedSessions == cognito.RevokeAssociatedSessionsLinked,
		Own:      p.Family.SessionID,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.RevokeUserSessionResponse{}, nil
}
