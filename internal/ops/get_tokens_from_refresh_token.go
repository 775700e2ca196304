package ops

import (
	"context"
	"crypto/subtle"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
)

// GetTokensFromRefreshToken renews tokens, and the refresh token with them if
// the client rotates it.
func (a *API) GetTokensFromRefreshToken(ctx context.Context, in *cognito.GetTokensFromRefreshTokenRequest) (*cognito.GetTokensFromRefreshTokenResponse, error) {
	client, err := a.Catalog.Client(ctx, in.ClientID)
	if err != nil {
		return nil, err
	}
	right, err := hasSecret(client, in.ClientSecret)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, idp.NotAuthorized("Client secret does not match for the client: " + client.ID)
	}
	r, err := a.SignIns.Refresh(ctx, signin.Refresh{
		Caller:       signin.Caller{Client: client, Address: idp.RequestFrom(ctx).SourceIP},
		RefreshToken: in.RefreshToken,
		DeviceKey:    in.DeviceKey,
		Metadata:     in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.GetTokensFromRefreshTokenResponse{AuthenticationResult: authenticationResult(r)}, nil
}

// hasSecret tells whether a secret that came in the clear is one of the
// client's. A public client has none, and one that comes does no harm.
func hasSecret(client *catalog.Client, given string) (bool, error) {
	if !client.HasSecret() {
		return true, nil
	}
	secrets, err := client.OpenSecrets()
	if err != nil {
		return false, err
	}
	right := 0
	for _, s := range secrets {
		right |= subtle.ConstantTimeCompare([]byte(s), []byte(given))
	}
	return right == 1, nil
}
