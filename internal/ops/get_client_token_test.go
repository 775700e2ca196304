package ops_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

const machine = `"GenerateSecret":true,"ExplicitAuthFlows":["ALLOW_CLIENT_TOKEN_AUTH"],` +
	`"AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["client_credentials"],"AllowedOAuthScopes":["shop/read","shop/write"]`

// machine makes a client that gets tokens of its own.
func (a *signIns) machine(t *testing.T) *cognito.UserPoolClientType {
	t.Helper()
	a.resourceServer(t, a.poolID, "shop", "read", "write", "delete")
	return a.client(t, a.poolID, machine)
}

// scopeOf reads the claim scope of a token.
func scopeOf(t *testing.T, token string) string {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Scope string }
	if err := json.Unmarshal(payload, &c); err != nil {
		t.Fatal(err)
	}
	return c.Scope
}

func TestGetClientToken(t *testing.T) {
	a := newSignIns(t)
	c := a.machine(t)
	in := &cognito.GetClientTokenRequest{ClientID: c.ClientID, Secret: c.ClientSecret}
	out, err := a.GetClientToken(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	r := out.ClientAuthenticationResult
	if r.TokenType != "Bearer" || *r.ExpiresIn != 3600 || scopeOf(t, r.AccessToken) != "shop/read shop/write" {
		t.Errorf("GetClientToken: got %s for %d seconds with scope %q", r.TokenType, *r.ExpiresIn, scopeOf(t, r.AccessToken))
	}
	r.AccessToken = "TOKEN"
	const want = `{
  "ClientAuthenticationResult": {
    "AccessToken": "TOKEN",
    "ExpiresIn": 3600,
    "TokenType": "Bearer"
  }
}`
	if got := indented(t, out); got != want {
		t.Errorf("GetClientToken: got %s, want %s", got, want)
	}
}

// Both secrets of a client that changes from one to the other are good.
func TestGetClientTokenSecrets(t *testing.T) {
	a := newSignIns(t)
	c := a.machine(t)
	added, err := a.AddUserPoolClientSecret(t.Context(), &cognito.AddUserPoolClientSecretRequest{UserPoolID: a.poolID, ClientID: c.ClientID})
	if err != nil {
		t.Fatal(err)
	}
	second := added.ClientSecretDescriptor.ClientSecretValue
	wrong := idp.NotAuthorized("Client secret does not match for the client: " + c.ClientID)
	for secret, want := range map[string]*idp.Error{c.ClientSecret: nil, second: nil, "": wrong, second + "x": wrong, second[1:]: wrong} {
		_, err := a.GetClientToken(t.Context(), &cognito.GetClientTokenRequest{ClientID: c.ClientID, Secret: secret})
		if want != nil {
			refuses(t, "GetClientToken", "wrong secret", err, want)
		} else if err != nil {
			t.Errorf("GetClientToken with a right secret: %v", err)
		}
	}
}

func TestGetClientTokenRefuses(t *testing.T) {
	a := newSignIns(t)
	c := a.machine(t)
	users := a.client(t, a.poolID, `"GenerateSecret":true,"AllowedOAuthScopes":["shop/read"]`)
	off := idp.NotAuthorized("ALLOW_CLIENT_TOKEN_AUTH is not enabled for the client.")
	bad := func(scope string) *idp.Error { return idp.InvalidParameter("Invalid scope requested: " + scope) }
	tests := []struct {
		name, client, secret string
		scopes               []string
		want                 *idp.Error
	}{
		{"no client", "nobody", "x", nil, idp.ErrClientNotFound("nobody")},
		{"client for users", users.ClientID, users.ClientSecret, nil, off},
		{"public client", a.public, "anything", nil, off},
		{"scope that the client does not have", c.ClientID, c.ClientSecret, []string{"shop/read", "shop/delete"}, bad("shop/delete")},
		{"scope that nobody has", c.ClientID, c.ClientSecret, []string{"bank/read"}, bad("bank/read")},
		{"scope of users", c.ClientID, c.ClientSecret, []string{"aws.cognito.signin.user.admin"}, bad("aws.cognito.signin.user.admin")},
	}
	for _, tt := range tests {
		_, err := a.GetClientToken(t.Context(), &cognito.GetClientTokenRequest{ClientID: tt.client, Secret: tt.secret, Scopes: tt.scopes})
		refuses(t, "GetClientToken", tt.name, err, tt.want)
	}
}

// The token of a client is good for no operation of a user, nor to be revoked.
func TestClientTokenIsNoUsers(t *testing.T) {
	a := newSignIns(t)
	c := a.machine(t)
	out, err := a.GetClientToken(t.Context(), &cognito.GetClientTokenRequest{ClientID: c.ClientID, Secret: c.ClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	token := out.ClientAuthenticationResult.AccessToken
	_, err = a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: token})
	refuses(t, "GetUser", "token of a client", err, idp.ErrAccessTokenScopes)
	err = a.DeleteUser(t.Context(), &cognito.DeleteUserRequest{AccessToken: token})
	refuses(t, "DeleteUser", "token of a client", err, idp.ErrAccessTokenScopes)
	_, err = a.GlobalSignOut(t.Context(), &cognito.GlobalSignOutRequest{AccessToken: token})
	refuses(t, "GlobalSignOut", "token of a client", err, idp.ErrAccessTokenScopes)
	_, err = a.RevokeToken(t.Context(), &cognito.RevokeTokenRequest{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Token: token})
	refuses(t, "RevokeToken", "token of a client", err, idp.ErrTokenTypeUnsupported)
	_, err = a.GetTokensFromRefreshToken(t.Context(), &cognito.GetTokensFromRefreshTokenRequest{ClientID: c.ClientID, ClientSecret: c.ClientSecret, RefreshToken: token})
	refuses(t, "GetTokensFromRefreshToken", "token of a client", err, idp.ErrRefreshTokenInvalid)
}

// A scope that its server has no more is left out, also where it is asked for,
// until there is one again.
func TestGetClientTokenLostScope(t *testing.T) {
	a := newSignIns(t)
	c := a.machine(t)
	scope := func(asked ...string) string {
		t.Helper()
		out, err := a.GetClientToken(t.Context(), &cognito.GetClientTokenRequest{ClientID: c.ClientID, Secret: c.ClientSecret, Scopes: asked})
		if err != nil {
			t.Fatalf("GetClientToken(%v): %v", asked, err)
		}
		return scopeOf(t, out.ClientAuthenticationResult.AccessToken)
	}
	check := func(when, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("scope %s: got %q, want %q", when, got, want)
		}
	}
	check("asked for", scope("shop/write"), "shop/write")
	check("asked for twice", scope("shop/write", "shop/read", "shop/write"), "shop/write shop/read")
	a.setScopes(t, a.poolID, "shop", "read")
	check("after one was removed", scope(), "shop/read")
	check("removed but asked for", scope("shop/write"), "")
	a.setScopes(t, a.poolID, "shop", "read", "write")
	check("after it came back", scope(), "shop/read shop/write")
	err := a.DeleteResourceServer(t.Context(), &cognito.DeleteResourceServerRequest{UserPoolID: a.poolID, Identifier: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	check("after the server was deleted", scope(), "")
}
