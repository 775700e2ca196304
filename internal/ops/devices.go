package ops

import (
	"context"
	"errors"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// errNoOwner is what the operations say of a user who is not there that
// declare no UserNotFoundException.
var errNoOwner = &idp.Error{Code: "ResourceNotFoundException", Message: "User does not exist."}

// deviceOwner returns the user whose devices an administrator asks for.
func (a *API) deviceOwner(ctx context.Context, poolID, username string) (*catalog.Pool, *idp.User, error) {
	pool, err := a.Catalog.Pool(ctx, poolID)
	if err != nil {
		return nil, nil, err
	}
	if !pool.TracksDevices() {
		return nil, nil, idp.ErrDevicesOff
	}
	user, err := a.Accounts.User(ctx, pool, username)
	return pool, user, err
}

// orNoOwner makes an unknown user a missing resource.
func orNoOwner(err error) error {
	if errors.Is(err, idp.ErrUserNotFound) {
		return errNoOwner
	}
	return err
}

// rememberDevice sets the status of a device.
func (a *API) rememberDevice(ctx context.Context, pool *catalog.Pool, user *idp.User, key string, status cognito.DeviceRememberedStatusType) error {
	if status == "" {
		return idp.ErrDeviceStatusMissing
	}
	return a.Accounts.RememberDevice(ctx, pool, user, key, status == cognito.DeviceRememberedStatusRemembered)
}

// deviceList is a page of devices and the token of the next one.
func (a *API) deviceList(ctx context.Context, op string, pool *catalog.Pool, user *idp.User, asked *int64, token string, shown func(*idp.Device) bool) ([]*cognito.DeviceType, string, error) {
	params := []string{pool.ID, user.Username, user.Sub}
	var after string
	if err := a.openPageToken(token, op, params, &after); err != nil {
		return nil, "", err
	}
	limit := pageLimit(asked)
	page := []*cognito.DeviceType{}
	last := after
	for {
		// A user has no more devices than a few pages; those that are not
		// shown are passed over.
		list, err := a.Accounts.Devices(ctx, pool, user, last, limit+1)
		if err != nil {
			return nil, "", err
		}
		for _, d := range list {
			if !shown(d) {
				last = d.Key
				continue
			}
			if len(page) == limit {
				next, err := a.pageToken(op, params, last)
				return page, next, err
			}
			page, last = append(page, a.describeDevice(d)), d.Key
		}
		if len(list) <= limit {
			return page, "", nil
		}
	}
}

// describeDevice is a device as its user and the pool's owner see it.
func (a *API) describeDevice(d *idp.Device) *cognito.DeviceType {
	owner := d.Username + "." + d.PoolID
	status := cognito.DeviceRememberedStatusNotRemembered
	if d.Remembered {
		status = cognito.DeviceRememberedStatusRemembered
	}
	out := &cognito.DeviceType{
		DeviceKey:                   d.Key,
		DeviceCreateDate:            cognito.At(d.Created),
		DeviceLastModifiedDate:      cognito.At(d.Modified),
		DeviceLastAuthenticatedDate: cognito.At(d.Authenticated.Truncate(time.Second)),
	}
	for _, pair := range [][2]string{
		{"device_status", "valid"},
		{"device_name", d.Name},
		{"dev:device_arn", "arn:aws:cognito-idp:" + a.Region + ":" + a.AccountID + ":owner/" + owner + "/device/" + d.Key},
		{"dev:device_owner", owner},
		{"last_ip_used", d.LastIP},
		{"dev:device_remembered_status", string(status)},
		{"dev:device_sdk", d.SDK},
	} {
		if pair[1] != "" {
			out.DeviceAttributes = append(out.DeviceAttributes, &cognito.AttributeType{Name: pair[0], Value: pair[1]})
		}
	}
	return out
}
