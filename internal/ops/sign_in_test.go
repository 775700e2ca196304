package ops_test

import (
	"slices"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/signin"
	"rockpool/internal/store"
)

// signIns is an API with a user ada and a public client with which she signs
// in by password.
type signIns struct {
	*accounts
	public string
}

const signInFlows = `"ExplicitAuthFlows":["ALLOW_USER_PASSWORD_AUTH","ALLOW_ADMIN_USER_PASSWORD_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]`

func newSignIns(t *testing.T) *signIns {
	t.Helper()
	a := &signIns{accounts: newAccounts(t, "")}
	a.SignIns = &signin.Service{Accounts: a.Accounts, Tokens: a.Tokens}
	a.public = a.client(t, a.poolID, signInFlows).ClientID
	a.user(t, "ada")
	return a
}

// signIn signs ada in.
func (a *signIns) signIn(t *testing.T, clientID string) *cognito.AuthenticationResultType {
	t.Helper()
	out, err := a.InitiateAuth(t.Context(), &cognito.InitiateAuthRequest{
		ClientID: clientID, AuthFlow: cognito.AuthFlowUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": goodPassword},
	})
	if err != nil {
		t.Fatalf("InitiateAuth: %v", err)
	}
	return out.AuthenticationResult
}

// refuses fails unless an operation answers with an error, and declares it.
func refuses(t *testing.T, op, call string, err error, want *idp.Error) {
	t.Helper()
	wantErr(t, op+", "+call, err, want)
	if !slices.Contains(cognito.Operations[op].Errors, want.Code) {
		t.Errorf("%s does not declare %s", op, want.Code)
	}
}

// Beside tokens the parameters are an empty map, never absent; beside a
// challenge there are no tokens.
func TestInitiateAuthShape(t *testing.T) {
	a := newSignIns(t)
	in := &cognito.InitiateAuthRequest{
		ClientID: a.public, AuthFlow: cognito.AuthFlowUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": goodPassword},
	}
	out, err := a.InitiateAuth(t.Context(), in)
	if err != nil {
		t.Fatalf("InitiateAuth: %v", err)
	}
	r := out.AuthenticationResult
	if r == nil || r.AccessToken == "" || r.IDToken == "" || r.RefreshToken == "" || *r.ExpiresIn != 3600 || r.TokenType != "Bearer" {
		t.Errorf("AuthenticationResult: got %s", indented(t, r))
	}
	if out.ChallengeParameters == nil || len(out.ChallengeParameters) > 0 || out.ChallengeName != "" || out.Session != "" {
		t.Errorf("beside tokens: got %+v, want ChallengeParameters {} alone", out)
	}

	_, err = a.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordRequest{UserPoolID: a.poolID, Username: "ada", Password: goodPassword})
	wantErr(t, "AdminSetUserPassword(temporary)", err, nil)
	if out, err = a.InitiateAuth(t.Context(), in); err != nil {
		t.Fatalf("InitiateAuth: %v", err)
	}
	if out.AuthenticationResult != nil || out.ChallengeName != cognito.ChallengeNameNewPasswordRequired || out.Session == "" {
		t.Errorf("beside a challenge: got %+v", out)
	}
	answered, err := a.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeRequest{
		ClientID: a.public, ChallengeName: out.ChallengeName, Session: out.Session,
		ChallengeResponses: map[string]string{"USERNAME": "ada", "NEW_PASSWORD": "An0ther-horse"},
	})
	if err != nil || answered.AuthenticationResult == nil || answered.ChallengeParameters == nil {
		t.Errorf("RespondToAuthChallenge: got %+v, %v, want tokens", answered, err)
	}
}

// An administrator's client belongs to the pool that is named.
func TestAdminSignIn(t *testing.T) {
	a := newSignIns(t)
	other := a.pool(t, "").ID
	in := &cognito.AdminInitiateAuthRequest{
		UserPoolID: a.poolID, ClientID: a.public, AuthFlow: cognito.AuthFlowAdminUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": goodPassword},
		ContextData:    &cognito.ContextDataType{IPAddress: "198.51.100.7"},
	}
	out, err := a.AdminInitiateAuth(t.Context(), in)
	if err != nil || out.AuthenticationResult == nil || out.ChallengeParameters == nil {
		t.Errorf("AdminInitiateAuth: got %+v, %v, want tokens", out, err)
	}
	var events []*idp.Event
	a.must(t, func(tx store.Tx) (err error) {
		events, err = tx.ListEvents(a.poolID, "ada", "", 1)
		return err
	})
	if len(events) != 1 || events[0].SourceIP != "198.51.100.7" {
		t.Errorf("record: got %+v, want the address of ContextData", events)
	}
	in.ContextData.IPAddress = "nowhere"
	_, err = a.AdminInitiateAuth(t.Context(), in)
	refuses(t, "AdminInitiateAuth", "no address", err, idp.InvalidParameter("Invalid IP address given in ContextData."))
	_, err = a.AdminRespondToAuthChallenge(t.Context(), &cognito.AdminRespondToAuthChallengeRequest{
		UserPoolID: a.poolID, ClientID: a.public, ChallengeName: cognito.ChallengeNamePasswordVerifier, ContextData: in.ContextData,
	})
	refuses(t, "AdminRespondToAuthChallenge", "no address", err, idp.InvalidParameter("Invalid IP address given in ContextData."))
	in.ContextData, in.UserPoolID = nil, other
	_, err = a.AdminInitiateAuth(t.Context(), in)
	refuses(t, "AdminInitiateAuth", "client of another pool", err, idp.ErrClientNotFound(a.public))
	in.UserPoolID = gone
	_, err = a.AdminInitiateAuth(t.Context(), in)
	refuses(t, "AdminInitiateAuth", "no pool", err, errPoolGone)
}

func TestSignInWithoutClient(t *testing.T) {
	a := newSignIns(t)
	want := idp.ErrClientNotFound("nobody")
	_, err := a.InitiateAuth(t.Context(), &cognito.InitiateAuthRequest{ClientID: "nobody"})
	refuses(t, "InitiateAuth", "no client", err, want)
	_, err = a.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeRequest{ClientID: "nobody"})
	refuses(t, "RespondToAuthChallenge", "no client", err, want)
	_, err = a.GetTokensFromRefreshToken(t.Context(), &cognito.GetTokensFromRefreshTokenRequest{ClientID: "nobody"})
	refuses(t, "GetTokensFromRefreshToken", "no client", err, want)
	_, err = a.RevokeToken(t.Context(), &cognito.RevokeTokenRequest{ClientID: "nobody"})
	refuses(t, "RevokeToken", "no client", err, idp.ErrRevocationUnauthorized)
}

// A public client cannot vouch for its user's address.
func TestSignInUserContext(t *testing.T) {
	a := newSignIns(t)
	context := &cognito.UserContextDataType{IPAddress: "198.51.100.7"}
	_, err := a.InitiateAuth(t.Context(), &cognito.InitiateAuthRequest{ClientID: a.public, UserContextData: context})
	refuses(t, "InitiateAuth", "address of a public client", err, account.ErrUserContextAddress)
	_, err = a.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeRequest{ClientID: a.public, UserContextData: context})
	refuses(t, "RespondToAuthChallenge", "address of a public client", err, account.ErrUserContextAddress)
}

// confidential makes a client with a secret and signs ada in with it.
func (a *signIns) confidential(t *testing.T, members string) (c *cognito.UserPoolClientType, token string) {
	t.Helper()
	c = a.client(t, a.poolID, `"GenerateSecret":true,`+members)
	out, err := a.InitiateAuth(t.Context(), &cognito.InitiateAuthRequest{
		ClientID: c.ClientID, AuthFlow: cognito.AuthFlowUserPasswordAuth,
		AuthParameters: map[string]string{
			"USERNAME": "ada", "PASSWORD": goodPassword, "SECRET_HASH": secret.SecretHash(c.ClientSecret, "ada", c.ClientID),
		},
	})
	if err != nil {
		t.Fatalf("InitiateAuth: %v", err)
	}
	return c, out.AuthenticationResult.RefreshToken
}

// The client's secret comes in the clear here.
func TestGetTokensFromRefreshToken(t *testing.T) {
	a := newSignIns(t)
	c, token := a.confidential(t, signInFlows)
	in := &cognito.GetTokensFromRefreshTokenRequest{ClientID: c.ClientID, RefreshToken: token}
	wrong := idp.NotAuthorized("Client secret does not match for the client: " + c.ClientID)
	for _, given := range []string{"", "wrong", secret.SecretHash(c.ClientSecret, "ada", c.ClientID)} {
		in.ClientSecret = given
		_, err := a.GetTokensFromRefreshToken(t.Context(), in)
		refuses(t, "GetTokensFromRefreshToken", "wrong secret", err, wrong)
	}
	in.ClientSecret = c.ClientSecret
	out, err := a.GetTokensFromRefreshToken(t.Context(), in)
	if err != nil || out.AuthenticationResult.AccessToken == "" || out.AuthenticationResult.RefreshToken != "" {
		t.Errorf("GetTokensFromRefreshToken: got %+v, %v, want tokens but no refresh token", out, err)
	}
}

func TestRevokeToken(t *testing.T) {
	a := newSignIns(t)
	out := a.signIn(t, a.public)
	in := &cognito.RevokeTokenRequest{ClientID: a.public, Token: out.RefreshToken}
	for range 2 { // repeating it is no error
		_, err := a.RevokeToken(t.Context(), in)
		wantErr(t, "RevokeToken", err, nil)
	}
	_, err := a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: out.AccessToken})
	refuses(t, "GetUser", "revoked", err, idp.ErrAccessTokenRevoked)
	a.now = a.now.Add(31 * 24 * time.Hour)
	_, err = a.RevokeToken(t.Context(), in)
	wantErr(t, "RevokeToken(expired)", err, nil)
}

func TestRevokeTokenRefuses(t *testing.T) {
	a := newSignIns(t)
	out := a.signIn(t, a.public)
	c, token := a.confidential(t, signInFlows)
	off := a.client(t, a.poolID, `"EnableTokenRevocation":false`).ClientID
	for _, tt := range []struct {
		name                     string
		clientID, secret, tokens string
		want                     *idp.Error
	}{
		{"access token", a.public, "", out.AccessToken, idp.ErrTokenTypeUnsupported},
		{"garbage", a.public, "", "x", idp.ErrTokenTypeUnsupported},
		{"token of another client", a.public, "", token, idp.ErrRevocationUnauthorized},
		{"no secret", c.ClientID, "", token, idp.ErrRevocationUnauthorized},
		{"wrong secret", c.ClientID, "x", token, idp.ErrRevocationUnauthorized},
		{"revocation off", off, "", out.RefreshToken, idp.ErrRevocationDisabled},
	} {
		_, err := a.RevokeToken(t.Context(), &cognito.RevokeTokenRequest{ClientID: tt.clientID, ClientSecret: tt.secret, Token: tt.tokens})
		refuses(t, "RevokeToken", tt.name, err, tt.want)
	}
	_, err := a.RevokeToken(t.Context(), &cognito.RevokeTokenRequest{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Token: token})
	wantErr(t, "RevokeToken with the secret", err, nil)
}

// It ends the sign-ins of every client, and with them its own token.
func TestGlobalSignOut(t *testing.T) {
	a := newSignIns(t)
	one, two := a.signIn(t, a.public), a.signIn(t, a.client(t, a.poolID, signInFlows).ClientID)
	in := &cognito.GlobalSignOutRequest{AccessToken: one.AccessToken}
	_, err := a.GlobalSignOut(t.Context(), in)
	wantErr(t, "GlobalSignOut", err, nil)
	_, err = a.GlobalSignOut(t.Context(), in)
	refuses(t, "GlobalSignOut", "again", err, idp.ErrAccessTokenRevoked)
	_, err = a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: two.AccessToken})
	refuses(t, "GetUser", "signed out", err, idp.ErrAccessTokenRevoked)
	_, err = a.InitiateAuth(t.Context(), &cognito.InitiateAuthRequest{
		ClientID: a.public, AuthFlow: cognito.AuthFlowRefreshTokenAuth, AuthParameters: map[string]string{"REFRESH_TOKEN": one.RefreshToken},
	})
	refuses(t, "InitiateAuth", "refresh after signing out", err, idp.ErrRefreshTokenRevoked)
	a.signIn(t, a.public)
}

// The operation declares no UserNotFoundException.
func TestGlobalSignOutDeleted(t *testing.T) {
	a := newSignIns(t)
	out := a.signIn(t, a.public)
	err := a.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserRequest{UserPoolID: a.poolID, Username: "ada"})
	wantErr(t, "AdminDeleteUser", err, nil)
	_, err = a.GlobalSignOut(t.Context(), &cognito.GlobalSignOutRequest{AccessToken: out.AccessToken})
	refuses(t, "GlobalSignOut", "deleted user", err, idp.ErrAccessTokenRevoked)
}

func TestAdminUserGlobalSignOut(t *testing.T) {
	a := newSignIns(t)
	out := a.signIn(t, a.public)
	in := &cognito.AdminUserGlobalSignOutRequest{UserPoolID: a.poolID, Username: "ada"}
	for range 2 { // repeating it is no error
		_, err := a.AdminUserGlobalSignOut(t.Context(), in)
		wantErr(t, "AdminUserGlobalSignOut", err, nil)
	}
	_, err := a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: out.AccessToken})
	refuses(t, "GetUser", "signed out", err, idp.ErrAccessTokenRevoked)
	in.Username = "nobody"
	_, err = a.AdminUserGlobalSignOut(t.Context(), in)
	refuses(t, "AdminUserGlobalSignOut", "no user", err, errNoUser)
	in.UserPoolID = gone
	_, err = a.AdminUserGlobalSignOut(t.Context(), in)
	refuses(t, "AdminUserGlobalSignOut", "no pool", err, errPoolGone)
}
