package signin_test

import (
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/store"
)

// refreshed renews tokens with REFRESH_TOKEN_AUTH.
func (f *fixture) refreshed(c *catalog.Client, token string, more ...string) (*signin.Result, error) {
	f.t.Helper()
	return f.initiate(by(c), cognito.AuthFlowRefreshTokenAuth, append([]string{"REFRESH_TOKEN", token}, more...)...)
}

// renewed renews tokens with GetTokensFromRefreshToken.
func (f *fixture) renewed(c *catalog.Client, token string) (*signin.Result, error) {
	f.t.Helper()
	r, err := f.Refresh(f.t.Context(), signin.Refresh{Caller: by(c), RefreshToken: token})
	declared(f.t, "GetTokensFromRefreshToken", err)
	return r, err
}

// rotating makes a client that renews its refresh tokens.
func rotating(grace int64) func(*cognito.CreateUserPoolClientRequest) {
	return func(in *cognito.CreateUserPoolClientRequest) {
		in.ExplicitAuthFlows = []cognito.ExplicitAuthFlowsType{cognito.ExplicitAuthFlowsAllowUserPasswordAuth}
		in.RefreshTokenRotation = &cognito.RefreshTokenRotationType{Feature: cognito.FeatureEnabled, RetryGracePeriodSeconds: &grace}
	}
}

// The tokens are new and of the same sign-in; the refresh token stays.
func TestRefresh(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	first := f.signedIn(c, "ada", goodPassword)
	f.advance(time.Hour)
	for range 2 {
		r, err := f.refreshed(c, first.RefreshToken)
		wantTokens(t, "InitiateAuth(REFRESH_TOKEN_AUTH)", r, err)
		if r.Tokens.RefreshToken != "" {
			t.Error("InitiateAuth(REFRESH_TOKEN_AUTH): got a refresh token, want none")
		}
		was, is := claims(t, first.AccessToken), claims(t, r.Tokens.AccessToken)
		if is["origin_jti"] != was["origin_jti"] || is["auth_time"] != was["auth_time"] || is["jti"] == was["jti"] || is["exp"] == was["exp"] {
			t.Errorf("claims: got %v after %v", is, was)
		}
	}
	r, err := f.renewed(c, first.RefreshToken)
	wantTokens(t, "GetTokensFromRefreshToken", r, err)
}

func TestRefreshRefuses(t *testing.T) {
	tests := []struct {
		name string
		do   func(f *fixture, c *catalog.Client, token *string)
		want error
	}{
		{"garbage", func(_ *fixture, _ *catalog.Client, token *string) { *token = "x.y.z" }, idp.ErrRefreshTokenInvalid},
		{"expired", func(f *fixture, _ *catalog.Client, _ *string) { f.advance(30 * 24 * time.Hour) }, idp.ErrRefreshTokenExpired},
		{"revoked", func(f *fixture, c *catalog.Client, token *string) {
			if err := f.Tokens.Revoke(f.t.Context(), c, *token); err != nil {
				f.t.Error(err)
			}
		}, idp.ErrRefreshTokenRevoked},
		{"signed out", func(f *fixture, _ *catalog.Client, _ *string) {
			f.update(func(tx store.Tx) error { return tx.RevokeFamilies(poolID, "ada") })
		}, idp.ErrRefreshTokenRevoked},
		{"disabled", func(f *fixture, c *catalog.Client, _ *string) { f.alter(f.get(c, "ada"), disabled) }, idp.ErrUserDisabled},
		{"deleted", func(f *fixture, _ *catalog.Client, _ *string) {
			f.update(func(tx store.Tx) error { return tx.DeleteUser(poolID, "ada") })
		}, idp.ErrRefreshTokenInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.client()
			f.user(c, "ada")
			token := f.signedIn(c, "ada", goodPassword).RefreshToken
			_, err := f.refreshed(f.client(), token)
			wantErr(t, "InitiateAuth of another client", err, idp.ErrRefreshTokenInvalid)
			tt.do(f, c, &token)
			_, err = f.refreshed(c, token)
			wantErr(t, "InitiateAuth(REFRESH_TOKEN_AUTH)", err, tt.want)
			_, err = f.renewed(c, token)
			wantErr(t, "GetTokensFromRefreshToken", err, tt.want)
		})
	}
}

// The hash is over the real username, whatever name was typed to sign in.
func TestRefreshSecretHash(t *testing.T) {
	f := newService(t, aliases("email"))
	c := f.client(withSecret)
	f.user(c, "ada", "email", "ada@example.com", "email_verified", "true")
	r, err := f.initiate(by(c), cognito.AuthFlowUserPasswordAuth,
		"USERNAME", "ada@example.com", "PASSWORD", goodPassword, "SECRET_HASH", hash(c, "ada@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	token := r.Tokens.RefreshToken
	_, err = f.refreshed(c, token)
	wantErr(t, "InitiateAuth without a hash", err, idp.ErrSecretHashMissing(c.ID))
	_, err = f.refreshed(c, token, "SECRET_HASH", hash(c, "ada@example.com"))
	wantErr(t, "InitiateAuth with the hash of the alias", err, idp.ErrSecretHashMismatch(c.ID))
	r, err = f.refreshed(c, token, "SECRET_HASH", hash(c, "ada"))
	wantTokens(t, "InitiateAuth with the hash of the username", r, err)
}

// With rotation each refresh gives a new token and ends the old one.
func TestRotation(t *testing.T) {
	f := newService(t)
	c := f.client(rotating(0))
	f.user(c, "ada")
	first := f.signedIn(c, "ada", goodPassword).RefreshToken
	_, err := f.refreshed(c, first)
	wantErr(t, "InitiateAuth(REFRESH_TOKEN_AUTH)", err,
		idp.InvalidParameter("Refresh token rotation is enabled for this client; use GetTokensFromRefreshToken."))
	r, err := f.renewed(c, first)
	wantTokens(t, "GetTokensFromRefreshToken", r, err)
	second := r.Tokens.RefreshToken
	if second == "" || second == first {
		t.Fatal("GetTokensFromRefreshToken: the refresh token is not a new one")
	}
	_, err = f.renewed(c, first)
	wantErr(t, "GetTokensFromRefreshToken with the old token", err, idp.ErrRefreshTokenReused)
	r, err = f.renewed(c, second)
	wantTokens(t, "GetTokensFromRefreshToken with the new token", r, err)
}

func TestRotationGrace(t *testing.T) {
	f := newService(t)
	c := f.client(rotating(10))
	f.user(c, "ada")
	first := f.signedIn(c, "ada", goodPassword).RefreshToken
	r, err := f.renewed(c, first)
	wantTokens(t, "GetTokensFromRefreshToken", r, err)
	f.advance(10*time.Second - time.Millisecond)
	again, err := f.renewed(c, first)
	wantTokens(t, "GetTokensFromRefreshToken within the grace period", again, err)
	f.advance(time.Millisecond)
	_, err = f.renewed(c, first)
	wantErr(t, "GetTokensFromRefreshToken after it", err, idp.ErrRefreshTokenReused)
	for _, token := range []string{r.Tokens.RefreshToken, again.Tokens.RefreshToken} {
		_, err = f.renewed(c, token)
		wantErr(t, "GetTokensFromRefreshToken with a successor", err, nil)
	}
}
