package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// StartWebAuthnRegistration gives a signed-in user what their browser needs to
// make a passkey.
func (a *API) StartWebAuthnRegistration(ctx context.Context, in *cognito.StartWebAuthnRegistrationRequest) (*cognito.StartWebAuthnRegistrationResponse, error) {
	h, err := a.passkeyHolder(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	options, err := a.Passkeys.Start(ctx, h)
	if err != nil {
		return nil, err
	}
	return &cognito.StartWebAuthnRegistrationResponse{CredentialCreationOptions: options}, nil
}
