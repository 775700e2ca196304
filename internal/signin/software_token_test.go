package signin_test

import (
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/totp"
	"rockpool/internal/trigger/lambdatest"
)

// withToken makes a service with a user who wants to be asked for the
// authenticator whose secret is returned.
func withToken(t *testing.T, change ...func(*cognito.CreateUserPoolRequest)) (f *fixture, asks func() *signin.Result, answer func(r *signin.Result, code string) (*signin.Result, error), secret []byte) {
	t.Helper()
	f, c, _ := withMFA(t, cognito.UserPoolMfaOptional, "sms token", change...)
	u := f.user(c, "ada")
	secret = f.enrolled(c, u)
	f.wants(u, false, tokenMFA)
	asks = func() *signin.Result { f.t.Helper(); return f.asks(c, "ada", tokenMFA) }
	answer = func(r *signin.Result, code string) (*signin.Result, error) {
		f.t.Helper()
		return f.respond(by(c), r, "USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", code)
	}
	return f, asks, answer, secret
}

func TestSoftwareToken(t *testing.T) {
	f, asks, answer, secret := withToken(t)
	r := asks()
	if got := r.Parameters["FRIENDLY_DEVICE_NAME"]; len(r.Parameters) != 2 || got != "Ada's phone" || r.Parameters["USER_ID_FOR_SRP"] != "ada" {
		t.Errorf("InitiateAuth: got parameters %v, want the user and the name of the authenticator", r.Parameters)
	}
	_, err := answer(r, "")
	wantErr(t, "RespondToAuthChallenge without a code", err, errMissing("SOFTWARE_TOKEN_MFA_CODE"))
	for _, wrong := range []string{another(f.code(secret)), "abcdef", "1", f.code(secret) + "0"} {
		_, err = answer(r, wrong)
		wantErr(t, "RespondToAuthChallenge with a wrong code", err, idp.ErrSoftwareTokenCode)
	}
	done, err := answer(r, f.code(secret))
	wantTokens(t, "RespondToAuthChallenge", done, err)
	if a := f.factorAttempts("ada"); a.Count != 0 || a.Failures != 4 {
		t.Errorf("RespondToAuthChallenge: left %d wrong codes in a row and %d in the day, want 0 and 4", a.Count, a.Failures)
	}
}

// The clock of the device may be a step off, and no more.
func TestSoftwareTokenWindow(t *testing.T) {
	for steps, want := range map[int64]error{-2: idp.ErrSoftwareTokenCode, -1: nil, 0: nil, 1: nil, 2: idp.ErrSoftwareTokenCode} {
		f, asks, answer, secret := withToken(t)
		f.advance(time.Hour)
		_, err := answer(asks(), totp.Code(secret, totp.Step(f.clock())+steps))
		wantErr(t, "RespondToAuthChallenge", err, want)
	}
}

// A code is used once: in a sign-in, in another one within its time, and after
// it proved the authenticator. PostAuthentication does not hear of replays.
func TestSoftwareTokenOnce(t *testing.T) {
	f, asks, answer, secret := withToken(t, functions(cognito.LambdaConfigType{PostAuthentication: lambdatest.ARN("in")}))
	f.lambda.Set("in", lambdatest.Echo())
	_, err := answer(asks(), totp.Code(secret, totp.Step(f.clock())-1))
	wantErr(t, "RespondToAuthChallenge with the code that proved the authenticator", err, idp.ErrSoftwareTokenUsed)
	code := f.code(secret)
	done, err := answer(asks(), code)
	wantTokens(t, "RespondToAuthChallenge", done, err)
	r := asks()
	_, err = answer(r, code)
	wantErr(t, "RespondToAuthChallenge with a used code", err, idp.ErrSoftwareTokenUsed)
	f.advance(totp.Period)
	_, err = answer(r, code)
	wantErr(t, "RespondToAuthChallenge with a used code, a step later", err, idp.ErrSoftwareTokenUsed)
	done, err = answer(r, f.code(secret))
	wantTokens(t, "RespondToAuthChallenge with the next code", done, err)
	if n := f.lambda.Calls("in"); n != 2 {
		t.Errorf("PostAuthentication ran %d times, want 2", n)
	}
}

// Of two sign-ins with one code, one succeeds.
func TestSoftwareTokenOnceAtOnce(t *testing.T) {
	f, asks, answer, secret := withToken(t)
	sessions := make(chan *signin.Result, 8)
	for range 8 {
		sessions <- asks()
	}
	code := f.code(secret)
	wins := f.race(func() error {
		_, err := answer(<-sessions, code)
		return err
	}, idp.ErrSoftwareTokenUsed)
	if wins != 1 || f.families("ada") != 1 {
		t.Errorf("%d answers led to tokens, and %d sign-ins are kept, want 1", wins, f.families("ada"))
	}
}

// Of two answers to one session, one succeeds.
func TestSoftwareTokenSessionOnce(t *testing.T) {
	f, asks, answer, secret := withToken(t)
	r := asks()
	codes := make(chan string, 8)
	for i := range 8 {
		codes <- totp.Code(secret, totp.Step(f.clock())+int64(i%2)) // two codes that are right
	}
	wins := 0
	for range 8 {
		_, err := answer(r, <-codes)
		if err == nil {
			wins++
		}
	}
	if wins != 1 {
		t.Errorf("%d answers to one session led to tokens, want 1", wins)
	}
}

func TestSoftwareTokenLockout(t *testing.T) {
	f, asks, answer, secret := withToken(t)
	r := asks()
	for range 5 {
		_, err := answer(r, another(f.code(secret)))
		wantErr(t, "RespondToAuthChallenge with a wrong code", err, idp.ErrSoftwareTokenCode)
	}
	_, err := answer(r, f.code(secret))
	wantErr(t, "RespondToAuthChallenge during the lock", err, idp.ErrPasswordAttemptsExceeded)
	f.advance(time.Second)
	done, err := answer(r, f.code(secret))
	wantTokens(t, "RespondToAuthChallenge after the lock", done, err)
}

// An authenticator that was removed is asked for no more; one that took its
// place answers.
func TestSoftwareTokenChanges(t *testing.T) {
	f, asks, answer, secret := withToken(t)
	c := f.client()
	r := asks()
	f.alter(f.get(c, "ada"), func(u *idp.User) { u.Factors.RemoveSoftwareToken() })
	_, err := answer(r, f.code(secret))
	wantErr(t, "RespondToAuthChallenge after it was removed", err, idp.ErrSoftwareTokenUnproved)
	f.signedIn(c, "ada", goodPassword)

	u := f.get(c, "ada")
	f.enrolled(c, u)
	f.wants(u, false, tokenMFA)
	r = asks()
	newer := f.enrolled(c, f.get(c, "ada"))
	_, err = answer(r, f.code(secret))
	wantErr(t, "RespondToAuthChallenge with the former authenticator", err, idp.ErrSoftwareTokenCode)
	done, err := answer(r, f.code(newer))
	wantTokens(t, "RespondToAuthChallenge with the new one", done, err)
}

// Secrets are not kept in the clear.
func TestSoftwareTokenIsSealed(t *testing.T) {
	f, _, _, secret := withToken(t)
	u := f.get(f.client(), "ada")
	if s := string(u.Factors.SoftwareToken.Sealed); len(s) <= len(secret) || contains(s, string(secret)) {
		t.Errorf("the store has the secret of the authenticator in the clear")
	}
}
