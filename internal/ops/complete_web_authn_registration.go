package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// CompleteWebAuthnRegistration registers the passkey that a browser has made.
func (a *API) CompleteWebAuthnRegistration(ctx context.Context, in *cognito.CompleteWebAuthnRegistrationRequest) (*cognito.CompleteWebAuthnRegistrationResponse, error) {
	h, err := a.passkeyHolder(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := a.Passkeys.Complete(ctx, h, in.Credential); err != nil {
		return nil, err
	}
	return &cognito.CompleteWebAuthnRegistrationResponse{}, nil
}
