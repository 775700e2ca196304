package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// ListDevices lists the devices of a signed-in user that are remembered.
func (a *API) ListDevices(ctx context.Context, in *cognito.ListDevicesRequest) (*cognito.ListDevicesResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	out := &cognito.ListDevicesResponse{}
	remembered := func(d *idp.Device) bool { return d.Remembered }
	out.Devices, out.PaginationToken, err = a.deviceList(ctx, "ListDevices", p.Client.Pool, p.User, in.Limit, in.PaginationToken, remembered)
	if err != nil {
		return nil, err
	}
	return out, nil
}
