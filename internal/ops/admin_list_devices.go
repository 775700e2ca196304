package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// AdminListDevices lists the devices of a user, remembered or not.
func (a *API) AdminListDevices(ctx context.Context, in *cognito.AdminListDevicesRequest) (*cognito.AdminListDevicesResponse, error) {
	pool, user, err := a.deviceOwner(ctx, in.UserPoolID, in.Username)
	if err != nil {
		return nil, orNoOwner(err)
	}
	out := &cognito.AdminListDevicesResponse{}
	all := func(*idp.Device) bool { return true }
	out.Devices, out.PaginationToken, err = a.deviceList(ctx, "AdminListDevices", pool, user, in.Limit, in.PaginationToken, all)
	if err != nil {
		return nil, err
	}
	return out, nil
}
