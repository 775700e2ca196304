package account

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/store"
)

// ConfirmDevice is a device that wants to be known.
type ConfirmDevice struct {
	Pool   *catalog.Pool
	User   *idp.User
	Family string // of the access token: the sign-in in which the device got its key

	Key      string
	Name     string
	Verifier string // base64 of a number
	Salt     string // base64 of a number
}

// The lengths of the longest texts that are decoded: a verifier has 385 bytes
// with the byte for its sign, a salt usually 16.
const (
	maxDeviceVerifier = 600
	maxDeviceSalt     = 128
)

// ConfirmDevice makes a device known under the key that it got when its user
// signed in. remembered tells whether it is remembered at once; otherwise the
// app has to ask its user first. The errors are those of idp: ErrDevicesOff,
// ErrDeviceKeyInvalid, ErrDeviceVerifierInvalid, ErrDeviceKeyExists, and
// ErrDeviceNotFound for a key that did not come with the token.
func (s *Service) ConfirmDevice(ctx context.Context, in ConfirmDevice) (remembered bool, err error) {
	pool := in.Pool
	if err := checkDevice(pool, in.Key); err != nil {
		return false, err
	}
	salt, verifier, err := in.secret()
	if err != nil {
		return false, err
	}
	sealed, err := pool.Key.Seal(purposeDevice, in.Key, verifier)
	if err != nil {
		return false, fmt.Errorf("sealing verifier of device: %w", err)
	}
	now, request := s.Now(), idp.RequestFrom(ctx)
	device := &idp.Device{
		PoolID: pool.ID, Username: in.User.Username, Key: in.Key, GroupKey: DeviceGroupKey(pool, in.User),
		Salt: salt, Verifier: sealed, Remembered: pool.RemembersAlways(),
		Name: in.Name, SDK: sdkOf(request.UserAgent), LastIP: request.SourceIP,
		Created: now, Modified: now, Authenticated: now,
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := again(tx, in.User, idp.ErrUserNotFound); err != nil {
			return err
		}
		if err := in.mayConfirm(tx); err != nil {
			return err
		}
		if err := makeRoom(tx, device); err != nil {
			return err
		}
		return tx.CreateDevice(device)
	})
	return device.Remembered, deviceError("confirming device", err)
}

// mayConfirm returns nil if the key is new and came with the access token, and
// the device was not forgotten since.
func (in ConfirmDevice) mayConfirm(tx store.Tx) error {
	_, err := tx.Device(in.User.PoolID, in.User.Username, in.Key)
	if err == nil {
		return idp.ErrDeviceKeyExists
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	f, err := tx.Family(in.User.PoolID, in.Family)
	if err != nil {
		return err
	}
	if f.Revoked || f.DeviceKey != in.Key || len(f.RefreshHash) == 0 {
		return idp.ErrDeviceNotFound
	}
	return nil
}

// makeRoom deletes the devices that were unused for longest, if the user has
// as many as there may be. Their sign-ins go on.
func makeRoom(tx store.Tx, d *idp.Device) error {
	list, err := tx.ListDevices(d.PoolID, d.Username, "", idp.MaxDevices+1)
	if err != nil || len(list) < idp.MaxDevices {
		return err
	}
	slices.SortFunc(list, func(a, b *idp.Device) int { return a.Authenticated.Compare(b.Authenticated) })
	for _, old := range list[:len(list)-idp.MaxDevices+1] {
		if err := tx.DeleteDevice(old.PoolID, old.Username, old.Key); err != nil {
			return err
		}
	}
	return nil
}

// secret reads the salt and the verifier, in their shortest and their full
// form.
func (in ConfirmDevice) secret() (salt, verifier []byte, err error) {
	if len(in.Verifier) > maxDeviceVerifier || len(in.Salt) > maxDeviceSalt {
		return nil, nil, idp.ErrDeviceVerifierInvalid
	}
	number, err := base64.StdEncoding.DecodeString(in.Verifier)
	if err != nil {
		return nil, nil, idp.ErrDeviceVerifierInvalid
	}
	if verifier, err = srp.ParseVerifier(number); err != nil {
		return nil, nil, idp.ErrDeviceVerifierInvalid
	}
	if salt, err = base64.StdEncoding.DecodeString(in.Salt); err != nil {
		return nil, nil, idp.ErrDeviceVerifierInvalid
	}
	for len(salt) > 0 && salt[0] == 0 {
		salt = salt[1:]
	}
	if len(salt) == 0 {
		return nil, nil, idp.ErrDeviceVerifierInvalid
	}
	return salt, verifier, nil
}
