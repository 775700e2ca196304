package idp

import (
	"strings"
	"time"

	"rockpool/internal/cognito"
)

// Device is a device that a user's app has confirmed. It knows a secret of its
// own, with which it can stand for a second factor once it is remembered.
type Device struct {
	PoolID   string
	Username string
	Key      string // {region}_{uuid}
	GroupKey string // takes the place of the pool's name in the proof
	Salt     []byte
	Verifier []byte // of the device's secret, sealed

	Remembered bool
	Name       string
	SDK        string // dev:device_sdk
	LastIP     string

	Created       time.Time
	Modified      time.Time
	Authenticated time.Time // when a user last signed in with it
}

// MaxDevices is how many devices are kept of a user. One more takes the place
// of the one that has been unused for the longest time.
const MaxDevices = 100

// Errors about devices.
var (
	// ErrDeviceNotFound means that the user has no such device. Apps look for
	// the sentence, forget the key that they kept, and try again without it.
	ErrDeviceNotFound = &Error{"ResourceNotFoundException", "Device does not exist."}

	// ErrDeviceKeyExists means that the device was confirmed before.
	ErrDeviceKeyExists = &Error{"DeviceKeyExistsException", "Device already exists."}

	// ErrDeviceKeyInvalid means that a text is no device key.
	ErrDeviceKeyInvalid = InvalidParameter("Invalid device key given.")

	// ErrDeviceVerifierInvalid means that a device has given no verifier, or
	// one that no secret leads to.
	ErrDeviceVerifierInvalid = InvalidParameter("Invalid device secret verifier given.")

	// ErrDeviceStatusMissing means that a device is to be neither remembered
	// nor not remembered.
	ErrDeviceStatusMissing = InvalidParameter("Missing required parameter DeviceRememberedStatus")

	// ErrDevicesOff means that the pool does not track devices.
	ErrDevicesOff = &Error{"InvalidUserPoolConfigurationException", "User pool does not have device tracking enabled."}
)

// Region is the part of the pool's id before the underscore.
func (p *UserPool) Region() string {
	region, _, _ := strings.Cut(p.ID, "_")
	return region
}

// TracksDevices tells whether the pool knows its users' devices: with any
// member of its DeviceConfiguration it does.
func (p *UserPool) TracksDevices() bool {
	c := p.Settings.DeviceConfiguration
	return c != nil && *c != (cognito.DeviceConfigurationType{})
}

// RemembersAlways tells whether a confirmed device is remembered at once,
// without asking its user.
func (p *UserPool) RemembersAlways() bool {
	return p.TracksDevices() && !isTrue(p.Settings.DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt)
}

// DeviceIsFactor tells whether a remembered device takes the place of the
// second factor.
func (p *UserPool) DeviceIsFactor() bool {
	return p.TracksDevices() && isTrue(p.Settings.DeviceConfiguration.ChallengeRequiredOnNewDevice)
}

// NewDeviceKey is the key of a device of the pool's, from a fresh UUID.
func (p *UserPool) NewDeviceKey(id string) string { return p.Region() + "_" + id }

// maxDeviceKey is the length of the longest device key.
const maxDeviceKey = 55

// CheckDeviceKey returns nil if a text has the form of a device key.
func CheckDeviceKey(key string) error {
	i := strings.LastIndexByte(key, '_')
	if i < 1 || len(key) > maxDeviceKey || !isUUID(key[i+1:]) {
		return ErrDeviceKeyInvalid
	}
	return nil
}

// isUUID tells whether a text is a UUID as this service writes them.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case !('0' <= c && c <= '9' || 'a' <= c && c <= 'f'):
			return false
		}
	}
	return true
}
