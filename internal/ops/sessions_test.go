package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// The settings of sessions, as operations take them.

func (a *testAPI) setSessions(t *testing.T, poolID string, tracking cognito.UserSessionTrackingType, most int64) error {
	t.Helper()
	_, err := a.SetUserPoolSessionConfiguration(t.Context(), &cognito.SetUserPoolSessionConfigurationRequest{
		UserPoolID: poolID, UserSessionTracking: tracking, TokenSession: &cognito.UserPoolTokenSessionConfigType{MaxPerUser: most},
	})
	return err
}

func (a *testAPI) setClientSessions(t *testing.T, poolID, clientID string, minutes int64) error {
	t.Helper()
	_, err := a.SetUserPoolClientSessionConfiguration(t.Context(), &cognito.SetUserPoolClientSessionConfigurationRequest{
		UserPoolID: poolID, ClientID: clientID, SSOSession: &cognito.ClientSSOSessionConfigType{MaxValidityMinutes: minutes},
	})
	return err
}

func (a *testAPI) getSessions(t *testing.T, poolID string) *cognito.GetUserPoolSessionConfigurationResponse {
	t.Helper()
	out, err := a.GetUserPoolSessionConfiguration(t.Context(), &cognito.GetUserPoolSessionConfigurationRequest{UserPoolID: poolID})
	if err != nil {
		t.Fatalf("GetUserPoolSessionConfiguration: %v", err)
	}
	return out
}

func (a *testAPI) getClientSessions(t *testing.T, poolID, clientID string) int64 {
	t.Helper()
	out, err := a.GetUserPoolClientSessionConfiguration(t.Context(), &cognito.GetUserPoolClientSessionConfigurationRequest{UserPoolID: poolID, ClientID: clientID})
	if err != nil {
		t.Fatalf("GetUserPoolClientSessionConfiguration: %v", err)
	}
	if out.UserPoolID != poolID || out.ClientID != clientID {
		t.Errorf("GetUserPoolClientSessionConfiguration: got %s", indented(t, out))
	}
	return out.SSOSession.MaxValidityMinutes
}

// newTracked is an API whose pool keeps track of at most so many sessions.
func newTracked(t *testing.T, most int64) *signIns {
	t.Helper()
	a := newSignIns(t)
	wantErr(t, "SetUserPoolSessionConfiguration", a.setSessions(t, a.poolID, cognito.UserSessionTrackingEnabled, most), nil)
	return a
}

// sessionOf is the session of an access token.
func (a *signIns) sessionOf(t *testing.T, accessToken string) string {
	t.Helper()
	p, err := a.Tokens.Access(t.Context(), accessToken)
	if err != nil {
		t.Fatal(err)
	}
	return p.Family.SessionID
}

// listed are the sessions of ada, as an administrator sees them.
func (a *signIns) listed(t *testing.T) []*cognito.SessionDescriptionType {
	t.Helper()
	out, err := a.AdminListUserSessions(t.Context(), &cognito.AdminListUserSessionsRequest{UserPoolID: a.poolID, Username: "ada"})
	if err != nil {
		t.Fatalf("AdminListUserSessions: %v", err)
	}
	return out.Sessions
}

// A pool can have a smaller plan again when it keeps track no more.
func TestSessionsNeedTier(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	wantErr(t, "SetUserPoolSessionConfiguration", a.setSessions(t, pool.ID, cognito.UserSessionTrackingEnabled, 5), nil)
	lower := func() error {
		_, err := a.UpdateUserPool(t.Context(), &cognito.UpdateUserPoolRequest{UserPoolID: pool.ID, UserPoolTier: cognito.UserPoolTierLite})
		return err
	}
	refuses(t, "UpdateUserPool", "to LITE with sessions tracked", lower(), idp.ErrTierChange("Session management", cognito.UserPoolTierLite))
	wantErr(t, "SetUserPoolSessionConfiguration(DISABLED)", a.setSessions(t, pool.ID, cognito.UserSessionTrackingDisabled, 5), nil)
	wantErr(t, "UpdateUserPool to LITE", lower(), nil)
}

// UpdateUserPool replaces settings, of which this is none.
func TestSessionsSurviveUpdate(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	client := a.client(t, pool.ID, "").ClientID
	wantErr(t, "SetUserPoolSessionConfiguration", a.setSessions(t, pool.ID, cognito.UserSessionTrackingEnabled, 7), nil)
	wantErr(t, "SetUserPoolClientSessionConfiguration", a.setClientSessions(t, pool.ID, client, 0), nil)
	_, err := a.UpdateUserPool(t.Context(), &cognito.UpdateUserPoolRequest{UserPoolID: pool.ID})
	wantErr(t, "UpdateUserPool", err, nil)
	_, err = a.UpdateUserPoolClient(t.Context(), &cognito.UpdateUserPoolClientRequest{UserPoolID: pool.ID, ClientID: client})
	wantErr(t, "UpdateUserPoolClient", err, nil)
	if got := a.getSessions(t, pool.ID); got.UserSessionTracking != cognito.UserSessionTrackingEnabled || got.TokenSession.MaxPerUser != 7 {
		t.Errorf("after UpdateUserPool: got %s, want ENABLED and 7", indented(t, got))
	}
	if got := a.getClientSessions(t, pool.ID, client); got != 0 {
		t.Errorf("after UpdateUserPoolClient: got %d minutes, want 0", got)
	}
}

// sweep deletes what is to be deleted in the background.
func (a *testAPI) sweep(t *testing.T) {
	t.Helper()
	if _, err := a.Store.Sweep(t.Context(), store.SweepTimes{Limit: 100}); err != nil {
		t.Fatalf("Sweep: %v", err)
	}
}
