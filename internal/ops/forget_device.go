package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// ForgetDevice deletes a device of a signed-in user. Its refresh tokens are
// refused from then on.
func (a *API) ForgetDevice(ctx context.Context, in *cognito.ForgetDeviceRequest) error {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return err
	}
	return a.Accounts.ForgetDevice(ctx, p.Client.Pool, p.User, in.DeviceKey)
}
