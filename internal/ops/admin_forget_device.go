package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminForgetDevice deletes a device of a user. Its refresh tokens are refused
// from then on.
func (a *API) AdminForgetDevice(ctx context.Context, in *cognito.AdminForgetDeviceRequest) error {
	pool, user, err := a.deviceOwner(ctx, in.UserPoolID, in.Username)
	if err != nil {
		return err
	}
	return a.Accounts.ForgetDevice(ctx, pool, user, in.DeviceKey)
}
