package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// AdminUpdateDeviceStatus says whether a device of a user is remembered.
func (a *API) AdminUpdateDeviceStatus(ctx context.Context, in *cognito.AdminUpdateDeviceStatusRequest) (*cognito.AdminUpdateDeviceStatusResponse, error) {
	pool, user, err := a.deviceOwner(ctx, in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	if err := a.rememberDevice(ctx, pool, user, in.DeviceKey, in.DeviceRememberedStatus); err != nil {
		return nil, err
	}
	return &cognito.AdminUpdateDeviceStatusResponse{}, nil
}
