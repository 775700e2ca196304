package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// RevokeToken ends the sign-in that a refresh token belongs to. Repeating it is
// no error.
func (a *API) RevokeToken(ctx context.Context, in *cognito.RevokeTokenRequest) (*cognito.RevokeTokenResponse, error) {
	client, err := a.Catalog.Client(ctx, in.ClientID)
	if err != nil {
		// Of the errors that this operation declares, this one is for a client
		// that cannot be told apart from a wrong one.
		if outcomeOf(err) == "ResourceNotFoundException" {
			return nil, idp.ErrRevocationUnauthorized
		}
		return nil, err
	}
	right, err := hasSecret(client, in.ClientSecret)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, idp.ErrRevocationUnauthorized
	}
	revoke := a.Tokens.Revoke
	if in.RevokeAssociatedSessions == cognito.RevokeAssociatedSessionsLinked {
		revoke = a.Tokens.RevokeLinked
	}
	if err := revoke(ctx, client, in.Token); err != nil {
		return nil, err
	}
	return &cognito.RevokeTokenResponse{}, nil
}
