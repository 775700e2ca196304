package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
)

// GetClientToken gives an app client an access token of its own for its
// secret, without the domain that the token endpoint needs.
func (a *API) GetClientToken(ctx context.Context, in *cognito.GetClientTokenRequest) (*cognito.GetClientTokenResponse, error) {
	client, err := a.Catalog.Client(ctx, in.ClientID)
	if err != nil {
		return nil, err
	}
	right, err := hasSecret(client, in.Secret)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, idp.NotAuthorized("Client secret does not match for the client: " + client.ID)
	}
	t, err := a.SignIns.ClientToken(ctx, signin.ClientToken{Client: client, Scopes: in.Scopes, Metadata: in.ClientMetadata})
	if err != nil {
		return nil, err
	}
	return &cognito.GetClientTokenResponse{ClientAuthenticationResult: &cognito.ClientAuthenticationResultType{
		AccessToken: t.AccessToken,
		ExpiresIn:   &t.ExpiresIn,
		TokenType:   "Bearer",
	}}, nil
}
