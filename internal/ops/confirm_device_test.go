package ops_test

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/store"
)

// Whether the user has to be asked depends on the pool.
func TestConfirmDevice(t *testing.T) {
	for pool, ask := range map[string]bool{optIn: true, `"DeviceConfiguration":{"ChallengeRequiredOnNewDevice":false}`: false} {
		a := newDevices(t, pool)
		p := a.phone(t, "ada")
		in := &cognito.ConfirmDeviceRequest{AccessToken: p.access, DeviceKey: p.key, DeviceName: "Ada's phone", DeviceSecretVerifierConfig: p.verifier()}
		out, err := a.ConfirmDevice(t.Context(), in)
		if err != nil || out.UserConfirmationNecessary == nil || *out.UserConfirmationNecessary != ask {
			t.Errorf("ConfirmDevice(%s): got %+v, %v, want UserConfirmationNecessary %t", pool, out, err, ask)
		}
		_, err = a.ConfirmDevice(t.Context(), in)
		refuses(t, "ConfirmDevice", "again", err, idp.ErrDeviceKeyExists)
	}
}

func TestConfirmDeviceRefuses(t *testing.T) {
	a := newDevices(t, optIn)
	mine, other := a.phone(t, "ada"), a.phone(t, "ada")
	good := mine.verifier()
	with := func(verifier, salt []byte) *cognito.DeviceSecretVerifierConfigType {
		return &cognito.DeviceSecretVerifierConfigType{
			PasswordVerifier: base64.StdEncoding.EncodeToString(verifier), Salt: base64.StdEncoding.EncodeToString(salt),
		}
	}
	verifier, err := base64.StdEncoding.DecodeString(good.PasswordVerifier)
	if err != nil {
		t.Fatal(err)
	}
	one := big.NewInt(1)
	n := new(big.Int).SetBytes(bytes.Repeat([]byte{0xff}, srp.Size)) // no less than the modulus
	for name, config := range map[string]*cognito.DeviceSecretVerifierConfigType{
		"no verifier":      nil,
		"empty":            {},
		"no salt":          {PasswordVerifier: good.PasswordVerifier},
		"no base64":        {PasswordVerifier: "%%%", Salt: good.Salt},
		"salt no base64":   {PasswordVerifier: good.PasswordVerifier, Salt: "%"},
		"verifier 0":       with([]byte{0, 0}, []byte{1}),
		"verifier 1":       with(one.Bytes(), []byte{1}),
		"verifier too big": with(n.Bytes(), []byte{1}),
		"verifier long":    {PasswordVerifier: strings.Repeat("A", 131072), Salt: good.Salt},
		"salt 0":           with(verifier, []byte{0, 0}),
		"salt long":        {PasswordVerifier: good.PasswordVerifier, Salt: strings.Repeat("A", 131072)},
	} {
		_, err := a.ConfirmDevice(t.Context(), &cognito.ConfirmDeviceRequest{AccessToken: mine.access, DeviceKey: mine.key, DeviceSecretVerifierConfig: config})
		refuses(t, "ConfirmDevice", name, err, idp.ErrDeviceVerifierInvalid)
	}
	_, err = a.ConfirmDevice(t.Context(), &cognito.ConfirmDeviceRequest{AccessToken: mine.access, DeviceKey: other.key, DeviceSecretVerifierConfig: good})
	refuses(t, "ConfirmDevice", "the key of another sign-in", err, idp.ErrDeviceNotFound)

	// Both numbers may carry the byte of their sign.
	_, err = a.ConfirmDevice(t.Context(), &cognito.ConfirmDeviceRequest{
		AccessToken: mine.access, DeviceKey: mine.key, DeviceSecretVerifierConfig: with(append([]byte{0}, verifier...), []byte{0, 0x80}),
	})
	wantErr(t, "ConfirmDevice with sign bytes", err, nil)
}

// Of many confirmations of one key one wins.
func TestConfirmDeviceOnce(t *testing.T) {
	a := newDevices(t, optIn)
	p := a.phone(t, "ada")
	var wg sync.WaitGroup
	var wins atomic.Int32
	for range 6 {
		wg.Go(func() {
			_, err := a.ConfirmDevice(t.Context(), &cognito.ConfirmDeviceRequest{AccessToken: p.access, DeviceKey: p.key, DeviceSecretVerifierConfig: p.verifier()})
			if err == nil {
				wins.Add(1)
			} else {
				refuses(t, "ConfirmDevice", "at once", err, idp.ErrDeviceKeyExists)
			}
		})
	}
	wg.Wait()
	if n := wins.Load(); n != 1 {
		t.Errorf("%d confirmations won, want 1", n)
	}
}

// One device too many takes the place of the one that was unused for longest.
func TestConfirmDeviceMakesRoom(t *testing.T) {
	a := newDevices(t, optIn)
	p := a.phone(t, "ada")
	const oldest = "us-east-1_00000000-0000-0000-0000-000000000032"
	a.must(t, func(tx store.Tx) error {
		for i := range idp.MaxDevices {
			key := "us-east-1_00000000-0000-0000-0000-0000000000" + string("0123456789"[i/10]) + string("0123456789"[i%10])
			d := &idp.Device{PoolID: a.poolID, Username: "ada", Key: key, Created: a.now, Modified: a.now, Authenticated: a.now}
			if key == oldest {
				d.Authenticated = a.now.Add(-time.Hour)
			}
			if err := tx.CreateDevice(d); err != nil {
				return err
			}
		}
		return nil
	})
	_, err := a.ConfirmDevice(t.Context(), &cognito.ConfirmDeviceRequest{AccessToken: p.access, DeviceKey: p.key, DeviceSecretVerifierConfig: p.verifier()})
	wantErr(t, "ConfirmDevice", err, nil)
	keys, _ := a.deviceKeys(t, "ada", 60)
	if len(keys) != idp.MaxDevices {
		t.Errorf("devices: got %d, want %d", len(keys), idp.MaxDevices)
	}
	for _, key := range keys {
		if key == oldest {
			t.Error("the device that was unused for longest is still there")
		}
	}
}
