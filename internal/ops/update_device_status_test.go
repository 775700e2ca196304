package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func (a *devices) isRemembered(t *testing.T, username, key string) bool {
	t.Helper()
	out, err := a.AdminGetDevice(t.Context(), &cognito.AdminGetDeviceRequest{UserPoolID: a.poolID, Username: username, DeviceKey: key})
	if err != nil {
		t.Fatalf("AdminGetDevice: %v", err)
	}
	for _, attribute := range out.Device.DeviceAttributes {
		if attribute.Name == "dev:device_remembered_status" {
			return attribute.Value == "remembered"
		}
	}
	t.Error("AdminGetDevice: got no dev:device_remembered_status")
	return false
}

func TestUpdateDeviceStatus(t *testing.T) {
	a := newDevices(t, optIn)
	p := a.confirmed(t, "ada")
	own := &cognito.UpdateDeviceStatusRequest{AccessToken: p.access, DeviceKey: p.key}
	admin := &cognito.AdminUpdateDeviceStatusRequest{UserPoolID: a.poolID, Username: "ada", DeviceKey: p.key}
	for _, status := range []cognito.DeviceRememberedStatusType{"remembered", "not_remembered"} {
		own.DeviceRememberedStatus = status
		_, err := a.UpdateDeviceStatus(t.Context(), own)
		wantErr(t, "UpdateDeviceStatus", err, nil)
		if got := a.isRemembered(t, "ada", p.key); got != (status == "remembered") {
			t.Errorf("after UpdateDeviceStatus(%s): remembered is %t", status, got)
		}
	}
	for _, status := range []cognito.DeviceRememberedStatusType{"remembered", "not_remembered"} {
		admin.DeviceRememberedStatus = status
		_, err := a.AdminUpdateDeviceStatus(t.Context(), admin)
		wantErr(t, "AdminUpdateDeviceStatus", err, nil)
		if got := a.isRemembered(t, "ada", p.key); got != (status == "remembered") {
			t.Errorf("after AdminUpdateDeviceStatus(%s): remembered is %t", status, got)
		}
	}
	own.DeviceRememberedStatus, admin.DeviceRememberedStatus = "", ""
	_, err := a.UpdateDeviceStatus(t.Context(), own)
	refuses(t, "UpdateDeviceStatus", "no status", err, idp.ErrDeviceStatusMissing)
	_, err = a.AdminUpdateDeviceStatus(t.Context(), admin)
	refuses(t, "AdminUpdateDeviceStatus", "no status", err, idp.ErrDeviceStatusMissing)
}
