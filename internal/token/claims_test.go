package token

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// newSubject returns a sign-in with as much as a token can show. Ids of tokens
// are counted.
func newSubject(t testing.TB, change ...func(*cognito.UserPoolClientType)) *subject {
	pool := newPool(t, newMaster(t), testPool)
	user := newUser("jane")
	user.Attributes = map[string]string{
		"email": "jane@example.com", "email_verified": "true", "phone_number": "+15550100",
		"name": "Jane <Doe>", "address": "1 Main Street", "updated_at": "1700000000",
		"custom:level": "7", "dev:custom:plan": "gold", "nickname": "",
	}
	user.Pending = map[string]string{"email": "new@example.com"}
	var ids int
	return &subject{
		Grant: &Grant{Client: newClient(pool, testClient, change...), User: user},
		family: &idp.Family{
			PoolID: testPool, ID: testEvent, OriginJTI: "origin", ClientID: testClient, Username: "jane", AuthTime: testTime,
		},
		issuer: issuer(testPool),
		now:    testTime,
		newID:  func() string { ids++; return fmt.Sprint("token-", ids) },
	}
}

func wantClaims(t *testing.T, got claims, want string) {
	t.Helper()
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decode(t, []byte(want)), decode(t, text)); diff != "" {
		t.Errorf("claims differ (-want +got):\n%s", diff)
	}
}

func TestAccessTokenClaims(t *testing.T) {
	wantClaims(t, newSubject(t).accessToken(), `{
		"sub": "5f0d2f2e-3e2e-4a1e-9b1e-0123456789ab", "iss": "http://localhost:9229/us-east-1_AbCdEfGhI",
		"client_id": "1example23456789abcdefghij", "origin_jti": "origin",
		"event_id": "0a4c5d6e-7f80-4192-a3b4-c5d6e7f80912", "token_use": "access",
		"scope": "aws.cognito.signin.user.admin", "auth_time": 1772366400, "exp": 1772370000, "iat": 1772366400,
		"jti": "token-1", "username": "jane"}`)
}

func TestIDTokenClaims(t *testing.T) {
	wantClaims(t, newSubject(t).idToken(), `{
		"sub": "5f0d2f2e-3e2e-4a1e-9b1e-0123456789ab", "iss": "http://localhost:9229/us-east-1_AbCdEfGhI",
		"cognito:username": "jane", "origin_jti": "origin", "aud": "1example23456789abcdefghij",
		"event_id": "0a4c5d6e-7f80-4192-a3b4-c5d6e7f80912", "token_use": "id", "auth_time": 1772366400,
		"exp": 1772370000, "iat": 1772366400, "jti": "token-1",
		"email": "jane@example.com", "email_verified": true, "phone_number": "+15550100", "phone_number_verified": false,
		"name": "Jane <Doe>", "address": {"formatted": "1 Main Street"}, "updated_at": 1700000000,
		"custom:level": "7", "dev:custom:plan": "gold"}`)
}

func TestFullAccessTokenClaims(t *testing.T) {
	s := newSubject(t)
	s.OAuth, s.Scopes = true, []string{"openid", "notes/read"}
	s.family.DeviceKey = "us-east-1_" + testEvent
	s.Groups = Groups{Groups: []string{"staff", "all"}, Roles: []string{"arn:r"}, PreferredRole: "arn:r"}
	got := s.accessToken()
	want := map[string]any{
		"version": 2, "scope": "openid notes/read", "device_key": "us-east-1_" + testEvent,
		"cognito:groups": []string{"staff", "all"}, "cognito:roles": nil, "cognito:preferred_role": nil, "aud": nil, "email": nil,
	}
	for name, v := range want {
		if diff := cmp.Diff(v, got[name]); diff != "" {
			t.Errorf("claim %s differs (-want +got):\n%s", name, diff)
		}
	}
}

func TestFullIDTokenClaims(t *testing.T) {
	s := newSubject(t)
	s.OAuth, s.Scopes, s.Nonce = true, []string{"openid"}, "n-0S6_WzA2Mj"
	s.Groups = Groups{Groups: []string{"staff"}, Roles: []string{"arn:r"}, PreferredRole: "arn:r"}
	got := s.idToken()
	want := map[string]any{
		"nonce": "n-0S6_WzA2Mj", "cognito:groups": []string{"staff"}, "cognito:roles": []string{"arn:r"},
		"cognito:preferred_role": "arn:r", "version": nil, "scope": nil,
	}
	for name, v := range want {
		if diff := cmp.Diff(v, got[name]); diff != "" {
			t.Errorf("claim %s differs (-want +got):\n%s", name, diff)
		}
	}
}

// Without token revocation tokens have neither jti nor origin_jti.
func TestClaimsWithoutRevocation(t *testing.T) {
	s := newSubject(t, func(c *cognito.UserPoolClientType) { c.EnableTokenRevocation = ptr(false) })
	for use, c := range map[string]claims{"access": s.accessToken(), "id": s.idToken()} {
		for _, name := range []string{"jti", "origin_jti"} {
			if v, ok := c[name]; ok {
				t.Errorf("%s token: %s = %v, want none", use, name, v)
			}
		}
		if c["event_id"] != testEvent {
			t.Errorf("%s token: event_id = %v, want %s", use, c["event_id"], testEvent)
		}
	}
}

func TestLivesOfTokens(t *testing.T) {
	s := newSubject(t, func(c *cognito.UserPoolClientType) {
		c.AccessTokenValidity, c.IDTokenValidity = ptr(int64(5)), ptr(int64(10))
		c.TokenValidityUnits = &cognito.TokenValidityUnitsType{
			AccessToken: cognito.TimeUnitsMinutes, IDToken: cognito.TimeUnitsMinutes,
		}
	})
	if got, want := s.accessToken()["exp"], testTime.Unix()+300; got != want {
		t.Errorf("access token: exp = %v, want %d", got, want)
	}
	if got, want := s.idToken()["exp"], testTime.Unix()+600; got != want {
		t.Errorf("ID token: exp = %v, want %d", got, want)
	}
}

// attributes returns the names of the claims that are attributes.
func attributes(c claims) []string {
	own := []string{"sub", "iss", "cognito:username", "origin_jti", "aud", "event_id", "token_use", "auth_time", "exp", "iat", "jti"}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(c)), func(name string) bool { return slices.Contains(own, name) })
}

func TestIDTokenShowsReadableAttributes(t *testing.T) {
	tests := []struct {
		name   string
		read   []string
		scopes []string
		want   []string
	}{
		{"listed", []string{"email", "custom:level"}, nil, []string{"custom:level", "email"}},
		{"flag without value", []string{"phone_number_verified"}, nil, []string{"phone_number_verified"}},
		{"openid", nil, []string{"openid"}, []string{
			"address", "custom:level", "dev:custom:plan", "email", "email_verified", "name", "phone_number", "phone_number_verified", "updated_at"}},
		{"email", nil, []string{"openid", "email"}, []string{"email", "email_verified"}},
		{"phone", nil, []string{"phone", "openid"}, []string{"phone_number", "phone_number_verified"}},
		{"profile", nil, []string{"openid", "profile"}, []string{"address", "custom:level", "dev:custom:plan", "name", "updated_at"}},
		{"scope and list", []string{"email"}, []string{"openid", "email", "phone"}, []string{"email"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSubject(t, func(c *cognito.UserPoolClientType) { c.ReadAttributes = tt.read })
			s.Scopes = tt.scopes
			if diff := cmp.Diff(tt.want, attributes(s.idToken())); diff != "" {
				t.Errorf("attributes differ (-want +got):\n%s", diff)
			}
		})
	}
}

// A flag without the value it speaks of is not shown.
func TestIDTokenFlagNeedsValue(t *testing.T) {
	s := newSubject(t)
	s.User.Attributes = map[string]string{"email_verified": "true"}
	if got := attributes(s.idToken()); len(got) > 0 {
		t.Errorf("attributes: got %v, want none", got)
	}
}

func TestAttributesCannotReplaceClaims(t *testing.T) {
	s := newSubject(t)
	s.User.Attributes = map[string]string{"iss": "x", "exp": "1", "cognito:groups": "admin", "aud": "y", "": "z"}
	got := s.idToken()
	if got["iss"] != issuer(testPool) || got["aud"] != testClient || got["exp"] != testTime.Unix()+3600 {
		t.Errorf("claims of the service were replaced: %v", got)
	}
	if _, ok := got["cognito:groups"]; ok {
		t.Errorf("an attribute became cognito:groups")
	}
}
