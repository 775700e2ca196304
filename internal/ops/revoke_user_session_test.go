package ops_test

import (
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// wantEnded checks that nothing of a sign-in works any more.
func (a *signIns) wantEnded(t *testing.T, tokens *cognito.AuthenticationResultType) {
	t.Helper()
	_, err := a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: tokens.AccessToken})
	refuses(t, "GetUser", "session ended", err, idp.ErrAccessTokenRevoked)
	_, err = a.GetTokensFromRefreshToken(t.Context(), &cognito.GetTokensFromRefreshTokenRequest{ClientID: a.public, RefreshToken: tokens.RefreshToken})
	refuses(t, "GetTokensFromRefreshToken", "session ended", err, idp.ErrRefreshTokenRevoked)
}

func TestRevokeUserSession(t *testing.T) {
	a := newTracked(t, 5)
	lost, own := a.signIn(t, a.public), a.signIn(t, a.public)
	in := &cognito.RevokeUserSessionRequest{AccessToken: own.AccessToken, SessionID: a.sessionOf(t, lost.AccessToken)}
	_, err := a.RevokeUserSession(t.Context(), in)
	wantErr(t, "RevokeUserSession", err, nil)
	a.wantEnded(t, lost)
	if got := a.listed(t); len(got) != 1 || got[0].SessionID != a.sessionOf(t, own.AccessToken) {
		t.Errorf("sessions after RevokeUserSession: got %s, want the own one", indented(t, got))
	}
	_, err = a.RevokeUserSession(t.Context(), in)
	refuses(t, "RevokeUserSession", "again", err, idp.ErrUserSessionNotFound)
}

func TestRevokeUserSessionRefuses(t *testing.T) {
	a := newTracked(t, 5)
	own := a.signIn(t, a.public)
	a.user(t, "grace")
	foreign := a.token(t, a.public, "grace")
	revoke := func(token, id string) error {
		_, err := a.RevokeUserSession(t.Context(), &cognito.RevokeUserSessionRequest{AccessToken: token, SessionID: id})
		return err
	}
	id := a.sessionOf(t, own.AccessToken)
	refuses(t, "RevokeUserSession", "own session", revoke(own.AccessToken, id), idp.ErrOwnUserSession)
	refuses(t, "RevokeUserSession", "session of another user", revoke(own.AccessToken, a.sessionOf(t, foreign)), idp.ErrUserSessionNotFound)
	refuses(t, "RevokeUserSession", "unknown session", revoke(own.AccessToken, "tkn0000000000000000000000000"), idp.ErrUserSessionNotFound)
	refuses(t, "RevokeUserSession", "garbage", revoke("x", id), idp.ErrAccessTokenInvalid)
}

func TestAdminRevokeUserSession(t *testing.T) {
	a := newTracked(t, 5)
	lost, other := a.signIn(t, a.public), a.signIn(t, a.public)
	in := &cognito.AdminRevokeUserSessionRequest{UserPoolID: a.poolID, Username: "ada", SessionID: a.sessionOf(t, lost.AccessToken)}
	for _, want := range []error{nil, idp.ErrUserSessionNotFound} {
		_, err := a.AdminRevokeUserSession(t.Context(), in)
		wantErr(t, "AdminRevokeUserSession", err, want)
	}
	a.wantEnded(t, lost)
	a.user(t, "grace")
	for _, tt := range []struct {
		name, pool, username string
		want                 *idp.Error
	}{
		{"session of another user", a.poolID, "grace", idp.ErrUserSessionNotFound},
		{"no user", a.poolID, "nobody", errNoUser},
		{"no pool", gone, "ada", errPoolGone},
	} {
		_, err := a.AdminRevokeUserSession(t.Context(), &cognito.AdminRevokeUserSessionRequest{
			UserPoolID: tt.pool, Username: tt.username, SessionID: a.sessionOf(t, other.AccessToken),
		})
		refuses(t, "AdminRevokeUserSession", tt.name, err, tt.want)
	}
}

// LINKED reaches the session of the browser, which is stored by hand here:
// nothing makes one yet.
func TestRevokeLinkedSessions(t *testing.T) {
	const browser = "sso0000000000000000000000000"
	linked := cognito.RevokeAssociatedSessionsLinked
	for name, revoke := range map[string]func(a *signIns, own, child *cognito.AuthenticationResultType) error{
		"RevokeUserSession": func(a *signIns, own, _ *cognito.AuthenticationResultType) error {
			_, err := a.RevokeUserSession(t.Context(), &cognito.RevokeUserSessionRequest{AccessToken: own.AccessToken, SessionID: browser, RevokeAssociatedSessions: linked})
			return err
		},
		"AdminRevokeUserSession": func(a *signIns, _, child *cognito.AuthenticationResultType) error {
			_, err := a.AdminRevokeUserSession(t.Context(), &cognito.AdminRevokeUserSessionRequest{
				UserPoolID: a.poolID, Username: "ada", SessionID: a.sessionOf(t, child.AccessToken), RevokeAssociatedSessions: linked,
			})
			return err
		},
		"RevokeToken": func(a *signIns, _, child *cognito.AuthenticationResultType) error {
			_, err := a.RevokeToken(t.Context(), &cognito.RevokeTokenRequest{ClientID: a.public, Token: child.RefreshToken, RevokeAssociatedSessions: linked})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newTracked(t, 5)
			own, child := a.signIn(t, a.public), a.signIn(t, a.public)
			a.must(t, func(tx store.Tx) error {
				s, err := tx.UserSession(a.poolID, "ada", a.sessionOf(t, child.AccessToken))
				if err != nil {
					return err
				}
				if err := tx.DeleteUserSession(a.poolID, "ada", s.ID); err != nil {
					return err
				}
				s.OriginID = browser
				if err := tx.CreateUserSession(s); err != nil {
					return err
				}
				return tx.CreateUserSession(&idp.UserSession{
					PoolID: a.poolID, Username: "ada", ID: browser, Type: cognito.SessionTypeSso, ClientID: a.public,
					Created: a.now, LastActive: a.now, ExpiresAt: a.now.Add(time.Hour), Device: "unknown",
				})
			})
			wantErr(t, name, revoke(a, own, child), nil)
			a.wantEnded(t, child)
			if got := a.listed(t); len(got) != 1 || got[0].SessionID != a.sessionOf(t, own.AccessToken) {
				t.Errorf("sessions after %s(LINKED): got %s, want the unlinked one", name, indented(t, got))
			}
		})
	}
}

// What ends all sign-ins of a user ends their sessions.
func TestSignOutEndsSessions(t *testing.T) {
	for name, end := range map[string]func(a *signIns, token string) error{
		"GlobalSignOut": func(a *signIns, token string) error {
			_, err := a.GlobalSignOut(t.Context(), &cognito.GlobalSignOutRequest{AccessToken: token})
			return err
		},
		"AdminUserGlobalSignOut": func(a *signIns, _ string) error {
			_, err := a.AdminUserGlobalSignOut(t.Context(), &cognito.AdminUserGlobalSignOutRequest{UserPoolID: a.poolID, Username: "ada"})
			return err
		},
		"AdminDisableUser": func(a *signIns, _ string) error {
			_, err := a.AdminDisableUser(t.Context(), &cognito.AdminDisableUserRequest{UserPoolID: a.poolID, Username: "ada"})
			return err
		},
		"DeleteUser": func(a *signIns, token string) error {
			return a.DeleteUser(t.Context(), &cognito.DeleteUserRequest{AccessToken: token})
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newTracked(t, 5)
			a.signIn(t, a.public)
			wantErr(t, name, end(a, a.signIn(t, a.public).AccessToken), nil)
			a.must(t, func(tx store.Tx) error {
				left, err := tx.ListUserSessions(a.poolID, "ada", "", 10)
				if err == nil && len(left) > 0 {
					t.Errorf("records after %s: got %d, want 0", name, len(left))
				}
				return err
			})
		})
	}
}
