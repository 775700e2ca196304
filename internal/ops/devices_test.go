package ops_test

import (
	"encoding/base64"
	"slices"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/srp"
)

// devices is an API whose pool tracks devices, with users ada and grace.
type devices struct {
	*signIns
}

// optIn is a pool whose users say which device is remembered.
const optIn = `"DeviceConfiguration":{"DeviceOnlyRememberedOnUserPrompt":true}`

func newDevices(t *testing.T, pool string) *devices {
	t.Helper()
	a := &signIns{accounts: newAccounts(t, pool)}
	a.SignIns = &signin.Service{Accounts: a.Accounts, Tokens: a.Tokens}
	a.public = a.client(t, a.poolID, signInFlows).ClientID
	a.user(t, "ada")
	a.user(t, "grace")
	return &devices{a}
}

// phone is a device that has got its key.
type phone struct {
	access, refresh, key, group string
}

// verifier is what the phone has to confirm itself with.
func (p phone) verifier() *cognito.DeviceSecretVerifierConfigType {
	salt := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	return &cognito.DeviceSecretVerifierConfigType{
		PasswordVerifier: base64.StdEncoding.EncodeToString(srp.Verifier(p.group, p.key, "device secret", salt)),
		Salt:             base64.StdEncoding.EncodeToString(salt),
	}
}

// phone signs a user in without a device key.
func (a *devices) phone(t *testing.T, username string) phone {
	t.Helper()
	out, err := a.InitiateAuth(t.Context(), &cognito.InitiateAuthRequest{
		ClientID: a.public, AuthFlow: cognito.AuthFlowUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": goodPassword},
	})
	if err != nil || out.AuthenticationResult == nil || out.AuthenticationResult.NewDeviceMetadata == nil {
		t.Fatalf("InitiateAuth(%s): got %+v, %v, want tokens and NewDeviceMetadata", username, out, err)
	}
	r := out.AuthenticationResult
	return phone{r.AccessToken, r.RefreshToken, r.NewDeviceMetadata.DeviceKey, r.NewDeviceMetadata.DeviceGroupKey}
}

// confirmed is a phone that was confirmed.
func (a *devices) confirmed(t *testing.T, username string) phone {
	t.Helper()
	p := a.phone(t, username)
	_, err := a.ConfirmDevice(t.Context(), &cognito.ConfirmDeviceRequest{
		AccessToken: p.access, DeviceKey: p.key, DeviceName: username + "'s phone", DeviceSecretVerifierConfig: p.verifier(),
	})
	if err != nil {
		t.Fatalf("ConfirmDevice: %v", err)
	}
	return p
}

// remember says whether a phone is remembered.
func (a *devices) remember(t *testing.T, p phone, status cognito.DeviceRememberedStatusType) {
	t.Helper()
	_, err := a.UpdateDeviceStatus(t.Context(), &cognito.UpdateDeviceStatusRequest{
		AccessToken: p.access, DeviceKey: p.key, DeviceRememberedStatus: status,
	})
	if err != nil {
		t.Fatalf("UpdateDeviceStatus: %v", err)
	}
}

// deviceCall calls one of the operations on devices.
type deviceCall func(a *devices, t *testing.T, access, username, key string) error

// deviceCalls are all of them, with arguments that are good but for those given.
var deviceCalls = map[string]deviceCall{
	"ConfirmDevice": func(a *devices, t *testing.T, access, _, key string) error {
		_, err := a.ConfirmDevice(t.Context(), &cognito.ConfirmDeviceRequest{
			AccessToken: access, DeviceKey: key, DeviceSecretVerifierConfig: phone{group: "-a", key: key}.verifier(),
		})
		return err
	},
	"GetDevice": func(a *devices, t *testing.T, access, _, key string) error {
		_, err := a.GetDevice(t.Context(), &cognito.GetDeviceRequest{AccessToken: access, DeviceKey: key})
		return err
	},
	"UpdateDeviceStatus": func(a *devices, t *testing.T, access, _, key string) error {
		_, err := a.UpdateDeviceStatus(t.Context(), &cognito.UpdateDeviceStatusRequest{
			AccessToken: access, DeviceKey: key, DeviceRememberedStatus: cognito.DeviceRememberedStatusRemembered,
		})
		return err
	},
	"ForgetDevice": func(a *devices, t *testing.T, access, _, key string) error {
		return a.ForgetDevice(t.Context(), &cognito.ForgetDeviceRequest{AccessToken: access, DeviceKey: key})
	},
	"ListDevices": func(a *devices, t *testing.T, access, _, _ string) error {
		_, err := a.ListDevices(t.Context(), &cognito.ListDevicesRequest{AccessToken: access})
		return err
	},
	"AdminGetDevice": func(a *devices, t *testing.T, _, username, key string) error {
		_, err := a.AdminGetDevice(t.Context(), &cognito.AdminGetDeviceRequest{UserPoolID: a.poolID, Username: username, DeviceKey: key})
		return err
	},
	"AdminUpdateDeviceStatus": func(a *devices, t *testing.T, _, username, key string) error {
		_, err := a.AdminUpdateDeviceStatus(t.Context(), &cognito.AdminUpdateDeviceStatusRequest{
			UserPoolID: a.poolID, Username: username, DeviceKey: key, DeviceRememberedStatus: cognito.DeviceRememberedStatusRemembered,
		})
		return err
	},
	"AdminForgetDevice": func(a *devices, t *testing.T, _, username, key string) error {
		return a.AdminForgetDevice(t.Context(), &cognito.AdminForgetDeviceRequest{UserPoolID: a.poolID, Username: username, DeviceKey: key})
	},
	"AdminListDevices": func(a *devices, t *testing.T, _, username, _ string) error {
		_, err := a.AdminListDevices(t.Context(), &cognito.AdminListDevicesRequest{UserPoolID: a.poolID, Username: username})
		return err
	},
}

func isAdmin(op string) bool { return op[:5] == "Admin" }

// lists tells whether an operation takes no key.
func lists(op string) bool { return slices.Contains([]string{"ListDevices", "AdminListDevices"}, op) }

// In a pool that tracks no devices there is nothing to do with them.
func TestDevicesOff(t *testing.T) {
	a := newSignIns(t)
	d := &devices{a}
	access := a.signIn(t, a.public).AccessToken
	const key = "us-east-1_a1b2c3d4-5678-90ab-cdef-a1b2c3d4e5f6"
	for op, call := range deviceCalls {
		refuses(t, op, "tracking is off", call(d, t, access, "ada", key), idp.ErrDevicesOff)
	}
}

// A device of somebody else does not exist, nor does one that is not
// confirmed; and what is no key is told so.
func TestDeviceKeys(t *testing.T) {
	a := newDevices(t, optIn)
	ada, graces := a.phone(t, "ada"), a.confirmed(t, "grace")
	for op, call := range deviceCalls {
		if lists(op) {
			continue
		}
		refuses(t, op, "the device of another", call(a, t, ada.access, "ada", graces.key), idp.ErrDeviceNotFound)
		refuses(t, op, "no device key", call(a, t, ada.access, "ada", "x_0"), idp.ErrDeviceKeyInvalid)
		if op != "ConfirmDevice" {
			refuses(t, op, "a device that is not confirmed", call(a, t, ada.access, "ada", ada.key), idp.ErrDeviceNotFound)
		}
	}
	if _, err := a.AdminGetDevice(t.Context(), &cognito.AdminGetDeviceRequest{UserPoolID: a.poolID, Username: "grace", DeviceKey: graces.key}); err != nil {
		t.Errorf("AdminGetDevice after all that: %v", err)
	}
}

// Administrators name a pool and a user who are there.
func TestDevicesOfNobody(t *testing.T) {
	a := newDevices(t, optIn)
	p := a.confirmed(t, "ada")
	for op, call := range deviceCalls {
		if !isAdmin(op) {
			continue
		}
		want := idp.ErrUserNotFound
		if !slices.Contains(cognito.Operations[op].Errors, want.Code) {
			want = &idp.Error{Code: "ResourceNotFoundException", Message: "User does not exist."}
		}
		refuses(t, op, "no such user", call(a, t, "", "alan", p.key), want)
		was := a.poolID
		a.poolID = gone
		refuses(t, op, "no such pool", call(a, t, "", "ada", p.key), errPoolGone)
		a.poolID = was
	}
}

// Users need an access token that is good, and are told if they themselves are
// gone.
func TestDevicesNeedToken(t *testing.T) {
	a := newDevices(t, optIn)
	out, left := a.confirmed(t, "ada"), a.confirmed(t, "grace")
	if _, err := a.AdminUserGlobalSignOut(t.Context(), &cognito.AdminUserGlobalSignOutRequest{UserPoolID: a.poolID, Username: "ada"}); err != nil {
		t.Fatal(err)
	}
	if err := a.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserRequest{UserPoolID: a.poolID, Username: "grace"}); err != nil {
		t.Fatal(err)
	}
	for op, call := range deviceCalls {
		if isAdmin(op) {
			continue
		}
		refuses(t, op, "no token", call(a, t, "", "", out.key), idp.ErrAccessTokenInvalid)
		refuses(t, op, "signed out", call(a, t, out.access, "", out.key), idp.ErrAccessTokenRevoked)
		refuses(t, op, "user gone", call(a, t, left.access, "", left.key), idp.ErrUserNotFound)
	}
}
