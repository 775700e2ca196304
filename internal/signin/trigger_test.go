package signin_test

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// watched makes a service whose triggers of signing in all note that they ran.
func watched(t *testing.T, change ...func(*cognito.CreateUserPoolRequest)) (f *fixture, order func() []string) {
	t.Helper()
	f = newService(t, append(change, functions(cognito.LambdaConfigType{
		PreAuthentication: lambdatest.ARN("pre"), PostAuthentication: lambdatest.ARN("post"), PreTokenGeneration: lambdatest.ARN("token"),
	}))...)
	var mu sync.Mutex
	var ran []string
	for _, name := range []string{"pre", "post", "token"} {
		f.lambda.Handle(name, func(event map[string]any) (any, error) {
			mu.Lock()
			defer mu.Unlock()
			ran = append(ran, event["triggerSource"].(string))
			return event, nil
		})
	}
	return f, func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := ran
		ran = nil
		return out
	}
}

// event is the newest event that a function got.
func (f *fixture) event(name string) (e struct {
	UserName      string
	TriggerSource string
	CallerContext struct{ ClientID string }
	Request       map[string]json.RawMessage
}) {
	f.t.Helper()
	events := f.lambda.Events(name)
	if len(events) == 0 {
		f.t.Fatalf("the function %s did not run", name)
	}
	if err := json.Unmarshal(events[len(events)-1], &e); err != nil {
		f.t.Fatal(err)
	}
	return e
}

// member is a member of an event's request as text, empty if it is absent or
// null.
func (f *fixture) member(name, key string) string {
	f.t.Helper()
	if v := string(f.event(name).Request[key]); v != "null" {
		return v
	}
	return ""
}

// Which functions a step runs, in which order, and whom they get the metadata
// of.
func TestTriggers(t *testing.T) {
	f, order := watched(t)
	c := f.client()
	f.user(c, "ada", "email", "ada@example.com")
	f.invited(c, "grace")
	metadata := map[string]string{"k": "v"}
	check := func(step string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, order()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
	}
	shown := func(step, function, key, want string) {
		t.Helper()
		if got := f.member(function, key); got != want {
			t.Errorf("%s: %s of %s: got %s, want %q", step, key, function, got, want)
		}
	}
	const pre, post = "PreAuthentication_Authentication", "PostAuthentication_Authentication"

	_, err := f.initiateWith(signin.Initiate{Caller: by(c), Flow: cognito.AuthFlowUserPasswordAuth,
		Parameters: pairs("USERNAME", "ada", "PASSWORD", goodPassword), Metadata: metadata})
	wantErr(t, "InitiateAuth", err, nil)
	check("InitiateAuth(USER_PASSWORD_AUTH)", pre, post, "TokenGeneration_Authentication")
	shown("InitiateAuth", "pre", "validationData", `{"k":"v"}`)
	shown("InitiateAuth", "pre", "userNotFound", "")
	shown("InitiateAuth", "post", "clientMetadata", "")
	shown("InitiateAuth", "token", "clientMetadata", "")
	if e := f.event("post"); e.UserName != "ada" || e.CallerContext.ClientID != c.ID {
		t.Errorf("PostAuthentication: got user %s and client %s, want ada and %s", e.UserName, e.CallerContext.ClientID, c.ID)
	}
	var attributes map[string]string
	if err := json.Unmarshal([]byte(f.member("post", "userAttributes")), &attributes); err != nil {
		t.Fatal(err)
	}
	if attributes["email"] != "ada@example.com" || attributes["cognito:user_status"] != "CONFIRMED" || attributes["sub"] == "" {
		t.Errorf("PostAuthentication: got attributes %v", attributes)
	}

	e := f.begun(by(c), "ada")
	check("InitiateAuth(USER_SRP_AUTH)", pre)
	in := e.prove(goodPassword, f.clock())
	in.Metadata = metadata
	r, err := f.answer(in)
	wantTokens(t, "RespondToAuthChallenge", r, err)
	check("RespondToAuthChallenge(PASSWORD_VERIFIER)", post, "TokenGeneration_Authentication")
	shown("RespondToAuthChallenge", "post", "clientMetadata", `{"k":"v"}`)
	shown("RespondToAuthChallenge", "token", "clientMetadata", `{"k":"v"}`)

	in = f.challenged(c, "grace")
	check("InitiateAuth with a temporary password", pre)
	in.Metadata = metadata
	_, err = f.answer(in)
	wantErr(t, "RespondToAuthChallenge", err, nil)
	check("RespondToAuthChallenge(NEW_PASSWORD_REQUIRED)", post, "TokenGeneration_NewPasswordChallenge")
	shown("RespondToAuthChallenge", "post", "clientMetadata", `{"k":"v"}`)
	shown("RespondToAuthChallenge", "token", "clientMetadata", `{"k":"v"}`)

	_, err = f.initiateWith(signin.Initiate{Caller: by(c), Flow: cognito.AuthFlowRefreshTokenAuth,
		Parameters: pairs("REFRESH_TOKEN", r.Tokens.RefreshToken), Metadata: metadata})
	wantErr(t, "InitiateAuth(REFRESH_TOKEN_AUTH)", err, nil)
	check("InitiateAuth(REFRESH_TOKEN_AUTH)", "TokenGeneration_RefreshTokens")
	shown("InitiateAuth(REFRESH_TOKEN_AUTH)", "token", "clientMetadata", "")
	_, err = f.Refresh(t.Context(), signin.Refresh{Caller: by(c), RefreshToken: r.Tokens.RefreshToken, Metadata: metadata})
	wantErr(t, "GetTokensFromRefreshToken", err, nil)
	check("GetTokensFromRefreshToken", "TokenGeneration_RefreshTokens")
	shown("GetTokensFromRefreshToken", "token", "clientMetadata", `{"k":"v"}`)

	_, err = f.password(c, "ada", wrongPassword)
	wantErr(t, "InitiateAuth(wrong password)", err, idp.ErrIncorrectUsernameOrPassword)
	check("InitiateAuth(wrong password)", pre)
	_, err = f.password(c, "nobody", goodPassword)
	wantErr(t, "InitiateAuth(unknown)", err, idp.ErrUserNotFound)
	check("InitiateAuth(unknown)")
}

// Where it is hidden who exists, the function learns it.
func TestPreAuthenticationUserNotFound(t *testing.T) {
	f, _ := watched(t)
	c := f.client(hiding)
	f.user(c, "ada")
	for name, want := range map[string]string{"ada": "false", "nobody": "true"} {
		_, err := f.password(c, name, wrongPassword)
		wantErr(t, "InitiateAuth("+name+")", err, idp.ErrIncorrectUsernameOrPassword)
		if got := f.member("pre", "userNotFound"); got != want || f.event("pre").UserName != name {
			t.Errorf("PreAuthentication of %s: got userNotFound %s and name %s, want %s", name, got, f.event("pre").UserName, want)
		}
		f.begun(by(c), name)
		if got := f.member("pre", "userNotFound"); got != want {
			t.Errorf("PreAuthentication of %s, SRP: got userNotFound %s, want %s", name, got, want)
		}
	}
}

// A function that refuses leaves no tokens and no new password behind.
func TestTriggersRefuse(t *testing.T) {
	for name, shown := range map[string]string{"pre": "PreAuthentication", "post": "PostAuthentication", "token": "PreTokenGeneration"} {
		t.Run(shown, func(t *testing.T) {
			f, _ := watched(t)
			c := f.client()
			f.user(c, "ada")
			f.invited(c, "grace")
			tokens := f.signedIn(c, "ada", goodPassword)
			e, in := f.begun(by(c), "ada"), f.challenged(c, "grace")
			f.lambda.Set(name, lambdatest.Throw("Error", "no"))
			refused := trigger.ErrThrown(shown, "no")
			families := f.families("ada")

			_, err := f.password(c, "ada", goodPassword)
			wantErr(t, "InitiateAuth(USER_PASSWORD_AUTH)", err, refused)
			if name == "token" {
				_, err = f.refreshed(c, tokens.RefreshToken)
				wantErr(t, "InitiateAuth(REFRESH_TOKEN_AUTH)", err, refused)
			}
			if name != "pre" {
				_, err = f.answer(e.prove(goodPassword, f.clock()))
				wantErr(t, "RespondToAuthChallenge(PASSWORD_VERIFIER)", err, refused)
				_, err = f.answer(in)
				wantErr(t, "RespondToAuthChallenge(NEW_PASSWORD_REQUIRED)", err, refused)
			}
			if got := f.families("ada"); got != families {
				t.Errorf("a refused sign-in left %d token families", got-families)
			}
			if u := f.get(c, "grace"); u.Status != cognito.UserStatusForceChangePassword {
				t.Errorf("grace is %s after a refused answer, want FORCE_CHANGE_PASSWORD", u.Status)
			}
			if n := f.attempts("ada").Count; n != 0 {
				t.Errorf("a refusal of %s counted as %d wrong passwords, want 0", shown, n)
			}
			f.lambda.Set(name, lambdatest.Echo())
			_, err = f.answer(e.prove(goodPassword, f.clock()))
			wantErr(t, "RespondToAuthChallenge when the function agrees", err, nil)
			_, err = f.answer(in)
			wantErr(t, "RespondToAuthChallenge when the function agrees", err, nil)
		})
	}
}

// families counts the sign-ins on record that gave tokens, of which there is
// one event each.
func (f *fixture) families(username string) int {
	f.t.Helper()
	n := 0
	for _, e := range f.events(username) {
		err := f.store.View(f.t.Context(), func(tx store.Tx) error {
			_, err := tx.Family(poolID, e.ID)
			return err
		})
		if err == nil {
			n++
		}
	}
	return n
}

func TestTriggersThatCannotRun(t *testing.T) {
	f, _ := watched(t)
	c := f.client()
	f.user(c, "ada")
	f.lambda.Set("pre", lambdatest.AccessDenied())
	_, err := f.password(c, "ada", goodPassword)
	wantErr(t, "InitiateAuth", err, trigger.ErrInvocation("PreAuthentication", "AccessDeniedException"))
	f.lambda.Set("pre", lambdatest.Raw([]byte(`{}`)))
	_, err = f.password(c, "ada", goodPassword)
	wantErr(t, "InitiateAuth", err, trigger.ErrInvalidResponse)
}

func TestPreTokenGenerationV1(t *testing.T) {
	f := newService(t, functions(cognito.LambdaConfigType{PreTokenGeneration: lambdatest.ARN("token")}))
	f.lambda.Set("token", lambdatest.Respond(map[string]any{"claimsOverrideDetails": map[string]any{
		"claimsToAddOrOverride": map[string]any{"tier": "gold", "sub": "somebody else"},
		"claimsToSuppress":      []string{"email"},
		"groupOverrideDetails":  map[string]any{"groupsToOverride": []string{"admins"}},
	}}))
	c := f.client()
	u := f.user(c, "ada", "email", "ada@example.com")
	out := f.signedIn(c, "ada", goodPassword)
	access, id := claims(t, out.AccessToken), claims(t, out.IDToken)
	if id["tier"] != "gold" || id["email"] != nil || id["sub"] != u.Sub {
		t.Errorf("ID token: got %v", id)
	}
	if access["tier"] != nil {
		t.Errorf("access token: got %v, want no claim tier", access)
	}
	for _, c := range []map[string]any{access, id} {
		if g, _ := c["cognito:groups"].([]any); !slices.Equal(g, []any{"admins"}) {
			t.Errorf("cognito:groups: got %v, want [admins]", c["cognito:groups"])
		}
	}
}

func TestPreTokenGenerationV2(t *testing.T) {
	f := newService(t, functions(cognito.LambdaConfigType{PreTokenGenerationConfig: &cognito.PreTokenGenerationVersionConfigType{
		LambdaARN: lambdatest.ARN("token"), LambdaVersion: cognito.PreTokenGenerationLambdaVersionV20,
	}}))
	f.lambda.Set("token", lambdatest.Respond(map[string]any{"claimsAndScopeOverrideDetails": map[string]any{
		"idTokenGeneration":     map[string]any{"claimsToAddOrOverride": map[string]any{"n": 7}},
		"accessTokenGeneration": map[string]any{"claimsToAddOrOverride": map[string]any{"list": []string{"a"}}, "scopesToAdd": []string{"api/read"}},
	}}))
	c := f.client()
	f.user(c, "ada")
	out := f.signedIn(c, "ada", goodPassword)
	if got := claims(t, out.IDToken)["n"]; got != 7.0 {
		t.Errorf("claim n of the ID token: got %v, want 7", got)
	}
	access := claims(t, out.AccessToken)
	if list, _ := access["list"].([]any); len(list) != 1 || access["scope"] != "aws.cognito.signin.user.admin api/read" {
		t.Errorf("access token: got %v", access)
	}
	if got := f.member("token", "scopes"); got != `["aws.cognito.signin.user.admin"]` {
		t.Errorf("scopes of the event: got %s", got)
	}
}
