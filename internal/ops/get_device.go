package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// GetDevice shows a signed-in user one of their devices.
func (a *API) GetDevice(ctx context.Context, in *cognito.GetDeviceRequest) (*cognito.GetDeviceResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	d, err := a.Accounts.Device(ctx, p.Client.Pool, p.User, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return &cognito.GetDeviceResponse{Device: a.describeDevice(d)}, nil
}
