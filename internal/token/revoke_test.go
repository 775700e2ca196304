package token

import (
	"errors"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func TestRevoke(t *testing.T) {
	f := newFixture(t)
	ended, other := f.signIn(), f.signIn()
	later := f.mustRefresh(ended.RefreshToken)
	for range 2 { // a second time is fine
		if err := f.Revoke(t.Context(), f.client, ended.RefreshToken); err != nil {
			t.Fatalf("Revoke: %v", err)
		}
	}
	for _, token := range []string{ended.AccessToken, later.AccessToken} {
		if _, err := f.Access(t.Context(), token); !errors.Is(err, idp.ErrAccessTokenRevoked) {
			t.Errorf("Access: got %v, want %v", err, idp.ErrAccessTokenRevoked)
		}
	}
	if _, err := f.refresh(ended.RefreshToken); !errors.Is(err, idp.ErrRefreshTokenRevoked) {
		t.Errorf("refresh: got %v, want %v", err, idp.ErrRefreshTokenRevoked)
	}
	if _, err := f.Access(t.Context(), other.AccessToken); err != nil {
		t.Errorf("Access with another sign-in's token: %v", err)
	}
}

func TestRevokeByRotatedToken(t *testing.T) {
	f := newFixture(t, rotating(0))
	first := f.signIn()
	second := f.mustRefresh(first.RefreshToken)
	if err := f.Revoke(t.Context(), f.client, first.RefreshToken); err != nil {
		t.Fatalf("Revoke: %v", err)
	}
	if _, err := f.refresh(second.RefreshToken); !errors.Is(err, idp.ErrRefreshTokenRevoked) {
		t.Errorf("refresh: got %v, want %v", err, idp.ErrRefreshTokenRevoked)
	}
}

func TestRevokeRefuses(t *testing.T) {
	other := "2example23456789abcdefghij"
	tests := []struct {
		name string
		do   func(f *fixture, issued *Issued) (token string)
		want error
	}{
		{"garbage", func(*fixture, *Issued) string { return "abc" }, idp.ErrTokenTypeUnsupported},
		{"access token", func(_ *fixture, i *Issued) string { return i.AccessToken }, idp.ErrTokenTypeUnsupported},
		{"expired", func(f *fixture, i *Issued) string { f.advance(31 * 24 * time.Hour); return i.RefreshToken }, nil},
		{"user deleted", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return tx.DeleteUser(testPool, "jane") })
			return i.RefreshToken
		}, nil},
		{"other client", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return tx.CreateClient(newClient(f.client.Pool, other).Client) })
			f.client = f.find(f.Service, other)
			return i.RefreshToken
		}, idp.ErrRevocationUnauthorized},
		{"no revocation", func(f *fixture, i *Issued) string {
			f.setClient(func(c *cognito.UserPoolClientType) { c.EnableTokenRevocation = ptr(false) })
			return i.RefreshToken
		}, idp.ErrRevocationDisabled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			token := tt.do(f, f.signIn())
			if err := f.Revoke(t.Context(), f.client, token); !errors.Is(err, tt.want) {
				t.Errorf("Revoke: got %v, want %v", err, tt.want)
			}
		})
	}
}

// Signing out everywhere ends the tokens of every client, also of those whose
// tokens cannot be revoked one by one.
func TestSignOutEverywhere(t *testing.T) {
	f := newFixture(t, func(c *cognito.UserPoolClientType) { c.EnableTokenRevocation = ptr(false) })
	issued := []*Issued{f.signIn(), f.signIn()}
	f.update(func(tx store.Tx) error { return SignOutEverywhere(tx, testPool, "jane") })
	for _, i := range issued {
		if _, err := f.Access(t.Context(), i.AccessToken); !errors.Is(err, idp.ErrAccessTokenRevoked) {
			t.Errorf("Access: got %v, want %v", err, idp.ErrAccessTokenRevoked)
		}
	}
	if _, err := f.Access(t.Context(), f.signIn().AccessToken); err != nil {
		t.Errorf("Access after signing in again: %v", err)
	}
}
