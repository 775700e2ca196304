package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminGetDevice shows a device of a user.
func (a *API) AdminGetDevice(ctx context.Context, in *cognito.AdminGetDeviceRequest) (*cognito.AdminGetDeviceResponse, error) {
	pool, user, err := a.deviceOwner(ctx, in.UserPoolID, in.Username)
	if err != nil {
		return nil, orNoOwner(err)
	}
	d, err := a.Accounts.Device(ctx, pool, user, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return &cognito.AdminGetDeviceResponse{Device: a.describeDevice(d)}, nil
}
