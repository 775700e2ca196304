package signin_test

import (
	"testing"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/store"
	"rockpool/internal/token"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// machine makes a client that gets tokens of its own, for a shop.
func (f *fixture) machine(scopes ...string) *catalog.Client {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		return tx.CreateResourceServer(&idp.ResourceServer{PoolID: poolID, Identifier: "shop", Name: "Shop", Scopes: []*cognito.ResourceServerScopeType{
			{ScopeName: "read", ScopeDescription: "See"}, {ScopeName: "write", ScopeDescription: "Change"},
		}})
	})
	return f.client(withSecret, flows(cognito.ExplicitAuthFlowsAllowClientTokenAuth), func(in *cognito.CreateUserPoolClientRequest) {
		in.AllowedOAuthScopes = scopes
	})
}

// clientToken asks for a token and checks that the operation declares its
// error.
func (f *fixture) clientToken(c *catalog.Client, scopes ...string) (*token.ClientToken, error) {
	f.t.Helper()
	out, err := f.ClientToken(f.t.Context(), signin.ClientToken{Client: c, Scopes: scopes, Metadata: map[string]string{"k": "v"}})
	declared(f.t, "GetClientToken", err)
	return out, err
}

func preToken(version cognito.PreTokenGenerationLambdaVersionType) func(*cognito.CreateUserPoolRequest) {
	return functions(cognito.LambdaConfigType{PreTokenGenerationConfig: &cognito.PreTokenGenerationVersionConfigType{
		LambdaARN: lambdatest.ARN("token"), LambdaVersion: version,
	}})
}

// All scopes of a client are those of resource servers; without any, its token
// has none.
func TestClientTokenScopes(t *testing.T) {
	for _, tt := range []struct {
		has  []string
		want any
	}{
		{nil, nil},
		{[]string{"openid", "aws.cognito.signin.user.admin"}, nil},
		{[]string{"openid", "shop/write", "shop/read"}, "shop/write shop/read"},
		{[]string{"shop/gone"}, nil},
	} {
		f := newService(t)
		out, err := f.clientToken(f.machine(tt.has...))
		if err != nil {
			t.Fatalf("ClientToken: %v", err)
		}
		if got := claims(t, out.AccessToken)["scope"]; got != tt.want {
			t.Errorf("scope of a client with %v: got %v, want %v", tt.has, got, tt.want)
		}
	}
}

func TestClientTokenFlow(t *testing.T) {
	f := newService(t)
	off := idp.NotAuthorized("ALLOW_CLIENT_TOKEN_AUTH is not enabled for the client.")
	m := cognito.ExplicitAuthFlowsAllowClientTokenAuth
	for name, list := range map[string][]cognito.ExplicitAuthFlowsType{
		"none":               nil,
		"those of users":     {cognito.ExplicitAuthFlowsAllowUserPasswordAuth},
		"beside those":       {m, cognito.ExplicitAuthFlowsAllowUserPasswordAuth},
		"itself more often":  {m, m},
		"without its secret": {m},
	} {
		c := f.client(withSecret)
		copied := *c.Client
		copied.Settings.ExplicitAuthFlows = list
		if name == "without its secret" {
			copied.Secrets = nil
		}
		_, err := f.clientToken(&catalog.Client{Client: &copied, Pool: c.Pool})
		wantErr(t, "ClientToken, flow "+name, err, off)
	}
}

// No user signs in with a client that gets tokens of its own.
func TestClientTokenClientHasNoUsers(t *testing.T) {
	f := newService(t)
	f.user(f.client(), "ada")
	c := f.machine()
	_, err := f.initiate(by(c), cognito.AuthFlowUserPasswordAuth, "USERNAME", "ada", "PASSWORD", goodPassword, "SECRET_HASH", hash(c, "ada"))
	wantErr(t, "InitiateAuth", err, idp.InvalidParameter("USER_PASSWORD_AUTH flow not enabled for this client"))
	_, err = f.begin(by(c), "ada", "SECRET_HASH", hash(c, "ada"))
	wantErr(t, "InitiateAuth", err, idp.InvalidParameter("USER_SRP_AUTH is not enabled for the client."))
}

// The function sees the scopes that were granted and the metadata, and changes
// the token within its limits.
func TestClientTokenTrigger(t *testing.T) {
	f := newService(t, preToken(cognito.PreTokenGenerationLambdaVersionV30))
	f.lambda.Set("token", lambdatest.Respond(map[string]any{"claimsAndScopeOverrideDetails": map[string]any{
		"accessTokenGeneration": map[string]any{
			"claimsToAddOrOverride": map[string]any{"tier": "gold", "sub": "ada"},
			"scopesToAdd":           []string{"shop/extra", "aws.cognito.signin.user.admin"},
			"scopesToSuppress":      []string{"shop/read"},
		},
	}}))
	c := f.machine("shop/read", "shop/write")
	out, err := f.clientToken(c)
	if err != nil {
		t.Fatalf("ClientToken: %v", err)
	}
	got := claims(t, out.AccessToken)
	if got["tier"] != "gold" || got["sub"] != c.ID || got["scope"] != "shop/write shop/extra" {
		t.Errorf("claims: got %v", got)
	}
	e := f.event("token")
	if e.TriggerSource != "TokenGeneration_ClientCredentials" || e.UserName != "ClientCredentials" || e.CallerContext.ClientID != c.ID {
		t.Errorf("event: got %+v", e)
	}
	for key, want := range map[string]string{
		"scopes": `["shop/read","shop/write"]`, "clientMetadata": `{"k":"v"}`, "userAttributes": `{}`, "groupConfiguration": "",
	} {
		if got := f.member("token", key); got != want {
			t.Errorf("%s of the event: got %s, want %s", key, got, want)
		}
	}
}

// Only version V3_0 of the function is asked about tokens of clients.
func TestClientTokenOldTrigger(t *testing.T) {
	f := newService(t, preToken(cognito.PreTokenGenerationLambdaVersionV20))
	f.lambda.Set("token", lambdatest.Throw("Error", "no"))
	if _, err := f.clientToken(f.machine()); err != nil || f.lambda.Calls("token") > 0 {
		t.Errorf("ClientToken: got %v after %d calls, want a token after 0", err, f.lambda.Calls("token"))
	}
}

// The operation declares no error for functions, so that theirs come under
// another name, with the same message.
func TestClientTokenTriggerFails(t *testing.T) {
	for name, tt := range map[string]struct {
		does lambdatest.Behaviour
		want string
	}{
		"throws":            {lambdatest.Throw("Error", "not today"), trigger.ErrThrown("PreTokenGeneration", "not today").Message},
		"answers something": {lambdatest.Raw([]byte(`"x"`)), trigger.ErrInvalidResponse.Message},
	} {
		t.Run(name, func(t *testing.T) {
			f := newService(t, preToken(cognito.PreTokenGenerationLambdaVersionV30))
			f.lambda.Set("token", tt.does)
			_, err := f.clientToken(f.machine())
			wantErr(t, "ClientToken", err, idp.InvalidParameter(tt.want))
		})
	}
}
