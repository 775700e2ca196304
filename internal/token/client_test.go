package token

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func (f *fixture) clientToken(scopes []string, o *Overrides) *ClientToken {
	f.t.Helper()
	out, err := f.PrepareClient(f.t.Context(), ClientGrant{Client: f.client, Scopes: scopes, Overrides: o})
	if err != nil {
		f.t.Fatalf("PrepareClient: %v", err)
	}
	return out
}

// The claims of a client's token are these and no others, signed with the key
// for access tokens.
func TestClientToken(t *testing.T) {
	f := newFixture(t, func(s *cognito.UserPoolClientType) {
		s.AccessTokenValidity, s.EnableTokenRevocation = new(int64(2)), new(false)
	})
	f.Rand = seeded()
	out := f.clientToken([]string{"shop/read", "shop/write"}, nil)
	got := payload(t, out.AccessToken)
	jti, _ := got["jti"].(string)
	if len(jti) != 36 {
		t.Errorf("claim jti: got %v, want a UUID", got["jti"])
	}
	delete(got, "jti")
	want := decode(t, []byte(`{
		"sub": "1example23456789abcdefghij", "client_id": "1example23456789abcdefghij", "token_use": "access", "version": 2,
		"iss": "http://localhost:9229/us-east-1_AbCdEfGhI", "scope": "shop/read shop/write",
		"auth_time": 1772366400, "iat": 1772366400, "exp": 1772373600
	}`))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	if out.ExpiresIn != 7200 {
		t.Errorf("ExpiresIn: got %d, want 7200", out.ExpiresIn)
	}
	if next := payload(t, f.clientToken(nil, nil).AccessToken)["jti"]; next == jti {
		t.Errorf("claim jti of the next token: got %v again", next)
	}
	ring, err := f.ring(t.Context(), f.client.Pool)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := jose.ParseSignedCompact(out.AccessToken, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	key := ring.key(jws.Signatures[0].Protected.KeyID)
	if key == nil || key.Use != idp.KeyUseAccess {
		t.Fatalf("key of the token: got %+v, want the one for access tokens", key)
	}
	if _, err := jws.Verify(&key.private.PublicKey); err != nil {
		t.Errorf("signature: %v", err)
	}
}

// A client without scopes does not get the one with which users change their
// accounts, and no trigger gives it any of the service's.
func TestClientTokenScopes(t *testing.T) {
	f := newFixture(t)
	tests := []struct {
		name   string
		scopes []string
		o      *Overrides
		want   any
	}{
		{"none", nil, nil, nil},
		{"the service's own", []string{AdminScope, "openid", "shop/read"}, nil, "shop/read"},
		{"the service's own by trigger", nil, &Overrides{ScopesToAdd: []string{AdminScope, "openid", "email", "phone", "profile"}}, nil},
		{"another one by trigger", []string{"shop/read"}, &Overrides{ScopesToAdd: []string{"shop/x"}}, "shop/read shop/x"},
		{"suppressed", []string{"shop/read", "shop/x"}, &Overrides{ScopesToSuppress: []string{"shop/x"}}, "shop/read"},
		{"all suppressed", []string{"shop/x"}, &Overrides{ScopesToSuppress: []string{"shop/x"}}, nil},
		{"two in one", nil, &Overrides{ScopesToAdd: []string{"shop/x " + AdminScope}}, nil},
		{"as a claim", nil, &Overrides{Access: ClaimOverrides{AddOrOverride: map[string]any{"scope": AdminScope}}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := payload(t, f.clientToken(tt.scopes, tt.o).AccessToken)["scope"]; got != tt.want {
				t.Errorf("claim scope: got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestClientTokenOverrides(t *testing.T) {
	f := newFixture(t)
	got := payload(t, f.clientToken(nil, &Overrides{
		ID:     ClaimOverrides{AddOrOverride: map[string]any{"id": "x"}},
		Access: ClaimOverrides{AddOrOverride: map[string]any{"tenant": "acme", "sub": "x", "username": "jane", "client_id": "x", "cognito:groups": []string{"admins"}}, Suppress: []string{"exp", "version"}},
		Groups: &Groups{Groups: []string{"admins"}},
	}).AccessToken)
	if got["tenant"] != "acme" {
		t.Errorf("claim tenant: got %v, want acme", got["tenant"])
	}
	if got["sub"] != testClient || got["client_id"] != testClient || got["exp"] == nil || got["version"] == nil {
		t.Errorf("reserved claims: got %v", got)
	}
	for _, name := range []string{"username", "cognito:groups", "id"} {
		if got[name] != nil {
			t.Errorf("claim %s: got %v, want none", name, got[name])
		}
	}
	_, err := f.PrepareClient(t.Context(), ClientGrant{Client: f.client, Overrides: &Overrides{
		Access: ClaimOverrides{AddOrOverride: map[string]any{"x": strings.Repeat("x", maxAccessToken)}},
	}})
	if !errors.Is(err, ErrTooManyClaims) {
		t.Errorf("PrepareClient with too much: got %v, want %v", err, ErrTooManyClaims)
	}
}

// A client's token opens no user's account, even one with the scope for it.
func TestAccessRefusesClientToken(t *testing.T) {
	f := newFixture(t)
	issued := f.signIn()
	own := f.clientToken([]string{"shop/read"}, nil).AccessToken
	scoped := f.resign(own, idp.KeyUseAccess, map[string]any{"scope": AdminScope})
	ofSignIn := f.resign(scoped, idp.KeyUseAccess, map[string]any{"event_id": issued.Family.ID, "sub": testSub})
	for name, token := range map[string]string{"its own": own, "with the scope of users": scoped, "with a sign-in's id": ofSignIn} {
		if _, err := f.Access(t.Context(), token); !errors.Is(err, idp.ErrAccessTokenScopes) {
			t.Errorf("Access(token of a client, %s): got %v, want %v", name, err, idp.ErrAccessTokenScopes)
		}
	}
	if _, err := f.AccessFor(t.Context(), own, "shop/read"); !errors.Is(err, idp.ErrAccessTokenScopes) {
		t.Errorf("AccessFor(shop/read): got %v, want %v", err, idp.ErrAccessTokenScopes)
	}
	f.advance(time.Hour)
	if _, err := f.Access(t.Context(), own); !errors.Is(err, idp.ErrAccessTokenExpired) {
		t.Errorf("Access(expired token of a client): got %v, want %v", err, idp.ErrAccessTokenExpired)
	}
}
