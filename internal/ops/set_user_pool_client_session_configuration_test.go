package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// The setting sleeps while the pool does not keep track of sessions.
func TestSetUserPoolClientSessionConfiguration(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	client := a.client(t, pool.ID, "").ClientID
	if got := a.getClientSessions(t, pool.ID, client); got != 60 {
		t.Errorf("GetUserPoolClientSessionConfiguration of a new client: got %d, want 60", got)
	}
	track := func(tracking cognito.UserSessionTrackingType) {
		t.Helper()
		wantErr(t, "SetUserPoolSessionConfiguration", a.setSessions(t, pool.ID, tracking, 5), nil)
	}
	track(cognito.UserSessionTrackingEnabled)
	for _, minutes := range []int64{0, 129600} {
		out, err := a.SetUserPoolClientSessionConfiguration(t.Context(), &cognito.SetUserPoolClientSessionConfigurationRequest{
			UserPoolID: pool.ID, ClientID: client, SSOSession: &cognito.ClientSSOSessionConfigType{MaxValidityMinutes: minutes},
		})
		if err != nil || out.UserPoolID != pool.ID || out.ClientID != client || out.SSOSession.MaxValidityMinutes != minutes {
			t.Errorf("SetUserPoolClientSessionConfiguration(%d): got %s, %v", minutes, indented(t, out), err)
		}
		if got := a.getClientSessions(t, pool.ID, client); got != minutes {
			t.Errorf("GetUserPoolClientSessionConfiguration: got %d, want %d", got, minutes)
		}
	}
	track(cognito.UserSessionTrackingDisabled)
	refuses(t, "SetUserPoolClientSessionConfiguration", "without tracking", a.setClientSessions(t, pool.ID, client, 5), idp.ErrSessionsUntracked)
	track(cognito.UserSessionTrackingEnabled)
	if got := a.getClientSessions(t, pool.ID, client); got != 129600 {
		t.Errorf("GetUserPoolClientSessionConfiguration with tracking again: got %d, want 129600", got)
	}
}

func TestClientSessionConfigurationRefuses(t *testing.T) {
	const set, get = "SetUserPoolClientSessionConfiguration", "GetUserPoolClientSessionConfiguration"
	a := newAPI(t)
	pool, other := a.pool(t, "").ID, a.pool(t, "").ID
	client := a.client(t, pool, "").ClientID
	lite := a.pool(t, `"UserPoolTier":"LITE"`).ID
	for _, tt := range []struct {
		name, pool, client string
		want               *idp.Error
	}{
		{"no pool", gone, client, errPoolGone},
		{"no client", pool, "nobody", idp.ErrClientNotFound("nobody")},
		{"client of another pool", other, client, idp.ErrClientNotFound(client)},
	} {
		refuses(t, set, tt.name, a.setClientSessions(t, tt.pool, tt.client, 5), tt.want)
		_, err := a.GetUserPoolClientSessionConfiguration(t.Context(), &cognito.GetUserPoolClientSessionConfigurationRequest{UserPoolID: tt.pool, ClientID: tt.client})
		refuses(t, get, tt.name, err, tt.want)
	}
	refuses(t, set, "LITE", a.setClientSessions(t, lite, a.client(t, lite, "").ClientID, 5),
		idp.FeatureUnavailable("Session management is not available in the LITE tier."))
}
