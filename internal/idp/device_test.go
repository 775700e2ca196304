package idp

import (
	"errors"
	"strings"
	"testing"

	"rockpool/internal/cognito"
)

func TestCheckDeviceKey(t *testing.T) {
	const uuid = "a1b2c3d4-5678-90ab-cdef-a1b2c3d4e5f6"
	for key, want := range map[string]error{
		"us-west-2_" + uuid:                  nil,
		"us_gov-west-1_" + uuid:              nil,
		uuid:                                 ErrDeviceKeyInvalid,
		"_" + uuid:                           ErrDeviceKeyInvalid,
		"us-west-2_" + strings.ToUpper(uuid): ErrDeviceKeyInvalid,
		"us-west-2_" + uuid[1:]:              ErrDeviceKeyInvalid,
		"us-west-2_" + uuid + "0":            ErrDeviceKeyInvalid,
		"us-west-2_a1b2c3d4567890abcdefa1b2c3d4e5f6-abc": ErrDeviceKeyInvalid,
		"us-west-2_" + strings.Repeat("-", 36):           ErrDeviceKeyInvalid,
		strings.Repeat("r", 20) + "_" + uuid:             ErrDeviceKeyInvalid,
		"":                                               ErrDeviceKeyInvalid,
	} {
		if err := CheckDeviceKey(key); !errors.Is(err, want) {
			t.Errorf("CheckDeviceKey(%q): got %v, want %v", key, err, want)
		}
	}
	if key := (&UserPool{ID: "us-west-2_AbCdEfGhI"}).NewDeviceKey(uuid); CheckDeviceKey(key) != nil || key != "us-west-2_"+uuid {
		t.Errorf("NewDeviceKey: got %q", key)
	}
}

func TestDeviceConfiguration(t *testing.T) {
	on, off := new(true), new(false)
	for _, tt := range []struct {
		name                   string
		config                 *cognito.DeviceConfigurationType
		tracks, always, factor bool
	}{
		{"none", nil, false, false, false},
		{"empty", &cognito.DeviceConfigurationType{}, false, false, false},
		{"always", &cognito.DeviceConfigurationType{DeviceOnlyRememberedOnUserPrompt: off}, true, true, false},
		{"opt-in", &cognito.DeviceConfigurationType{DeviceOnlyRememberedOnUserPrompt: on}, true, false, false},
		{"always, as a factor", &cognito.DeviceConfigurationType{ChallengeRequiredOnNewDevice: on}, true, true, true},
		{"opt-in, as a factor", &cognito.DeviceConfigurationType{ChallengeRequiredOnNewDevice: on, DeviceOnlyRememberedOnUserPrompt: on}, true, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &UserPool{Settings: cognito.UserPoolType{DeviceConfiguration: tt.config}}
			if p.TracksDevices() != tt.tracks || p.RemembersAlways() != tt.always || p.DeviceIsFactor() != tt.factor {
				t.Errorf("got tracks %t, always %t, factor %t, want %t, %t, %t",
					p.TracksDevices(), p.RemembersAlways(), p.DeviceIsFactor(), tt.tracks, tt.always, tt.factor)
			}
		})
	}
}
