package signin

import (
	"context"
	"errors"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/token"
)

// deviceTrail is what a sign-in remembers of the device that takes part in it.
type deviceTrail struct {
	// DeviceKey is the DEVICE_KEY that the client sent.
	DeviceKey string `json:"device,omitzero"`

	// DeviceOwed tells that the device stands for the second factor, which was
	// left out: there are no tokens before the device has proved its secret.
	DeviceOwed bool `json:"device_owed,omitzero"`

	// DeviceProved tells that it has.
	DeviceProved bool `json:"device_proved,omitzero"`

	// deviceSent tells that the key came with the request at hand, so that the
	// client can send the same request without it.
	deviceSent bool

	// device is the device of the key, once it was read for the request at
	// hand. What it stands for is looked at again before there are tokens.
	device *idp.Device
}

// noDevice stands for a DEVICE_KEY that no device can have, however long it is.
const noDevice = "?"

// deviceKey is the DEVICE_KEY of a request, empty without one.
func deviceKey(parameters map[string]string) string {
	key := parameters["DEVICE_KEY"]
	if key != "" && idp.CheckDeviceKey(key) != nil {
		return noDevice
	}
	return key
}

// sendDevice notes the DEVICE_KEY of a request, if it has one.
func (t *deviceTrail) sendDevice(parameters map[string]string) {
	if key := deviceKey(parameters); key != "" {
		t.DeviceKey, t.deviceSent = key, true
	}
}

// NewDevice is the identity that the service gives to a device at its first
// sign-in, until the app confirms or drops it.
type NewDevice struct {
	Key      string
	GroupKey string
}

// recognize finds the device whose key the client sent; nil without one. A key
// that the user has no device for is refused where the client can send its
// request again without it, as clients do; later it is as good as none.
func (s *Service) recognize(ctx context.Context, p *proved) (device *idp.Device, err error) {
	pool := p.Client.Pool
	if !pool.TracksDevices() || p.user == nil {
		p.DeviceKey, p.device = "", nil
	}
	if p.DeviceKey == "" || p.device != nil {
		return p.device, nil
	}
	err = s.Accounts.Store.View(ctx, func(tx store.Tx) (err error) {
		device, err = tx.Device(pool.ID, p.user.Username, p.DeviceKey)
		return err
	})
	switch {
	case err == nil:
		p.device = device
		return device, nil
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	case p.deviceSent:
		return nil, s.refuse(ctx, *p, idp.ErrDeviceNotFound)
	}
	p.DeviceKey = ""
	return nil, nil
}

// standsIn tells whether a device is asked for a proof in place of a second
// factor: a remembered one is where the pool says so, and where there is no
// other factor to ask for.
func standsIn(pool *idp.UserPool, device *idp.Device) bool {
	return device != nil && device.Remembered &&
		(pool.DeviceIsFactor() || pool.Settings.MfaConfiguration == cognito.UserPoolMfaOff)
}

// deviceFirst decides whether the device takes the place of the second factor.
// If so, the sign-in may proceed: it will not finish without the device.
func (s *Service) deviceFirst(ctx context.Context, p *proved) (instead bool, err error) {
	device, err := s.recognize(ctx, p)
	if err != nil {
		return false, err
	}
	p.DeviceOwed = standsIn(p.Client.Pool.UserPool, device)
	return p.DeviceOwed, nil
}

// deviceLast looks at the device before tokens are made. If it has to prove
// itself yet, ask is true. A custom sign-in may come here without having
// passed deviceFirst.
func (s *Service) deviceLast(ctx context.Context, p *proved) (device *idp.Device, ask bool, err error) {
	if device, err = s.recognize(ctx, p); err != nil {
		return nil, false, err
	}
	trusted := device != nil && device.Remembered
	switch {
	case p.DeviceOwed && !trusted: // it was forgotten meanwhile, or the pool forgets all
		return nil, false, s.refuse(ctx, *p, idp.ErrDeviceNotFound)
	case p.DeviceProved:
		return device, false, nil
	case p.DeviceOwed:
		return device, true, nil
	}
	return device, p.Flow == cognito.AuthFlowCustomAuth && standsIn(p.Client.Pool.UserPool, device), nil
}

// grantDevice names the device in a grant: the known one, or a new one, which
// is returned for the app to confirm. Without device tracking there is none.
func (s *Service) grantDevice(p proved, g *token.Grant) *NewDevice {
	pool := p.Client.Pool
	switch {
	case !pool.TracksDevices():
		return nil
	case p.DeviceKey != "":
		g.DeviceKey = p.DeviceKey
		return nil
	}
	g.DeviceKey = pool.NewDeviceKey(secret.UUID(s.Accounts.Rand))
	return &NewDevice{Key: g.DeviceKey, GroupKey: account.DeviceGroupKey(pool, g.User)}
}

// useDevice notes that a device was used, in the transaction that makes the
// sign-in good. It refuses if the device was forgotten since it was looked at,
// or is not remembered any more although it stood for a factor.
func (s *Service) useDevice(tx store.Tx, p proved) error {
	if p.DeviceKey == "" {
		return nil
	}
	d, err := tx.Device(p.Client.PoolID, p.user.Username, p.DeviceKey)
	if errors.Is(err, store.ErrNotFound) || err == nil && p.DeviceOwed && !d.Remembered {
		return idp.ErrDeviceNotFound
	}
	if err != nil {
		return err
	}
	d.Authenticated, d.LastIP = s.Accounts.Now(), p.Address
	return tx.UpdateDevice(d)
}
