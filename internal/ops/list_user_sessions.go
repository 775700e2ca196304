package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// ListUserSessions shows a signed-in user where they are signed in, across all
// clients of the pool.
func (a *API) ListUserSessions(ctx context.Context, in *cognito.ListUserSessionsRequest) (*cognito.ListUserSessionsResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	page, next, err := a.listSessions(ctx, "ListUserSessions", p.Client.Pool, p.User.Username, p.Family.SessionID, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &cognito.ListUserSessionsResponse{Sessions: page, NextToken: next}, nil
}
