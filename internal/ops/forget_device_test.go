package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// refreshed renews the tokens of a phone.
func (a *devices) refreshed(t *testing.T, p phone) error {
	t.Helper()
	_, err := a.InitiateAuth(t.Context(), &cognito.InitiateAuthRequest{
		ClientID: a.public, AuthFlow: cognito.AuthFlowRefreshTokenAuth,
		AuthParameters: map[string]string{"REFRESH_TOKEN": p.refresh, "DEVICE_KEY": p.key},
	})
	return err
}

// A forgotten device is gone for good: its refresh tokens are worth nothing,
// its access token lasts to its end but confirms the device no more, and the
// user's other devices are as they were.
func TestForgetDevice(t *testing.T) {
	a := newDevices(t, optIn)
	for _, op := range []string{"ForgetDevice", "AdminForgetDevice"} {
		p, other := a.confirmed(t, "ada"), a.confirmed(t, "ada")
		wantErr(t, "refresh", a.refreshed(t, p), nil)
		forget := deviceCalls[op]
		wantErr(t, op, forget(a, t, p.access, "ada", p.key), nil)
		refuses(t, op, "again", forget(a, t, p.access, "ada", p.key), idp.ErrDeviceNotFound)
		wantErr(t, "refresh after "+op, a.refreshed(t, p), idp.ErrRefreshTokenInvalid)
		_, err := a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: p.access})
		wantErr(t, "GetUser after "+op, err, nil)
		refuses(t, "ConfirmDevice", "after "+op, deviceCalls["ConfirmDevice"](a, t, p.access, "ada", p.key), idp.ErrDeviceNotFound)
		wantErr(t, "refresh of another device after "+op, a.refreshed(t, other), nil)
	}
}
