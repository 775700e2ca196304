package ops_test

import (
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

const snsRole = `"SmsConfiguration":{"SnsCallerArn":"arn:aws:iam::000000000000:role/sms"}`

// setMFA calls SetUserPoolMfaConfig with the members of a request.
func (a *testAPI) setMFA(t *testing.T, poolID, members string) (*cognito.SetUserPoolMfaConfigResponse, error) {
	t.Helper()
	return a.SetUserPoolMfaConfig(t.Context(), fromJSON[cognito.SetUserPoolMfaConfigRequest](t, `{"UserPoolId":"`+poolID+`",`+members+`}`))
}

func TestSetUserPoolMfaConfig(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	if _, err := a.Catalog.Pool(t.Context(), pool.ID); err != nil {
		t.Fatal(err) // the catalog remembers the pool as it was
	}
	a.now = a.now.Add(time.Minute)
	set, err := a.setMFA(t, pool.ID, `"MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":true},
		"SmsMfaConfiguration":{"SmsAuthenticationMessage":"mfa {####}",`+snsRole+`},"WebAuthnConfiguration":{"RelyingPartyId":"example.com"}`)
	wantErr(t, "SetUserPoolMfaConfig", err, nil)
	got, err := a.GetUserPoolMfaConfig(t.Context(), &cognito.GetUserPoolMfaConfigRequest{UserPoolID: pool.ID})
	wantErr(t, "GetUserPoolMfaConfig", err, nil)
	want := indented(t, fromJSON[cognito.GetUserPoolMfaConfigResponse](t, `{"MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":true},
		"SmsMfaConfiguration":{"SmsAuthenticationMessage":"mfa {####}",`+snsRole+`},
		"WebAuthnConfiguration":{"RelyingPartyId":"example.com","UserVerification":"preferred"}}`))
	if indented(t, set) != want || indented(t, got) != want {
		t.Errorf("got from Set %s, from Get %s, want %s", indented(t, set), indented(t, got), want)
	}

	seen := a.describePool(t, pool.ID)
	if seen.MfaConfiguration != cognito.UserPoolMfaOptional || seen.SmsAuthenticationMessage != "mfa {####}" || seen.SmsConfiguration == nil {
		t.Errorf("DescribeUserPool: got MFA %s, message %q, SMS %v, want what was set", seen.MfaConfiguration, seen.SmsAuthenticationMessage, seen.SmsConfiguration)
	}
	if seen.LastModifiedDate != cognito.At(a.now) {
		t.Errorf("DescribeUserPool: last modified %v, want %v", seen.LastModifiedDate.Time(), a.now)
	}
	remembered, err := a.Catalog.Pool(t.Context(), pool.ID)
	if err != nil || !remembered.MFAOptional() {
		t.Errorf("Catalog.Pool after the call: got %v, %v, want MFA OPTIONAL", remembered, err)
	}
}

func TestSetUserPoolMfaConfigRefuses(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, `"UserPoolTier":"LITE"`)
	tests := []struct {
		name, poolID, in string
		want             error
	}{
		{"gone", gone, `"MfaConfiguration":"OFF"`, errPoolGone},
		{"no factor", pool.ID, `"MfaConfiguration":"ON"`, idp.ErrMFAWithoutFactor},
		{"no mode", pool.ID, `"SoftwareTokenMfaConfiguration":{"Enabled":true}`, idp.ErrMFAOffWithFactor},
		{"above the plan", pool.ID, `"WebAuthnConfiguration":{}`, idp.FeatureUnavailable("WebAuthnConfiguration is not available in the LITE tier.")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.setMFA(t, tt.poolID, tt.in)
			wantErr(t, "SetUserPoolMfaConfig("+tt.in+")", err, tt.want)
			got, err := a.GetUserPoolMfaConfig(t.Context(), &cognito.GetUserPoolMfaConfigRequest{UserPoolID: tt.poolID})
			if tt.poolID == gone {
				wantErr(t, "GetUserPoolMfaConfig", err, errPoolGone)
				return
			}
			if want := (cognito.GetUserPoolMfaConfigResponse{MfaConfiguration: cognito.UserPoolMfaOff}); err != nil || *got != want {
				t.Errorf("GetUserPoolMfaConfig: got %s, %v, want MFA OFF alone", indented(t, got), err)
			}
		})
	}
}

// Tools that describe pools make one without MFA, set the factors, and from
// then on repeat MfaConfiguration in each update.
func TestFactorsSurviveUpdateUserPool(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	_, err := a.setMFA(t, pool.ID, `"MfaConfiguration":"ON","SoftwareTokenMfaConfiguration":{"Enabled":true}`)
	wantErr(t, "SetUserPoolMfaConfig", err, nil)
	update := func(mode cognito.UserPoolMfaType) *cognito.GetUserPoolMfaConfigResponse {
		t.Helper()
		_, err := a.UpdateUserPool(t.Context(), &cognito.UpdateUserPoolRequest{UserPoolID: pool.ID, MfaConfiguration: mode})
		wantErr(t, "UpdateUserPool("+string(mode)+")", err, nil)
		got, err := a.GetUserPoolMfaConfig(t.Context(), &cognito.GetUserPoolMfaConfigRequest{UserPoolID: pool.ID})
		wantErr(t, "GetUserPoolMfaConfig", err, nil)
		return got
	}
	if got := update(cognito.UserPoolMfaOn); got.SoftwareTokenMfaConfiguration == nil || got.MfaConfiguration != cognito.UserPoolMfaOn {
		t.Errorf("after UpdateUserPool(ON): got %s, want the authenticator kept", indented(t, got))
	}
	if got := update(""); got.SoftwareTokenMfaConfiguration != nil || got.MfaConfiguration != cognito.UserPoolMfaOff {
		t.Errorf("after UpdateUserPool without MFA: got %s, want MFA OFF alone", indented(t, got))
	}
}
