package signin_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/srp"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// session is what functions are told of the challenges before.
type session []struct {
	ChallengeName     string
	ChallengeResult   bool
	ChallengeMetadata *string
}

// riddle makes a service whose functions ask for the sum of two numbers until
// it is right, three times at most. decide, if not nil, answers for
// DefineAuthChallenge.
func riddle(t *testing.T, decide func(session) map[string]any) *fixture {
	t.Helper()
	f := newService(t, functions(cognito.LambdaConfigType{
		DefineAuthChallenge: lambdatest.ARN("define"), CreateAuthChallenge: lambdatest.ARN("create"), VerifyAuthChallengeResponse: lambdatest.ARN("verify"),
	}))
	if decide == nil {
		decide = untilRight
	}
	f.lambda.Handle("define", func(event map[string]any) (any, error) {
		text, err := json.Marshal(event["request"].(map[string]any)["session"])
		if err != nil {
			return nil, err
		}
		var s session
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, err
		}
		event["response"] = decide(s)
		return event, nil
	})
	f.lambda.Handle("create", func(event map[string]any) (any, error) {
		event["response"] = map[string]any{
			"publicChallengeParameters":  map[string]any{"question": "2 + 3"},
			"privateChallengeParameters": map[string]any{"sum of both": "5"},
			"challengeMetadata":          "SUM",
		}
		return event, nil
	})
	f.lambda.Handle("verify", func(event map[string]any) (any, error) {
		request := event["request"].(map[string]any)
		right := request["challengeAnswer"] == request["privateChallengeParameters"].(map[string]any)["sum of both"]
		event["response"] = map[string]any{"answerCorrect": right}
		return event, nil
	})
	return f
}

func untilRight(s session) map[string]any {
	switch {
	case len(s) > 0 && s[len(s)-1].ChallengeResult:
		return map[string]any{"issueTokens": true, "failAuthentication": false}
	case len(s) >= 3:
		return map[string]any{"issueTokens": false, "failAuthentication": true}
	}
	return map[string]any{"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false}
}

// customClient makes a client that allows custom challenges.
func (f *fixture) customClient(change ...func(*cognito.CreateUserPoolClientRequest)) *catalog.Client {
	return f.client(append([]func(*cognito.CreateUserPoolClientRequest){flows(
		cognito.ExplicitAuthFlowsAllowCustomAuth, cognito.ExplicitAuthFlowsAllowUserPasswordAuth, cognito.ExplicitAuthFlowsAllowUserSrpAuth,
	)}, change...)...)
}

// custom begins a custom sign-in, which must lead to a custom challenge.
func (f *fixture) custom(c signin.Caller, username string) *signin.Result {
	f.t.Helper()
	r, err := f.initiate(c, cognito.AuthFlowCustomAuth, "USERNAME", username)
	wantCustom(f.t, "InitiateAuth", r, err)
	return r
}

func wantCustom(t testing.TB, call string, r *signin.Result, err error) {
	t.Helper()
	if err != nil || r.Challenge != cognito.ChallengeNameCustomChallenge || r.Session == "" {
		t.Fatalf("%s: got %+v, %v, want CUSTOM_CHALLENGE", call, r, err)
	}
}

// reply answers a custom challenge.
func (f *fixture) reply(c signin.Caller, r *signin.Result, answer string) (*signin.Result, error) {
	f.t.Helper()
	return f.answer(signin.Answer{Caller: c, Challenge: cognito.ChallengeNameCustomChallenge, Session: r.Session,
		Responses: pairs("USERNAME", r.Parameters["USERNAME"], "ANSWER", answer)})
}

func TestCustomChallenge(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient()
	f.user(c, "ada")
	for _, caller := range []signin.Caller{by(c), admin(c)} {
		r := f.custom(caller, "ada")
		if diff := cmp.Diff(map[string]string{"USERNAME": "ada", "question": "2 + 3"}, r.Parameters); diff != "" {
			t.Errorf("ChallengeParameters (-want +got):\n%s", diff)
		}
		r, err := f.reply(caller, r, "5")
		wantTokens(t, "RespondToAuthChallenge", r, err)
	}
}

// A wrong answer leads to another challenge as long as the function says so,
// and the events carry every round.
func TestCustomChallengeRounds(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient()
	f.user(c, "ada")
	r := f.custom(by(c), "ada")
	r, err := f.reply(by(c), r, "4")
	wantCustom(t, "RespondToAuthChallenge with a wrong answer", r, err)
	if got, want := f.member("create", "session"), `[{"challengeName":"CUSTOM_CHALLENGE","challengeResult":false,"challengeMetadata":"SUM"}]`; !sameJSON(got, want) {
		t.Errorf("session of CreateAuthChallenge: got %s, want %s", got, want)
	}
	r, err = f.reply(by(c), r, "6")
	wantCustom(t, "RespondToAuthChallenge with a second wrong answer", r, err)
	_, err = f.reply(by(c), r, "7")
	wantErr(t, "RespondToAuthChallenge with a third wrong answer", err, idp.ErrIncorrectUsernameOrPassword)
	_, err = f.reply(by(c), r, "5")
	wantErr(t, "RespondToAuthChallenge with the right answer, too late", err, idp.ErrSessionSpent)
}

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && cmp.Equal(x, y)
}

// A wrong answer does not lock the password.
func TestCustomChallengeIsNoPassword(t *testing.T) {
	f := riddle(t, func(s session) map[string]any {
		return map[string]any{"failAuthentication": len(s) > 0, "challengeName": "CUSTOM_CHALLENGE"}
	})
	c := f.customClient()
	f.user(c, "ada")
	for range 8 {
		_, err := f.reply(by(c), f.custom(by(c), "ada"), "4")
		wantErr(t, "RespondToAuthChallenge", err, idp.ErrIncorrectUsernameOrPassword)
	}
	f.signedIn(c, "ada", goodPassword)
}

// The lockout of passwords does not keep anybody from custom challenges.
func TestCustomChallengeDuringLockout(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient()
	f.user(c, "ada")
	for range 5 {
		_, err := f.password(c, "ada", wrongPassword)
		wantErr(t, "InitiateAuth", err, idp.ErrIncorrectUsernameOrPassword)
	}
	_, err := f.password(c, "ada", goodPassword)
	wantErr(t, "InitiateAuth during the lock", err, idp.ErrPasswordAttemptsExceeded)
	r, err := f.reply(by(c), f.custom(by(c), "ada"), "5")
	wantTokens(t, "RespondToAuthChallenge during the lock", r, err)
}

// A name without a user gets the same challenges and never tokens.
func TestCustomChallengeOfNobody(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient(hiding)
	r := f.custom(by(c), "nobody")
	if diff := cmp.Diff(map[string]string{"USERNAME": "nobody", "question": "2 + 3"}, r.Parameters); diff != "" {
		t.Errorf("ChallengeParameters (-want +got):\n%s", diff)
	}
	for _, function := range []string{"define", "create"} {
		if got := f.member(function, "userNotFound"); got != "true" {
			t.Errorf("userNotFound of %s: got %q, want true", function, got)
		}
	}
	again, err := f.reply(by(c), r, "4")
	wantCustom(t, "RespondToAuthChallenge with a wrong answer", again, err)
	_, err = f.reply(by(c), r, "5")
	wantErr(t, "RespondToAuthChallenge with a spent session", err, idp.ErrSessionSpent)
	_, err = f.reply(by(c), again, "5")
	wantErr(t, "RespondToAuthChallenge with the right answer", err, idp.ErrIncorrectUsernameOrPassword)

	open := f.customClient()
	_, err = f.initiate(by(open), cognito.AuthFlowCustomAuth, "USERNAME", "nobody")
	wantErr(t, "InitiateAuth where existence is not hidden", err, idp.ErrUserNotFound)
}

// Only who has passed every challenge learns the state of the account.
func TestCustomChallengeStates(t *testing.T) {
	tests := []struct {
		name  string
		state func(*idp.User)
		want  error
	}{
		{"unconfirmed", status(cognito.UserStatusUnconfirmed), idp.ErrUserNotConfirmed},
		{"reset required", status(cognito.UserStatusResetRequired), idp.ErrPasswordResetRequired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := riddle(t, nil)
			c := f.customClient(hiding)
			f.alter(f.user(c, "ada"), tt.state)
			_, err := f.reply(by(c), f.custom(by(c), "ada"), "5")
			wantErr(t, "RespondToAuthChallenge", err, tt.want)
		})
	}
}

// Who is disabled meanwhile is told so, and gets nothing.
func TestCustomChallengeDisabledMeanwhile(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient()
	u := f.user(c, "ada")
	r := f.custom(by(c), "ada")
	f.alter(u, disabled)
	_, err := f.reply(by(c), r, "5")
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrUserDisabled)
}

func TestCustomChallengeSession(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient()
	f.user(c, "ada")
	f.user(c, "grace")
	r := f.custom(by(c), "ada")
	_, err := f.reply(by(c), r, "")
	wantErr(t, "RespondToAuthChallenge without ANSWER", err, idp.InvalidParameter("Missing required parameter ANSWER"))
	_, err = f.answer(signin.Answer{Caller: by(c), Challenge: r.Challenge, Responses: pairs("USERNAME", "ada", "ANSWER", "5")})
	wantErr(t, "RespondToAuthChallenge without Session", err, idp.InvalidParameter("Missing required parameter Session"))
	_, err = f.answer(signin.Answer{Caller: by(c), Challenge: r.Challenge, Session: r.Session, Responses: pairs("USERNAME", "grace", "ANSWER", "5")})
	wantErr(t, "RespondToAuthChallenge of another user", err, idp.ErrSessionInvalid)
	_, err = f.reply(by(f.customClient()), r, "5")
	wantErr(t, "RespondToAuthChallenge of another client", err, idp.ErrSessionInvalid)
	f.advance(3 * time.Minute)
	_, err = f.reply(by(c), r, "5")
	wantErr(t, "RespondToAuthChallenge after the session's life", err, idp.ErrSessionExpired)
}

// Functions get the metadata of the answer, never that of InitiateAuth.
func TestCustomChallengeMetadata(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient()
	f.user(c, "ada")
	r, err := f.initiateWith(signin.Initiate{Caller: by(c), Flow: cognito.AuthFlowCustomAuth,
		Parameters: pairs("USERNAME", "ada"), Metadata: map[string]string{"k": "first"}})
	wantCustom(t, "InitiateAuth", r, err)
	for _, function := range []string{"define", "create"} {
		if got := f.member(function, "clientMetadata"); got != "" {
			t.Errorf("clientMetadata of %s: got %s, want none", function, got)
		}
	}
	_, err = f.answer(signin.Answer{Caller: by(c), Challenge: r.Challenge, Session: r.Session,
		Responses: pairs("USERNAME", "ada", "ANSWER", "4"), Metadata: map[string]string{"k": "second"}})
	wantErr(t, "RespondToAuthChallenge", err, nil)
	for _, function := range []string{"define", "create", "verify"} {
		if got := f.member(function, "clientMetadata"); got != `{"k":"second"}` {
			t.Errorf("clientMetadata of %s: got %s, want that of the answer", function, got)
		}
	}
}

// A function that fails ends the step, with its own words, and leaves the
// session to be answered again.
func TestCustomChallengeFunctionFails(t *testing.T) {
	for _, function := range []string{"define", "create", "verify"} {
		t.Run(function, func(t *testing.T) {
			f := riddle(t, nil)
			c := f.customClient()
			f.user(c, "ada")
			r := f.custom(by(c), "ada")
			f.lambda.Handle(function, func(map[string]any) (any, error) { return nil, errors.New("out of riddles") })
			_, err := f.reply(by(c), r, "4")
			name := map[string]string{"define": "DefineAuthChallenge", "create": "CreateAuthChallenge", "verify": "VerifyAuthChallengeResponse"}[function]
			wantErr(t, "RespondToAuthChallenge", err, trigger.ErrThrown(name, "out of riddles"))
		})
	}
}

// A challenge that cannot come now is a slip of the function.
func TestCustomChallengeImpossible(t *testing.T) {
	for _, name := range []string{"PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "SMS_MFA"} {
		f := riddle(t, func(session) map[string]any { return map[string]any{"challengeName": name} })
		c := f.customClient()
		f.user(c, "ada")
		_, err := f.initiate(by(c), cognito.AuthFlowCustomAuth, "USERNAME", "ada")
		wantErr(t, "InitiateAuth with "+name, err, trigger.ErrInvalidResponse)
	}
}

// A function that never ends a sign-in is ended.
func TestCustomChallengeTooManyRounds(t *testing.T) {
	f := riddle(t, func(session) map[string]any { return map[string]any{"challengeName": "CUSTOM_CHALLENGE"} })
	c := f.customClient()
	f.user(c, "ada")
	r := f.custom(by(c), "ada")
	var err error
	rounds := 0
	for ; err == nil && rounds < 100; rounds++ {
		r, err = f.reply(by(c), r, "4")
	}
	wantErr(t, fmt.Sprintf("RespondToAuthChallenge, round %d", rounds), err, idp.ErrIncorrectUsernameOrPassword)
}

func TestCustomFlowRefuses(t *testing.T) {
	f := newService(t, functions(cognito.LambdaConfigType{DefineAuthChallenge: lambdatest.ARN("define")}))
	c := f.customClient()
	f.user(c, "ada")
	_, err := f.initiate(by(c), cognito.AuthFlowCustomAuth, "USERNAME", "ada")
	wantErr(t, "InitiateAuth without all functions", err, idp.InvalidParameter("Custom auth lambda trigger is not configured for the user pool."))
	f = riddle(t, nil)
	c = f.customClient()
	_, err = f.initiate(by(c), cognito.AuthFlowCustomAuth)
	wantErr(t, "InitiateAuth without USERNAME", err, idp.InvalidParameter("Missing required parameter USERNAME"))
	_, err = f.initiate(by(c), cognito.AuthFlowCustomAuth, "USERNAME", "ada", "CHALLENGE_NAME", "SMS_MFA")
	wantErr(t, "InitiateAuth with another first challenge", err, idp.InvalidParameter("CHALLENGE_NAME must be SRP_A."))
	_, err = f.initiate(by(c), cognito.AuthFlowCustomAuth, "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A")
	wantErr(t, "InitiateAuth without SRP_A", err, idp.InvalidParameter("Missing required parameter SRP_A"))
	_, err = f.initiate(by(f.client()), cognito.AuthFlowCustomAuth, "USERNAME", "ada")
	wantErr(t, "InitiateAuth of a client without the flow", err, idp.InvalidParameter("CUSTOM_AUTH is not enabled for the client."))
}

// A sign-in that begins with the password proves it inside the session, and
// the function hears of both rounds before it asks for more.
func TestCustomChallengeAfterPassword(t *testing.T) {
	f := riddle(t, func(s session) map[string]any {
		switch len(s) {
		case 1:
			return map[string]any{"challengeName": "PASSWORD_VERIFIER"}
		case 2:
			return map[string]any{"challengeName": "CUSTOM_CHALLENGE"}
		}
		return map[string]any{"issueTokens": s[2].ChallengeResult, "failAuthentication": !s[2].ChallengeResult}
	})
	c := f.customClient()
	f.user(c, "ada")
	begin := func() *exchange {
		e := &exchange{client: srp.NewClient(nil), caller: by(c)}
		r, err := f.initiate(by(c), cognito.AuthFlowCustomAuth, "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", e.client.SRPA())
		if err != nil || r.Challenge != cognito.ChallengeNamePasswordVerifier || r.Session == "" {
			t.Fatalf("InitiateAuth: got %+v, %v, want PASSWORD_VERIFIER with a session", r, err)
		}
		e.Result = r
		return e
	}
	e := begin()
	in := e.prove(goodPassword, f.clock())
	_, err := f.answer(in)
	wantErr(t, "RespondToAuthChallenge without Session", err, idp.InvalidParameter("Missing required parameter Session"))
	in.Session = e.Session
	r, err := f.answer(in)
	wantCustom(t, "RespondToAuthChallenge with the password", r, err)
	want := `[{"challengeName":"SRP_A","challengeResult":true,"challengeMetadata":null},{"challengeName":"PASSWORD_VERIFIER","challengeResult":true,"challengeMetadata":null}]`
	if got := f.member("create", "session"); !sameJSON(got, want) {
		t.Errorf("session of CreateAuthChallenge: got %s, want %s", got, want)
	}
	r, err = f.reply(by(c), r, "5")
	wantTokens(t, "RespondToAuthChallenge with the answer", r, err)

	e = begin()
	in = e.prove(wrongPassword, f.clock())
	in.Session = e.Session
	_, err = f.answer(in)
	wantErr(t, "RespondToAuthChallenge with a wrong password", err, idp.ErrIncorrectUsernameOrPassword)
}

// Of two right answers to one challenge exactly one gets tokens.
func TestCustomChallengeRace(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient()
	f.user(c, "ada")
	r := f.custom(by(c), "ada")
	outcomes := make(chan error, 4)
	for range cap(outcomes) {
		go func() {
			_, err := f.Answer(t.Context(), signin.Answer{Caller: by(c), Challenge: r.Challenge, Session: r.Session,
				Responses: pairs("USERNAME", "ada", "ANSWER", "5")})
			outcomes <- err
		}()
	}
	var all []error
	for range cap(outcomes) {
		all = append(all, <-outcomes)
	}
	won := len(slices.DeleteFunc(all, func(err error) bool { return err != nil }))
	if won != 1 {
		t.Errorf("%d of %d answers got tokens, want 1", won, cap(outcomes))
	}
}

// What the app must not see stays with the service.
func TestCustomChallengeKeepsPrivateParameters(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient()
	f.user(c, "ada")
	r := f.custom(by(c), "ada")
	if _, ok := r.Parameters["sum of both"]; ok {
		t.Errorf("InitiateAuth: got parameters %v, want no private ones", r.Parameters)
	}
	_, sealed, _ := strings.Cut(r.Session, ".")
	state, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		t.Fatalf("InitiateAuth: session %q: %v", r.Session, err)
	}
	if strings.Contains(string(state), "sum of both") {
		t.Errorf("InitiateAuth: a session shows its private parameters")
	}
}
