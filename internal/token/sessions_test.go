package token

import (
	"errors"
	"slices"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// end revokes a session of the user.
func (f *fixture) end(id, own string, linked bool) error {
	return f.RevokeSession(f.t.Context(), SessionRevocation{Pool: f.client.Pool, Username: "jane", ID: id, Own: own, Linked: linked})
}

func TestRevokeSession(t *testing.T) {
	f := tracked(t, 5)
	ended, other := f.signIn(), f.signIn()
	again := f.mustRefresh(ended.RefreshToken)
	if err := f.end(ended.Family.SessionID, other.Family.SessionID, false); err != nil {
		t.Fatalf("RevokeSession: %v", err)
	}
	f.wantSessions("after RevokeSession", other)
	f.wantDead("revoked", ended)
	if _, err := f.Access(t.Context(), again.AccessToken); !errors.Is(err, idp.ErrAccessTokenRevoked) {
		t.Errorf("Access with a refreshed token: got %v, want %v", err, idp.ErrAccessTokenRevoked)
	}
	if err := f.end(ended.Family.SessionID, "", false); !errors.Is(err, idp.ErrUserSessionNotFound) {
		t.Errorf("RevokeSession again: got %v, want %v", err, idp.ErrUserSessionNotFound)
	}
}

func TestRevokeSessionRefuses(t *testing.T) {
	f := tracked(t, 5)
	own := f.signIn()
	id := own.Family.SessionID
	tests := []struct {
		name     string
		username string
		id, own  string
		untrack  bool
		wait     time.Duration
		want     error
	}{
		{name: "own session", username: "jane", id: id, own: id, want: idp.ErrOwnUserSession},
		{name: "unknown", username: "jane", id: "tkn1", want: idp.ErrUserSessionNotFound},
		{name: "of another user", username: "john", id: id, want: idp.ErrUserSessionNotFound},
		{name: "expired", username: "jane", id: id, wait: 31 * 24 * time.Hour, want: idp.ErrUserSessionNotFound},
		{name: "pool keeps track no more", username: "jane", id: id, untrack: true, want: idp.ErrUserSessionNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.untrack {
				f.track(idp.PoolSessions{})
			}
			f.advance(tt.wait)
			err := f.RevokeSession(t.Context(), SessionRevocation{Pool: f.client.Pool, Username: tt.username, ID: tt.id, Own: tt.own})
			f.advance(-tt.wait)
			if !errors.Is(err, tt.want) {
				t.Errorf("RevokeSession: got %v, want %v", err, tt.want)
			}
			if _, err := f.Access(t.Context(), own.AccessToken); err != nil {
				t.Errorf("Access after a refusal: %v", err)
			}
		})
	}
}

// What ends with a session, by the kind of session and what was asked for.
func TestLinkedSessions(t *testing.T) {
	const (
		browser, child, sibling, apart = 0, 1, 2, 3
	)
	tests := []struct {
		name   string
		end    int // which of the four
		linked bool
		gone   []int
	}{
		{"token session", child, false, []int{child}},
		{"token session, linked", child, true, []int{browser, child}},
		{"token session without an origin, linked", apart, true, []int{apart}},
		{"SSO session", browser, false, []int{browser}},
		{"SSO session, linked", browser, true, []int{browser, child, sibling}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := tracked(t, 5)
			f.browser("sso1")
			tokens := []*Issued{nil, f.through("sso1"), f.through("sso1"), f.signIn()}
			ids := []string{"sso1"}
			for _, i := range tokens[1:] {
				ids = append(ids, i.Family.SessionID)
			}
			if err := f.end(ids[tt.end], "", tt.linked); err != nil {
				t.Fatalf("RevokeSession: %v", err)
			}
			left := f.sessionIDs()
			for i, id := range ids {
				gone := slices.Contains(tt.gone, i)
				if slices.Contains(left, id) == gone {
					t.Errorf("session %d: got it left %t, want %t", i, !gone, gone)
				}
				if i == browser {
					continue
				}
				if _, err := f.Access(t.Context(), tokens[i].AccessToken); errors.Is(err, idp.ErrAccessTokenRevoked) != gone {
					t.Errorf("Access in session %d: got %v, want it revoked %t", i, err, gone)
				}
			}
		})
	}
}

// Whoever asks stays signed in, even where their session is a linked one.
func TestLinkedOwnSession(t *testing.T) {
	f := tracked(t, 5)
	f.browser("sso1")
	sibling, own := f.through("sso1"), f.through("sso1")
	if err := f.end("sso1", own.Family.SessionID, true); !errors.Is(err, idp.ErrOwnUserSession) {
		t.Errorf("RevokeSession(linked with the own one): got %v, want %v", err, idp.ErrOwnUserSession)
	}
	if got := len(f.sessionIDs()); got != 3 {
		t.Errorf("sessions after the refusal: got %d, want 3", got)
	}
	// The parent of both can end, which is no session of tokens.
	if err := f.end(sibling.Family.SessionID, own.Family.SessionID, true); err != nil {
		t.Errorf("RevokeSession(sibling, linked): %v", err)
	}
	f.wantSessions("after the sibling and the browser ended", own)
}

func TestRevokeLinked(t *testing.T) {
	f := tracked(t, 5)
	f.browser("sso1")
	ended, sibling := f.through("sso1"), f.through("sso1")
	for range 2 { // a second time is fine
		if err := f.RevokeLinked(t.Context(), f.client, ended.RefreshToken); err != nil {
			t.Fatalf("RevokeLinked: %v", err)
		}
	}
	f.wantSessions("after RevokeLinked", sibling)
	f.wantDead("revoked", ended)
	f.update(func(tx store.Tx) error { return tx.DeleteUser(testPool, "jane") })
	if err := f.RevokeLinked(t.Context(), f.client, sibling.RefreshToken); err != nil {
		t.Errorf("RevokeLinked after the user was deleted: %v", err)
	}
}

// Without an SSO session, or in a pool that keeps track of none, there is
// nothing more to end.
func TestRevokeLinkedWithoutOrigin(t *testing.T) {
	f := tracked(t, 5)
	f.browser("sso1")
	alone, linked := f.signIn(), f.through("sso1")
	if err := f.RevokeLinked(t.Context(), f.client, alone.RefreshToken); err != nil {
		t.Errorf("RevokeLinked without an origin: %v", err)
	}
	f.track(idp.PoolSessions{})
	if err := f.RevokeLinked(t.Context(), f.client, linked.RefreshToken); err != nil {
		t.Errorf("RevokeLinked in a pool that keeps track no more: %v", err)
	}
	f.track(idp.PoolSessions{Tracking: true})
	if got := f.sessionIDs(); !slices.Equal(got, []string{"sso1"}) {
		t.Errorf("sessions: got %v, want sso1 alone", got)
	}
}

// Revoke leaves the SSO session alone, and takes the record of its own.
func TestRevokeEndsSession(t *testing.T) {
	f := tracked(t, 5)
	f.browser("sso1")
	ended := f.through("sso1")
	if err := f.Revoke(t.Context(), f.client, ended.RefreshToken); err != nil {
		t.Fatalf("Revoke: %v", err)
	}
	if got := f.sessionIDs(); !slices.Equal(got, []string{"sso1"}) {
		t.Errorf("sessions after Revoke: got %v, want sso1 alone", got)
	}
}
