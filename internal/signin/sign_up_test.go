package signin_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/trigger/lambdatest"
)

// byMail makes a pool that confirms e-mail addresses and lets users sign in
// with them.
func byMail(in *cognito.CreateUserPoolRequest) {
	in.AutoVerifiedAttributes = []cognito.VerifiedAttributeType{cognito.VerifiedAttributeEmail}
	allowing(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp)(in)
}

// signingUp makes a service of byMail, a client with USER_AUTH and the letters
// that its users get.
func signingUp(t *testing.T, change ...func(*cognito.CreateUserPoolRequest)) (*fixture, *catalog.Client, *letters) {
	t.Helper()
	f := newService(t, append([]func(*cognito.CreateUserPoolRequest){byMail}, change...)...)
	l := &letters{}
	f.Accounts.Messages = l
	return f, f.client(byChoice), l
}

// signUp signs somebody up and returns the session.
func (f *fixture) signUp(c *catalog.Client, username, password string) string {
	f.t.Helper()
	session := f.NewSignUpSession(c)
	_, err := f.Accounts.SignUp(f.t.Context(), account.SignUp{
		Origin: account.Origin{Client: c}, Username: username, Password: password,
		Attributes: []*cognito.AttributeType{{Name: "email", Value: username + "@example.com"}}, Also: session.Begin,
	})
	if err != nil {
		f.t.Fatalf("SignUp(%s): %v", username, err)
	}
	return session.Handle()
}

// confirmUser confirms a sign-up and returns the session that comes of one.
func (f *fixture) confirmUser(c *catalog.Client, username, code, session string) string {
	f.t.Helper()
	next := f.NextSignUpSession(c, session)
	err := f.Accounts.ConfirmSignUp(f.t.Context(), account.ConfirmSignUp{
		Origin: account.Origin{Client: c}, Username: username, Code: code, Also: next.Confirm,
	})
	if err != nil {
		f.t.Fatalf("ConfirmSignUp(%s): %v", username, err)
	}
	return next.Handle()
}

// enter signs in with a session.
func (f *fixture) enter(c signin.Caller, username, session string, more ...string) (*signin.Result, error) {
	f.t.Helper()
	return f.initiateWith(signin.Initiate{
		Caller: c, Flow: cognito.AuthFlowUserAuth, Session: session, Parameters: pairs(append([]string{"USERNAME", username}, more...)...),
	})
}

// Whoever has just confirmed the account is let in by the session alone.
func TestSignInAfterSignUp(t *testing.T) {
	for name, tt := range map[string]struct {
		password string
		more     []string
	}{
		"without password":   {"", nil},
		"with password":      {goodPassword, nil},
		"preference":         {"", []string{"PREFERRED_CHALLENGE", "EMAIL_OTP"}},
		"another preference": {goodPassword, []string{"PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", wrongPassword}},
	} {
		t.Run(name, func(t *testing.T) {
			f, c, mail := signingUp(t)
			first := f.signUp(c, "ada", tt.password)
			session := f.confirmUser(c, "ada", mail.last(t).Code, first)
			r, err := f.enter(by(c), "ada", session, tt.more...)
			wantTokens(t, "InitiateAuth", r, err)
			_, err = f.enter(by(c), "ada", session)
			wantErr(t, "InitiateAuth again", err, idp.ErrSessionSpent)
			_, err = f.enter(by(c), "ada", first)
			wantErr(t, "InitiateAuth with the session of SignUp", err, idp.ErrSessionSpent)
		})
	}
}

// By itself the session of SignUp proves the password, where there is one, but
// no address.
func TestSignUpSessionBeforeConfirmation(t *testing.T) {
	f, c, _ := signingUp(t)
	_, err := f.enter(by(c), "ada", f.signUp(c, "ada", goodPassword))
	wantErr(t, "InitiateAuth before the confirmation", err, idp.ErrUserNotConfirmed)
	r, err := f.enter(by(c), "grace", f.signUp(c, "grace", ""))
	if err != nil || r.Challenge != cognito.ChallengeNameSelectChallenge {
		t.Errorf("InitiateAuth without a password: got %+v, %v, want SELECT_CHALLENGE", r, err)
	}
}

// A function that confirms the user leaves the password as the proof.
func TestSignInAfterAutomaticConfirmation(t *testing.T) {
	f, c, _ := signingUp(t, functions(cognito.LambdaConfigType{PreSignUp: lambdatest.ARN("sign-up")}))
	f.lambda.Set("sign-up", lambdatest.Respond(map[string]any{"autoConfirmUser": true}))
	r, err := f.enter(by(c), "ada", f.signUp(c, "ada", goodPassword))
	wantTokens(t, "InitiateAuth", r, err)
	r, err = f.enter(by(c), "grace", f.signUp(c, "grace", ""))
	if err != nil || r.Challenge != cognito.ChallengeNameSelectChallenge {
		t.Errorf("InitiateAuth without a password: got %+v, %v, want SELECT_CHALLENGE", r, err)
	}
}

// Without a session of SignUp that is of use, the code is what was proved: it
// lets in where codes do, and is no password.
func TestConfirmWithoutTheSessionOfSignUp(t *testing.T) {
	tests := map[string]func(f *fixture, c *catalog.Client) string{
		"none":             func(*fixture, *catalog.Client) string { return "" },
		"garbage":          func(*fixture, *catalog.Client) string { return "12345678901234567890" },
		"somebody else's":  func(f *fixture, c *catalog.Client) string { return f.signUp(c, "eve", goodPassword) },
		"another client's": func(f *fixture, c *catalog.Client) string { return f.signUp(f.client(byChoice), "eve", goodPassword) },
		"of a challenge": func(f *fixture, c *catalog.Client) string {
			f.signUp(c, "eve", goodPassword)
			return f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "eve").Session
		},
	}
	for name, session := range tests {
		t.Run(name, func(t *testing.T) {
			f, c, mail := signingUp(t)
			useless := session(f, c)
			f.signUp(c, "ada", goodPassword)
			r, err := f.enter(by(c), "ada", f.confirmUser(c, "ada", mail.last(t).Code, useless))
			wantTokens(t, "InitiateAuth where codes let in", r, err)

			f, c, mail = signingUp(t, allowing(cognito.AuthFactorPassword))
			useless = session(f, c)
			f.signUp(c, "ada", goodPassword)
			r, err = f.enter(by(c), "ada", f.confirmUser(c, "ada", mail.last(t).Code, useless))
			if err != nil || r.Challenge != cognito.ChallengeNameSelectChallenge {
				t.Errorf("InitiateAuth where passwords let in: got %+v, %v, want SELECT_CHALLENGE", r, err)
			}
		})
	}
}

// Codes live longer than sessions, and whoever comes late is confirmed all the
// same.
func TestConfirmAfterTheSessionOfSignUp(t *testing.T) {
	f, c, mail := signingUp(t, allowing(cognito.AuthFactorPassword))
	first := f.signUp(c, "ada", goodPassword)
	f.advance(3 * time.Minute)
	r, err := f.enter(by(c), "ada", f.confirmUser(c, "ada", mail.last(t).Code, first))
	if err != nil || r.Challenge != cognito.ChallengeNameSelectChallenge {
		t.Errorf("InitiateAuth: got %+v, %v, want SELECT_CHALLENGE", r, err)
	}
}

// With the session of SignUp the password chosen there lets in, where codes do
// not.
func TestSignInAfterSignUpByPassword(t *testing.T) {
	f, c, mail := signingUp(t, allowing(cognito.AuthFactorPassword))
	first := f.signUp(c, "ada", goodPassword)
	r, err := f.enter(by(c), "ada", f.confirmUser(c, "ada", mail.last(t).Code, first))
	wantTokens(t, "InitiateAuth", r, err)
}

// The session of another user, client or time lets nobody in.
func TestSignInAfterSignUpRefuses(t *testing.T) {
	f, c, mail := signingUp(t)
	secretive := f.client(byChoice, hiding)
	f.user(c, "grace", "email", "grace@example.com")
	first := f.signUp(c, "ada", "")
	session := f.confirmUser(c, "ada", mail.last(t).Code, first)
	_, err := f.enter(by(c), "grace", session)
	wantErr(t, "InitiateAuth(grace)", err, idp.ErrSessionInvalid)
	_, err = f.enter(by(secretive), "ada", session)
	wantErr(t, "InitiateAuth by another client", err, idp.ErrSessionInvalid)
	_, err = f.enter(by(secretive), "nobody", session)
	wantErr(t, "InitiateAuth(nobody)", err, idp.ErrSessionInvalid)
	_, err = f.enter(by(c), "ada", f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada").Session)
	wantErr(t, "InitiateAuth with the session of a challenge", err, idp.ErrSessionInvalid)
	_, err = f.answer(signin.Answer{Caller: by(c), Challenge: cognito.ChallengeNameSelectChallenge, Session: session, Responses: pairs("USERNAME", "ada", "ANSWER", "EMAIL_OTP")})
	wantErr(t, "RespondToAuthChallenge with the session", err, idp.ErrSessionInvalid)
	f.advance(3 * time.Minute)
	_, err = f.enter(by(c), "ada", session)
	wantErr(t, "InitiateAuth too late", err, idp.ErrSessionExpired)
}

// A password that was set anew ends the session.
func TestSignInAfterSignUpAndAnotherPassword(t *testing.T) {
	f, c, mail := signingUp(t)
	first := f.signUp(c, "ada", goodPassword)
	session := f.confirmUser(c, "ada", mail.last(t).Code, first)
	if err := f.Accounts.AdminSetUserPassword(t.Context(), c.Pool, "ada", otherPassword, true); err != nil {
		t.Fatal(err)
	}
	_, err := f.enter(by(c), "ada", session)
	wantErr(t, "InitiateAuth", err, idp.ErrSessionInvalid)
}

// A pool that does not let users begin with what they have proved asks them.
func TestSignInAfterSignUpWithAnotherFactor(t *testing.T) {
	f := newService(t, func(in *cognito.CreateUserPoolRequest) {
		byMail(in)
		allowing(cognito.AuthFactorSmsOtp)(in)
	})
	l := &letters{}
	f.Accounts.Messages = l
	c := f.client(byChoice)
	session := f.NewSignUpSession(c)
	_, err := f.Accounts.SignUp(t.Context(), account.SignUp{
		Origin: account.Origin{Client: c}, Username: "ada", Also: session.Begin,
		Attributes: []*cognito.AttributeType{{Name: "email", Value: "ada@example.com"}, {Name: "phone_number", Value: "+12065550100"}},
	})
	wantErr(t, "SignUp", err, nil)
	r, err := f.enter(by(c), "ada", f.confirmUser(c, "ada", l.last(t).Code, session.Handle()))
	if err != nil || r.Challenge != cognito.ChallengeNameSelectChallenge {
		t.Fatalf("InitiateAuth: got %+v, %v, want SELECT_CHALLENGE", r, err)
	}
	r = f.replied(by(c), r, cognito.ChallengeNameSmsOtp, "USERNAME", "ada", "ANSWER", "SMS_OTP")
	done, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_OTP_CODE", l.last(t).Code)
	wantTokens(t, "RespondToAuthChallenge", done, err)
}

// Whoever has lost every factor meanwhile is asked like a name without a user,
// where the client hides who exists.
func TestSignInAfterSignUpWithoutAnyFactor(t *testing.T) {
	f, _, mail := signingUp(t)
	c := f.client(byChoice, hiding)
	first := f.signUp(c, "ada", "")
	session := f.confirmUser(c, "ada", mail.last(t).Code, first)
	f.alter(f.get(c, "ada"), func(u *idp.User) { delete(u.Attributes, "email") })
	r, err := f.enter(by(c), "ada", session)
	if err != nil || r.Challenge != cognito.ChallengeNameSelectChallenge {
		t.Errorf("InitiateAuth: got %+v, %v, want SELECT_CHALLENGE", r, err)
	}
}

// Of several sign-ins with one session exactly one leads on.
func TestSignInAfterSignUpOnce(t *testing.T) {
	f, c, mail := signingUp(t)
	first := f.signUp(c, "ada", "")
	session := f.confirmUser(c, "ada", mail.last(t).Code, first)
	in := signin.Initiate{Caller: by(c), Flow: cognito.AuthFlowUserAuth, Session: session, Parameters: pairs("USERNAME", "ada")}
	var wg sync.WaitGroup
	var wins atomic.Int32
	for range 4 {
		wg.Go(func() {
			r, err := f.Initiate(t.Context(), in)
			if err == nil && r.Tokens != nil {
				wins.Add(1)
			} else if err != idp.ErrSessionSpent {
				t.Errorf("InitiateAuth: got %+v, %v, want tokens or %v", r, err, idp.ErrSessionSpent)
			}
		})
	}
	wg.Wait()
	if n := wins.Load(); n != 1 {
		t.Errorf("%d sign-ins led to tokens, want 1", n)
	}
}
