package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestSetUserPoolSessionConfiguration(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	if got := a.getSessions(t, pool.ID); got.UserPoolID != pool.ID || got.UserSessionTracking != cognito.UserSessionTrackingDisabled || got.TokenSession.MaxPerUser != 20 {
		t.Errorf("GetUserPoolSessionConfiguration of a new pool: got %s, want DISABLED and 20", indented(t, got))
	}
	for _, tt := range []struct {
		tracking cognito.UserSessionTrackingType
		most     int64
	}{{cognito.UserSessionTrackingEnabled, 100}, {cognito.UserSessionTrackingEnabled, 1}, {cognito.UserSessionTrackingDisabled, 3}} {
		out, err := a.SetUserPoolSessionConfiguration(t.Context(), &cognito.SetUserPoolSessionConfigurationRequest{
			UserPoolID: pool.ID, UserSessionTracking: tt.tracking, TokenSession: &cognito.UserPoolTokenSessionConfigType{MaxPerUser: tt.most},
		})
		if err != nil {
			t.Fatalf("SetUserPoolSessionConfiguration(%v): %v", tt, err)
		}
		got := a.getSessions(t, pool.ID)
		if got.UserSessionTracking != tt.tracking || got.TokenSession.MaxPerUser != tt.most || indented(t, got) != indented(t, out) {
			t.Errorf("SetUserPoolSessionConfiguration(%v): got %s and then %s", tt, indented(t, out), indented(t, got))
		}
	}
}

func TestSetUserPoolSessionConfigurationRefuses(t *testing.T) {
	const op = "SetUserPoolSessionConfiguration"
	a := newAPI(t)
	refuses(t, op, "no pool", a.setSessions(t, gone, cognito.UserSessionTrackingEnabled, 5), errPoolGone)
	_, err := a.GetUserPoolSessionConfiguration(t.Context(), &cognito.GetUserPoolSessionConfigurationRequest{UserPoolID: gone})
	refuses(t, "GetUserPoolSessionConfiguration", "no pool", err, errPoolGone)
	lite := a.pool(t, `"UserPoolTier":"LITE"`).ID
	want := idp.FeatureUnavailable("Session management is not available in the LITE tier.")
	for _, tracking := range []cognito.UserSessionTrackingType{cognito.UserSessionTrackingEnabled, cognito.UserSessionTrackingDisabled} {
		refuses(t, op, "LITE", a.setSessions(t, lite, tracking, 5), want)
	}
}

// Records do not outlive the tracking, nor come back with it.
func TestSessionsEndWithTracking(t *testing.T) {
	a := newTracked(t, 5)
	out := a.signIn(t, a.public)
	if got := a.listed(t); len(got) != 1 {
		t.Fatalf("AdminListUserSessions: got %s, want one", indented(t, got))
	}
	wantErr(t, "SetUserPoolSessionConfiguration", a.setSessions(t, a.poolID, cognito.UserSessionTrackingDisabled, 5), nil)
	if got := a.listed(t); len(got) != 0 {
		t.Errorf("AdminListUserSessions without tracking: got %s, want none", indented(t, got))
	}
	a.sweep(t)
	wantErr(t, "SetUserPoolSessionConfiguration", a.setSessions(t, a.poolID, cognito.UserSessionTrackingEnabled, 5), nil)
	a.sweep(t)
	if got := a.listed(t); len(got) != 0 {
		t.Errorf("AdminListUserSessions with tracking again: got %s, want none", indented(t, got))
	}
	_, err := a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: out.AccessToken})
	wantErr(t, "GetUser with a token of before", err, nil)
	next := a.signIn(t, a.public)
	a.sweep(t)
	if got := a.listed(t); len(got) != 1 || got[0].SessionID != a.sessionOf(t, next.AccessToken) {
		t.Errorf("AdminListUserSessions after another sign-in: got %s, want it", indented(t, got))
	}
}
