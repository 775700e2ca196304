package account

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// Devices returns at most limit devices of a user in the order of their keys,
// beginning after the key given.
func (s *Service) Devices(ctx context.Context, pool *catalog.Pool, user *idp.User, after string, limit int) (list []*idp.Device, err error) {
	if !pool.TracksDevices() {
		return nil, idp.ErrDevicesOff
	}
	err = s.Store.View(ctx, func(tx store.Tx) (err error) {
		list, err = tx.ListDevices(pool.ID, user.Username, after, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing devices: %w", err)
	}
	return list, nil
}

// Device returns a device of a user, or idp.ErrDeviceNotFound.
func (s *Service) Device(ctx context.Context, pool *catalog.Pool, user *idp.User, key string) (d *idp.Device, err error) {
	if err := checkDevice(pool, key); err != nil {
		return nil, err
	}
	err = s.Store.View(ctx, func(tx store.Tx) (err error) {
		d, err = tx.Device(pool.ID, user.Username, key)
		return err
	})
	if err != nil {
		return nil, deviceError("reading device", err)
	}
	return d, nil
}

// RememberDevice says whether a device is remembered, or returns
// idp.ErrDeviceNotFound.
func (s *Service) RememberDevice(ctx context.Context, pool *catalog.Pool, user *idp.User, key string, remembered bool) error {
	if err := checkDevice(pool, key); err != nil {
		return err
	}
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		d, err := deviceOf(tx, user, key)
		if err != nil {
			return err
		}
		d.Remembered, d.Modified = remembered, s.Now()
		return tx.UpdateDevice(d)
	})
	return deviceError("changing device", err)
}

// ForgetDevice deletes a device and ends the refresh tokens of the sign-ins it
// took part in, or returns idp.ErrDeviceNotFound. It is how the owner of a
// stolen phone locks it out: access tokens that it has got last to their end,
// and there are no further ones.
func (s *Service) ForgetDevice(ctx context.Context, pool *catalog.Pool, user *idp.User, key string) error {
	if err := checkDevice(pool, key); err != nil {
		return err
	}
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		d, err := deviceOf(tx, user, key)
		if err != nil {
			return err
		}
		if err := tx.DeleteDevice(d.PoolID, d.Username, d.Key); err != nil {
			return err
		}
		return tx.EndRefresh(d.PoolID, d.Username, d.Key)
	})
	return deviceError("forgetting device", err)
}

// deviceOf reads a device inside a transaction, if the user is still the one
// that the caller means.
func deviceOf(tx store.Tx, user *idp.User, key string) (*idp.Device, error) {
	if _, err := again(tx, user, idp.ErrDeviceNotFound); err != nil {
		return nil, err
	}
	return tx.Device(user.PoolID, user.Username, key)
}

// checkDevice refuses what no device of a pool can be called.
func checkDevice(pool *catalog.Pool, key string) error {
	if !pool.TracksDevices() {
		return idp.ErrDevicesOff
	}
	return idp.CheckDeviceKey(key)
}

// deviceError says what a caller sees of an error of the store.
func deviceError(doing string, err error) error {
	var seen *idp.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrNotFound):
		return idp.ErrDeviceNotFound
	case errors.As(err, &seen):
		return seen
	}
	return fmt.Errorf("%s: %w", doing, err)
}
