package token

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/idp"
)

func TestOverridesOfIDToken(t *testing.T) {
	s := newSubject(t)
	s.Overrides = &Overrides{ID: ClaimOverrides{
		AddOrOverride: map[string]any{"tier": "gold", "email": "other@example.com", "n": 3, "list": []any{"a"}, "both": "x", "dev:custom:plan": "none"},
		Suppress:      []string{"name", "both", "dev:custom:plan"},
	}}
	got := s.idToken()
	want := claims{"tier": "gold", "email": "other@example.com", "n": 3, "list": []any{"a"}, "both": nil, "name": nil, "dev:custom:plan": nil}
	for name, v := range want {
		if diff := cmp.Diff(v, got[name]); diff != "" {
			t.Errorf("claim %s differs (-want +got):\n%s", name, diff)
		}
	}
	if v, ok := s.accessToken()["tier"]; ok {
		t.Errorf("access token: tier = %v, want none", v)
	}
}

func TestOverridesOfAccessToken(t *testing.T) {
	s := newSubject(t)
	s.Overrides = &Overrides{
		Access: ClaimOverrides{
			AddOrOverride: map[string]any{"tenant": map[string]any{"id": 1}, "aud": testClient, "both": true},
			Suppress:      []string{"both"},
		},
		ScopesToAdd:      []string{"notes/read", "notes/read", "notes/write", "two words", ""},
		ScopesToSuppress: []string{"notes/write"},
	}
	got := s.accessToken()
	want := claims{"tenant": map[string]any{"id": 1}, "aud": testClient, "both": nil, "scope": AdminScope + " notes/read"}
	for name, v := range want {
		if diff := cmp.Diff(v, got[name]); diff != "" {
			t.Errorf("claim %s differs (-want +got):\n%s", name, diff)
		}
	}
}

// A trigger may take away the right to call the API, and every scope.
func TestOverridesMaySuppressEveryScope(t *testing.T) {
	s := newSubject(t)
	s.Overrides = &Overrides{ScopesToSuppress: []string{AdminScope}}
	if v, ok := s.accessToken()["scope"]; ok {
		t.Errorf("scope = %q, want none", v)
	}
}

// What carries the meaning of a token stays, whatever a trigger asks for.
func TestOverridesLeaveReservedClaims(t *testing.T) {
	names := []string{"", "acr", "amr", "at_hash", "auth_time", "azp", "client_id", "device_key", "event_id", "exp", "iat",
		"identities", "iss", "jti", "nbf", "nonce", "origin_jti", "sub", "token_use", "username", "version", "aud",
		"cognito:username", "cognito:groups", "cognito:roles", "cognito:mfa_enabled", "dev:x"}
	set := map[string]any{}
	for _, name := range names {
		set[name] = "forged"
	}
	for _, use := range []string{"id", "access"} {
		t.Run(use, func(t *testing.T) {
			build := func(o *Overrides) claims {
				s := newSubject(t)
				s.family.Proofs = idp.Proofs{idp.MethodPassword: 1}
				s.Overrides = o
				if use == "id" {
					return s.idToken()
				}
				return s.accessToken()
			}
			want := build(nil)
			if diff := cmp.Diff(want, build(&Overrides{ID: ClaimOverrides{AddOrOverride: set}, Access: ClaimOverrides{AddOrOverride: set}})); diff != "" {
				t.Errorf("adding changed claims (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, build(&Overrides{ID: ClaimOverrides{Suppress: names}, Access: ClaimOverrides{Suppress: names}})); diff != "" {
				t.Errorf("suppressing changed claims (-want +got):\n%s", diff)
			}
		})
	}
}

// Scopes change one by one; the claim as a whole does not.
func TestOverridesLeaveScopeClaim(t *testing.T) {
	s := newSubject(t)
	s.Overrides = &Overrides{Access: ClaimOverrides{AddOrOverride: map[string]any{"scope": "all"}, Suppress: []string{"scope"}}}
	if got := s.accessToken()["scope"]; got != AdminScope {
		t.Errorf("scope = %v, want %s", got, AdminScope)
	}
}

func TestOverridesOfGroups(t *testing.T) {
	groups := Groups{Groups: []string{"staff"}, Roles: []string{"arn:r"}, PreferredRole: "arn:r"}
	tests := []struct {
		name      string
		overrides Overrides
		id        claims
		access    any
	}{
		{"left out", Overrides{}, claims{"cognito:groups": []string{"staff"}, "cognito:roles": []string{"arn:r"}, "cognito:preferred_role": "arn:r"}, []string{"staff"}},
		{"replaced", Overrides{Groups: &Groups{Groups: []string{"b"}}}, claims{"cognito:groups": []string{"b"}, "cognito:roles": nil, "cognito:preferred_role": nil}, []string{"b"}},
		{"removed", Overrides{Groups: &Groups{}}, claims{"cognito:groups": nil, "cognito:roles": nil, "cognito:preferred_role": nil}, nil},
		{"suppressed", Overrides{ID: ClaimOverrides{Suppress: []string{"cognito:groups"}}}, claims{"cognito:groups": nil, "cognito:roles": nil, "cognito:preferred_role": nil}, []string{"staff"}},
		{"roles suppressed", Overrides{ID: ClaimOverrides{Suppress: []string{"cognito:roles"}}}, claims{"cognito:groups": []string{"staff"}, "cognito:roles": nil, "cognito:preferred_role": "arn:r"}, []string{"staff"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSubject(t)
			s.Groups, s.Overrides = groups, &tt.overrides
			id := s.idToken()
			for name, v := range tt.id {
				if diff := cmp.Diff(v, id[name]); diff != "" {
					t.Errorf("ID token, %s (-want +got):\n%s", name, diff)
				}
			}
			if diff := cmp.Diff(tt.access, s.accessToken()["cognito:groups"]); diff != "" {
				t.Errorf("access token, cognito:groups (-want +got):\n%s", diff)
			}
		})
	}
}
