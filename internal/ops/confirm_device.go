package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// ConfirmDevice makes the device known that has got its key with an access
// token.
func (a *API) ConfirmDevice(ctx context.Context, in *cognito.ConfirmDeviceRequest) (*cognito.ConfirmDeviceResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	device := account.ConfirmDevice{
		Pool: p.Client.Pool, User: p.User, Family: p.Family.ID, Key: in.DeviceKey, Name: in.DeviceName,
	}
	if c := in.DeviceSecretVerifierConfig; c != nil {
		device.Verifier, device.Salt = c.PasswordVerifier, c.Salt
	}
	remembered, err := a.Accounts.ConfirmDevice(ctx, device)
	if err != nil {
		return nil, err
	}
	return &cognito.ConfirmDeviceResponse{UserConfirmationNecessary: new(!remembered)}, nil
}
