package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminListUserSessions shows where a user is signed in, across all clients of
// the pool.
func (a *API) AdminListUserSessions(ctx context.Context, in *cognito.AdminListUserSessionsRequest) (*cognito.AdminListUserSessionsResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	user, err := a.Accounts.User(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	page, next, err := a.listSessions(ctx, "AdminListUserSessions", pool, user.Username, "", in.NextToken)
	if err != nil {
		return nil, err
	}
	return &cognito.AdminListUserSessionsResponse{Sessions: page, NextToken: next}, nil
}
