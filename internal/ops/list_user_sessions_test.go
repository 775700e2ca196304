package ops_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func TestListUserSessions(t *testing.T) {
	a := newTracked(t, 5)
	other := a.client(t, a.poolID, signInFlows).ClientID
	ctx := idp.WithRequest(t.Context(), &idp.Request{
		SourceIP: "192.0.2.42", UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36",
	})
	first, err := a.InitiateAuth(ctx, &cognito.InitiateAuthRequest{
		ClientID: a.public, AuthFlow: cognito.AuthFlowUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": goodPassword},
	})
	wantErr(t, "InitiateAuth", err, nil)
	a.now = a.now.Add(time.Minute)
	second := a.signIn(t, other)
	out, err := a.ListUserSessions(t.Context(), &cognito.ListUserSessionsRequest{AccessToken: first.AuthenticationResult.AccessToken})
	if err != nil {
		t.Fatalf("ListUserSessions: %v", err)
	}
	want := &cognito.ListUserSessionsResponse{Sessions: []*cognito.SessionDescriptionType{
		{
			SessionID: a.sessionOf(t, second.AccessToken), SessionType: cognito.SessionTypeToken, ClientID: other,
			CreateDate: cognito.At(a.now), LastActiveDate: cognito.At(a.now), DeviceType: "unknown",
			LastLocation: &cognito.SessionLocationType{Country: "unknown"}, IsCurrentSession: new(false),
		},
		{
			SessionID: a.sessionOf(t, first.AuthenticationResult.AccessToken), SessionType: cognito.SessionTypeToken, ClientID: a.public,
			CreateDate: cognito.At(start), LastActiveDate: cognito.At(start), DeviceType: "Chrome 125 / Windows 10", LastIPAddress: "192.0.2.42",
			LastLocation: &cognito.SessionLocationType{Country: "unknown"}, IsCurrentSession: new(true),
		},
	}}
	if got := indented(t, out); got != indented(t, want) {
		t.Errorf("ListUserSessions: got %s, want %s", got, indented(t, want))
	}
	want.Sessions[1].IsCurrentSession = new(false) // an administrator is in none of them
	if got := indented(t, a.listed(t)); got != indented(t, want.Sessions) {
		t.Errorf("AdminListUserSessions: got %s, want %s", got, indented(t, want.Sessions))
	}
}

// An administrator's program passes on the device of its user, and else knows
// none.
func TestSessionOfAdminSignIn(t *testing.T) {
	a := newTracked(t, 5)
	in := &cognito.AdminInitiateAuthRequest{
		UserPoolID: a.poolID, ClientID: a.public, AuthFlow: cognito.AuthFlowAdminUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": goodPassword},
	}
	ctx := idp.WithRequest(t.Context(), &idp.Request{SourceIP: "192.0.2.1", UserAgent: "curl/8.5.0"})
	for _, tt := range []struct {
		name            string
		data            *cognito.ContextDataType
		device, address string
	}{
		{"without context", nil, "unknown", "192.0.2.1"},
		{"with context", &cognito.ContextDataType{
			IPAddress:   "198.51.100.7",
			HttpHeaders: []*cognito.HttpHeader{{HeaderName: "Accept", HeaderValue: "curl/1"}, {HeaderName: "user-agent", HeaderValue: "okhttp/4.12.0"}},
		}, "okhttp 4", "198.51.100.7"},
	} {
		a.now = a.now.Add(time.Minute)
		in.ContextData = tt.data
		out, err := a.AdminInitiateAuth(ctx, in)
		if err != nil || out.AuthenticationResult == nil {
			t.Fatalf("AdminInitiateAuth %s: %v", tt.name, err)
		}
		if s := a.listed(t)[0]; s.DeviceType != tt.device || s.LastIPAddress != tt.address {
			t.Errorf("session %s: got %q from %s, want %q from %s", tt.name, s.DeviceType, s.LastIPAddress, tt.device, tt.address)
		}
	}
}

// Nobody signed in is an empty list, as is a pool that keeps no track.
func TestListUserSessionsEmpty(t *testing.T) {
	a := newSignIns(t)
	out, err := a.ListUserSessions(t.Context(), &cognito.ListUserSessionsRequest{AccessToken: a.signIn(t, a.public).AccessToken})
	if text, _ := json.Marshal(out); err != nil || string(text) != `{"Sessions":[]}` {
		t.Errorf("ListUserSessions without tracking: got %s, %v, want an empty list", text, err)
	}
	wantErr(t, "SetUserPoolSessionConfiguration", a.setSessions(t, a.poolID, cognito.UserSessionTrackingEnabled, 5), nil)
	if got := a.listed(t); got == nil || len(got) != 0 {
		t.Errorf("AdminListUserSessions of a user with tokens of before: got %v, want an empty list", got)
	}
}

// More than a page can hold only come from browsers, which are stored by hand
// here.
func TestListUserSessionsPages(t *testing.T) {
	a := newTracked(t, 5)
	token := a.signIn(t, a.public).AccessToken
	const browsers = 130
	a.must(t, func(tx store.Tx) error {
		for i := range browsers {
			err := tx.CreateUserSession(&idp.UserSession{
				PoolID: a.poolID, Username: "ada", ID: fmt.Sprintf("sso%025d", i), Type: cognito.SessionTypeSso, ClientID: a.public,
				Created: start, LastActive: start, ExpiresAt: start.Add(time.Hour), Device: "unknown",
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	first, err := a.ListUserSessions(t.Context(), &cognito.ListUserSessionsRequest{AccessToken: token})
	if err != nil || len(first.Sessions) != 125 || first.NextToken == "" {
		t.Fatalf("ListUserSessions: got %d, %v, want 125 and a token", len(first.Sessions), err)
	}
	second, err := a.ListUserSessions(t.Context(), &cognito.ListUserSessionsRequest{AccessToken: token, NextToken: first.NextToken})
	if err != nil || len(second.Sessions) != browsers+1-125 || second.NextToken != "" {
		t.Errorf("ListUserSessions, second page: got %d, %v, want %d and no token", len(second.Sessions), err, browsers+1-125)
	}
	seen := map[string]bool{}
	for _, s := range append(first.Sessions, second.Sessions...) {
		seen[s.SessionID] = true
	}
	if len(seen) != browsers+1 {
		t.Errorf("both pages: got %d sessions, want %d", len(seen), browsers+1)
	}

	// A token is good for its user and operation only.
	_, err = a.AdminListUserSessions(t.Context(), &cognito.AdminListUserSessionsRequest{UserPoolID: a.poolID, Username: "ada", NextToken: first.NextToken})
	refuses(t, "AdminListUserSessions", "token of another operation", err, idp.ErrInvalidPaginationToken)
	a.user(t, "grace")
	_, err = a.ListUserSessions(t.Context(), &cognito.ListUserSessionsRequest{AccessToken: a.token(t, a.public, "grace"), NextToken: first.NextToken})
	refuses(t, "ListUserSessions", "token of another user", err, idp.ErrInvalidPaginationToken)
}

func TestListUserSessionsRefuses(t *testing.T) {
	a := newTracked(t, 5)
	token := a.signIn(t, a.public).AccessToken
	_, err := a.ListUserSessions(t.Context(), &cognito.ListUserSessionsRequest{AccessToken: "x"})
	refuses(t, "ListUserSessions", "garbage", err, idp.ErrAccessTokenInvalid)
	_, err = a.AdminListUserSessions(t.Context(), &cognito.AdminListUserSessionsRequest{UserPoolID: gone, Username: "ada"})
	refuses(t, "AdminListUserSessions", "no pool", err, errPoolGone)
	_, err = a.AdminListUserSessions(t.Context(), &cognito.AdminListUserSessionsRequest{UserPoolID: a.poolID, Username: "nobody"})
	refuses(t, "AdminListUserSessions", "no user", err, errNoUser)
	wantErr(t, "AdminDeleteUser", a.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserRequest{UserPoolID: a.poolID, Username: "ada"}), nil)
	_, err = a.ListUserSessions(t.Context(), &cognito.ListUserSessionsRequest{AccessToken: token})
	refuses(t, "ListUserSessions", "deleted user", err, idp.ErrUserNotFound)
	_, err = a.RevokeUserSession(t.Context(), &cognito.RevokeUserSessionRequest{AccessToken: token, SessionID: "tkn1"})
	refuses(t, "RevokeUserSession", "deleted user", err, idp.ErrUserNotFound)
}
