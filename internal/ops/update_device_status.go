package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// UpdateDeviceStatus says whether a device of a signed-in user is remembered.
func (a *API) UpdateDeviceStatus(ctx context.Context, in *cognito.UpdateDeviceStatusRequest) (*cognito.UpdateDeviceStatusResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := a.rememberDevice(ctx, p.Client.Pool, p.User, in.DeviceKey, in.DeviceRememberedStatus); err != nil {
		return nil, err
	}
	return &cognito.UpdateDeviceStatusResponse{}, nil
}
