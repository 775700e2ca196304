package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// DeleteWebAuthnCredential removes a passkey of a signed-in user. Their
// authenticator keeps its half, which is good for nothing any more.
func (a *API) DeleteWebAuthnCredential(ctx context.Context, in *cognito.DeleteWebAuthnCredentialRequest) (*cognito.DeleteWebAuthnCredentialResponse, error) {
	h, err := a.passkeyHolder(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := a.Passkeys.Delete(ctx, h, in.CredentialID); err != nil {
		return nil, err
	}
	return &cognito.DeleteWebAuthnCredentialResponse{}, nil
}
