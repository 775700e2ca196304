package store

import "rockpool/internal/idp"

// Devices keeps the devices that users' apps have confirmed.
type Devices interface {
	// Device returns a device of a user, or ErrNotFound.
	Device(poolID, username, key string) (*idp.Device, error)

	// ListDevices returns at most limit devices of a user in the order of
	// their keys, beginning after the key given ("" for the first).
	ListDevices(poolID, username, after string, limit int) ([]*idp.Device, error)

	// CreateDevice stores a new device. It returns ErrExists if the user has
	// one with this key, so that of two confirmations exactly one succeeds.
	// The caller has read the user in the same transaction.
	CreateDevice(d *idp.Device) error

	// UpdateDevice stores whether a device is remembered, where it was used
	// last, and the times of its change and its use. It returns ErrNotFound if
	// the device is gone.
	UpdateDevice(d *idp.Device) error

	// DeleteDevice removes a device of a user, or returns ErrNotFound.
	DeleteDevice(poolID, username, key string) error

	// EndRefresh takes their refresh tokens from all families of a user in
	// which a device took part, and deletes the records of their sessions.
	// Their access tokens stay good.
	EndRefresh(poolID, username, deviceKey string) error
}
