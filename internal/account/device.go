package account

import (
	"fmt"
	"strings"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
)

// purposeDevice is the purpose under which the verifiers of devices are sealed
// with the pool's key; the id is the device's key.
const purposeDevice = "device-verifier"

// OpenDeviceVerifier returns the SRP verifier of a device's secret.
func OpenDeviceVerifier(pool *catalog.Pool, d *idp.Device) ([]byte, error) {
	v, err := pool.Key.Open(purposeDevice, d.Key, d.Verifier)
	if err != nil {
		return nil, fmt.Errorf("opening verifier of device: %w", err)
	}
	return v, nil
}

const (
	groupKeySize     = 8
	groupKeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// DeviceGroupKey is the key that the devices of a user have in common. It is no
// secret, and computed rather than kept, because a device that is never
// confirmed must not leave anything behind.
func DeviceGroupKey(pool *catalog.Pool, u *idp.User) string {
	b := pool.Key.MAC("device group key", u.Sub)[:groupKeySize]
	for i, n := range b {
		b[i] = groupKeyAlphabet[int(n)%len(groupKeyAlphabet)]
	}
	return "-" + string(b)
}

const (
	sdkPrefix  = "aws-sdk-"
	sdkUnknown = "aws-sdk-unknown-unknown"
	maxSDK     = 64
)

// sdkOf is the name and version of the SDK in a User-Agent header, such as
// aws-sdk-js-3.600.0 for "aws-sdk-js/3.600.0 ua/2.0".
func sdkOf(agent string) string {
	product, _, _ := strings.Cut(agent, " ")
	name, version, found := strings.Cut(product, "/")
	if !found || !strings.HasPrefix(name, sdkPrefix) || version == "" || len(product) > maxSDK {
		return sdkUnknown
	}
	return name + "-" + version
}
