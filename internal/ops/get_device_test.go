package ops_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Users and administrators see the same of a device.
func TestGetDevice(t *testing.T) {
	a := newDevices(t, optIn)
	p := a.phone(t, "ada")
	ctx := idp.WithRequest(t.Context(), &idp.Request{SourceIP: "192.0.2.7", UserAgent: "aws-sdk-js/3.600.0 ua/2.0"})
	_, err := a.ConfirmDevice(ctx, &cognito.ConfirmDeviceRequest{
		AccessToken: p.access, DeviceKey: p.key, DeviceName: "Ada's phone", DeviceSecretVerifierConfig: p.verifier(),
	})
	if err != nil {
		t.Fatalf("ConfirmDevice: %v", err)
	}
	a.now = a.now.Add(time.Minute)
	a.remember(t, p, cognito.DeviceRememberedStatusRemembered)
	owner := "ada." + a.poolID
	want := &cognito.DeviceType{
		DeviceKey: p.key,
		DeviceAttributes: []*cognito.AttributeType{
			attribute("device_status", "valid"),
			attribute("device_name", "Ada's phone"),
			attribute("dev:device_arn", "arn:aws:cognito-idp:us-east-1:000000000000:owner/"+owner+"/device/"+p.key),
			attribute("dev:device_owner", owner),
			attribute("last_ip_used", "192.0.2.7"),
			attribute("dev:device_remembered_status", "remembered"),
			attribute("dev:device_sdk", "aws-sdk-js-3.600.0"),
		},
		DeviceCreateDate:            cognito.At(start),
		DeviceLastModifiedDate:      cognito.At(start.Add(time.Minute)),
		DeviceLastAuthenticatedDate: cognito.At(start.Truncate(time.Second)),
	}
	same := cmp.Comparer(func(a, b cognito.Timestamp) bool { return a.Time().Equal(b.Time()) })
	own, err := a.GetDevice(t.Context(), &cognito.GetDeviceRequest{AccessToken: p.access, DeviceKey: p.key})
	if err != nil {
		t.Fatalf("GetDevice: %v", err)
	}
	if d := cmp.Diff(want, own.Device, same); d != "" {
		t.Errorf("GetDevice: (-want +got):\n%s", d)
	}
	admin, err := a.AdminGetDevice(t.Context(), &cognito.AdminGetDeviceRequest{UserPoolID: a.poolID, Username: "ada", DeviceKey: p.key})
	if err != nil {
		t.Fatalf("AdminGetDevice: %v", err)
	}
	if d := cmp.Diff(want, admin.Device, same); d != "" {
		t.Errorf("AdminGetDevice: (-want +got):\n%s", d)
	}
}

// What is not known of a device is left out.
func TestGetDeviceUnnamed(t *testing.T) {
	a := newDevices(t, optIn)
	p := a.phone(t, "ada")
	_, err := a.ConfirmDevice(t.Context(), &cognito.ConfirmDeviceRequest{AccessToken: p.access, DeviceKey: p.key, DeviceSecretVerifierConfig: p.verifier()})
	if err != nil {
		t.Fatalf("ConfirmDevice: %v", err)
	}
	got, err := a.GetDevice(t.Context(), &cognito.GetDeviceRequest{AccessToken: p.access, DeviceKey: p.key})
	if err != nil {
		t.Fatalf("GetDevice: %v", err)
	}
	values := map[string]string{}
	for _, attribute := range got.Device.DeviceAttributes {
		values[attribute.Name] = attribute.Value
	}
	if _, named := values["device_name"]; named || values["dev:device_sdk"] != "aws-sdk-unknown-unknown" || values["dev:device_remembered_status"] != "not_remembered" {
		t.Errorf("GetDevice: got attributes %v", values)
	}
}
