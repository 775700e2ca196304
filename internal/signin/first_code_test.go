package signin_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/signin"
	"rockpool/internal/store"
	"rockpool/internal/trigger/lambdatest"
)

// letters keeps what users are sent.
type letters struct {
	mu       sync.Mutex
	sent     []message.Message
	enqueued int
}

func (l *letters) Send(_ context.Context, m message.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, m)
	return nil
}

func (l *letters) Enqueue(ctx context.Context, m message.Message) error {
	l.mu.Lock()
	l.enqueued++
	l.mu.Unlock()
	return l.Send(ctx, m)
}

func (l *letters) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.sent)
}

// last is the newest letter; there must be one.
func (l *letters) last(t testing.TB) message.Message {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sent) == 0 {
		t.Fatal("nothing was sent")
	}
	return l.sent[len(l.sent)-1]
}

// withoutPasswords makes a service whose users may sign in with codes, and a
// client for it.
func withoutPasswords(t *testing.T, change ...func(*cognito.CreateUserPoolRequest)) (*fixture, *catalog.Client, *letters) {
	t.Helper()
	f := newService(t, append(change, allowing(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp, cognito.AuthFactorSmsOtp))...)
	l := &letters{}
	f.Accounts.Messages = l
	return f, f.client(byChoice), l
}

// another is a code of the same length that is not the one.
func another(code string) string {
	b := []byte(code)
	b[0] = '0' + (b[0]-'0'+1)%10
	return string(b)
}

func TestFirstCode(t *testing.T) {
	for _, tt := range []struct {
		name                        cognito.ChallengeNameType
		response, medium, to, shown string
	}{
		{cognito.ChallengeNameEmailOtp, "EMAIL_OTP_CODE", "EMAIL", "ada@example.com", "a***@e***"},
		{cognito.ChallengeNameSmsOtp, "SMS_OTP_CODE", "SMS", "+12065550100", "+*******0100"},
	} {
		t.Run(string(tt.name), func(t *testing.T) {
			f, c, mail := withoutPasswords(t)
			f.user(c, "ada", "email", "ada@example.com", "phone_number", "+12065550100")
			r := f.chosen(by(c), tt.name, "ada", "PREFERRED_CHALLENGE", string(tt.name))
			want := append(slices.Clone(passwords), cognito.ChallengeNameEmailOtp, cognito.ChallengeNameSmsOtp)
			if !slices.Equal(r.Available, want) {
				t.Errorf("InitiateAuth: got available %v, want %v", r.Available, want)
			}
			if p := r.Parameters; len(p) != 2 || p["CODE_DELIVERY_DELIVERY_MEDIUM"] != tt.medium || p["CODE_DELIVERY_DESTINATION"] != tt.shown {
				t.Errorf("InitiateAuth: got parameters %v, want %s to %s", p, tt.medium, tt.shown)
			}
			m := mail.last(t)
			if m.To != tt.to || m.Purpose != message.Authentication || len(m.Code) != 8 || mail.count() != 1 {
				t.Errorf("InitiateAuth: sent %d messages, the last %v with a code of %d digits, want one of 8 to %s", mail.count(), m.Purpose, len(m.Code), tt.to)
			}

			_, err := f.respond(by(c), r, "USERNAME", "ada")
			wantErr(t, "RespondToAuthChallenge without a code", err, errMissing(tt.response))
			_, err = f.respond(by(c), r, "USERNAME", "ada", tt.response, another(m.Code))
			wantErr(t, "RespondToAuthChallenge with a wrong code", err, idp.ErrCodeOrState)
			done, err := f.respond(by(c), r, "USERNAME", "ada", tt.response, m.Code)
			wantTokens(t, "RespondToAuthChallenge", done, err)
			_, err = f.respond(by(c), r, "USERNAME", "ada", tt.response, m.Code)
			wantErr(t, "RespondToAuthChallenge again", err, idp.ErrSessionSpent)
		})
	}
}

// The right code verifies the address and confirms the user; PostConfirmation
// is for those who do that with a code for it.
func TestFirstCodeConfirms(t *testing.T) {
	f, c, mail := withoutPasswords(t, functions(cognito.LambdaConfigType{
		PostConfirmation: lambdatest.ARN("confirmed"), PostAuthentication: lambdatest.ARN("in"),
	}))
	f.lambda.Set("confirmed", lambdatest.Echo())
	f.lambda.Set("in", lambdatest.Echo())
	u := f.user(c, "ada", "email", "ada@example.com")
	f.alter(u, status(cognito.UserStatusUnconfirmed))
	r := f.chosen(by(c), cognito.ChallengeNameEmailOtp, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	if u := f.get(c, "ada"); u.Status != cognito.UserStatusUnconfirmed || u.Verified("email") {
		t.Errorf("before the answer: got %s, verified %v", u.Status, u.Verified("email"))
	}
	done, err := f.respond(by(c), r, "USERNAME", "ada", "EMAIL_OTP_CODE", mail.last(t).Code)
	wantTokens(t, "RespondToAuthChallenge", done, err)
	if u := f.get(c, "ada"); u.Status != cognito.UserStatusConfirmed || !u.Verified("email") {
		t.Errorf("after the answer: got %s, verified %v, want CONFIRMED and verified", u.Status, u.Verified("email"))
	}
	if id := claims(t, done.Tokens.IDToken); id["email_verified"] != true {
		t.Errorf("ID token: got email_verified %v, want true", id["email_verified"])
	}
	if n := f.lambda.Calls("confirmed"); n != 0 {
		t.Errorf("PostConfirmation ran %d times, want 0", n)
	}
	if got := f.member("in", "userAttributes"); !strings.Contains(got, `"email_verified":"true"`) || !strings.Contains(got, `"cognito:user_status":"CONFIRMED"`) {
		t.Errorf("PostAuthentication: got attributes %s, want them as they are from now on", got)
	}
}

// What the state of a user has to say is told after the right code, where the
// client hides who exists.
func TestFirstCodeStates(t *testing.T) {
	for name, tt := range map[string]struct {
		alter func(*idp.User)
		want  error
	}{
		"disabled":       {disabled, idp.ErrUserDisabled},
		"reset required": {status(cognito.UserStatusResetRequired), idp.ErrPasswordResetRequired},
	} {
		t.Run(name, func(t *testing.T) {
			f, c, mail := withoutPasswords(t)
			secretive := by(f.client(byChoice, hiding))
			f.alter(f.user(c, "ada", "email", "ada@example.com"), tt.alter)
			r := f.chosen(secretive, cognito.ChallengeNameEmailOtp, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
			code := mail.last(t).Code
			_, err := f.respond(secretive, r, "USERNAME", "ada", "EMAIL_OTP_CODE", another(code))
			wantErr(t, "RespondToAuthChallenge with a wrong code", err, idp.ErrCodeOrState)
			_, err = f.respond(secretive, r, "USERNAME", "ada", "EMAIL_OTP_CODE", code)
			wantErr(t, "RespondToAuthChallenge", err, tt.want)
		})
	}
}

// A name without a user is asked for a code that nobody was sent, at a
// destination made of the name.
func TestFirstCodeUnknownUser(t *testing.T) {
	f, c, mail := withoutPasswords(t, usernameIsEmail)
	f.user(c, "ada@example.com")
	secretive := by(f.client(byChoice, hiding))
	r := f.chosen(secretive, cognito.ChallengeNameEmailOtp, "nobody@example.com", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	known := f.chosen(secretive, cognito.ChallengeNameEmailOtp, "ada@example.com", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	if got := r.Parameters["CODE_DELIVERY_DESTINATION"]; got != "n***@e***" || len(r.Parameters) != len(known.Parameters) || !slices.Equal(r.Available, known.Available) {
		t.Errorf("InitiateAuth: got %+v, want what a user gets, %+v", r, known)
	}
	if mail.count() != 1 || mail.enqueued != 1 {
		t.Errorf("InitiateAuth: sent %d messages, %d of them later, want one, later", mail.count(), mail.enqueued)
	}
	for range 2 {
		_, err := f.respond(secretive, r, "USERNAME", "nobody@example.com", "EMAIL_OTP_CODE", "00000000")
		wantErr(t, "RespondToAuthChallenge", err, idp.ErrCodeOrState)
	}
	_, err := f.choose(by(c), "nobody@example.com", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	wantErr(t, "InitiateAuth where users may be known", err, idp.ErrUserNotFound)
}

// A code is for the address that it was sent to.
func TestFirstCodeFollowsTheAddress(t *testing.T) {
	f, c, mail := withoutPasswords(t)
	u := f.user(c, "ada", "email", "ada@example.com")
	r := f.chosen(by(c), cognito.ChallengeNameEmailOtp, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	f.alter(u, func(u *idp.User) { u.Attributes["email"] = "other@example.com" })
	_, err := f.respond(by(c), r, "USERNAME", "ada", "EMAIL_OTP_CODE", mail.last(t).Code)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrSessionInvalid)
}

// A factor that went away meanwhile lets nobody in.
func TestFirstCodeTakenAway(t *testing.T) {
	f, c, mail := withoutPasswords(t)
	u := f.user(c, "ada", "email", "ada@example.com")
	r := f.chosen(by(c), cognito.ChallengeNameEmailOtp, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	f.alter(u, status(cognito.UserStatusForceChangePassword))
	_, err := f.respond(by(c), r, "USERNAME", "ada", "EMAIL_OTP_CODE", mail.last(t).Code)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrSessionInvalid)
}

// Nor does one that a second factor has closed, where the client hides who
// exists and the user has nothing else to begin with.
func TestFirstCodeClosedBySecondFactor(t *testing.T) {
	f, c, mail := withoutPasswords(t, func(in *cognito.CreateUserPoolRequest) {
		in.MfaConfiguration = cognito.UserPoolMfaOptional
		in.SmsConfiguration = &cognito.SmsConfigurationType{SnsCallerARN: "arn:aws:iam::000000000000:role/sms"}
	})
	secretive := by(f.client(byChoice, hiding))
	u := f.user(c, "ada", "email", "ada@example.com", "phone_number", "+12065550100")
	f.alter(u, passwordless)
	r := f.chosen(secretive, cognito.ChallengeNameEmailOtp, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	f.alter(u, func(u *idp.User) {
		u.Factors.Enabled = []cognito.ChallengeNameType{cognito.ChallengeNameSmsMfa}
	})
	_, err := f.respond(secretive, r, "USERNAME", "ada", "EMAIL_OTP_CODE", mail.last(t).Code)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrSessionInvalid)
}

// Guesses at the password do not keep its user from signing in without it.
func TestFirstCodeHasItsOwnLockout(t *testing.T) {
	f, c, mail := withoutPasswords(t)
	f.user(c, "ada", "email", "ada@example.com")
	for range 5 {
		_, err := f.password(c, "ada", wrongPassword)
		wantErr(t, "InitiateAuth", err, idp.ErrIncorrectUsernameOrPassword)
	}
	r := f.chosen(by(c), cognito.ChallengeNameEmailOtp, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	code := mail.last(t).Code
	for range 5 {
		_, err := f.respond(by(c), r, "USERNAME", "ada", "EMAIL_OTP_CODE", another(code))
		wantErr(t, "RespondToAuthChallenge with a wrong code", err, idp.ErrCodeOrState)
	}
	_, err := f.respond(by(c), r, "USERNAME", "ada", "EMAIL_OTP_CODE", code)
	wantErr(t, "RespondToAuthChallenge while wrong codes lock", err, idp.ErrPasswordAttemptsExceeded)
	f.advance(time.Second)
	for range 3 { // the password is locked for as long as it takes
		_, err = f.password(c, "ada", wrongPassword)
		wantErr(t, "InitiateAuth", err, idp.ErrIncorrectUsernameOrPassword)
		f.advance(8 * time.Second)
	}
	_, err = f.password(c, "ada", wrongPassword)
	wantErr(t, "InitiateAuth", err, idp.ErrIncorrectUsernameOrPassword)
	_, err = f.password(c, "ada", goodPassword)
	wantErr(t, "InitiateAuth(password)", err, idp.ErrPasswordAttemptsExceeded)
	done, err := f.respond(by(c), r, "USERNAME", "ada", "EMAIL_OTP_CODE", code)
	wantTokens(t, "RespondToAuthChallenge while the password is locked", done, err)
}

// Of two answers to one session exactly one leads on.
func TestFirstCodeOnce(t *testing.T) {
	f, c, mail := withoutPasswords(t)
	f.user(c, "ada", "email", "ada@example.com")
	r := f.chosen(by(c), cognito.ChallengeNameEmailOtp, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	in := signin.Answer{Caller: by(c), Challenge: r.Challenge, Session: r.Session, Responses: pairs("USERNAME", "ada", "EMAIL_OTP_CODE", mail.last(t).Code)}
	var wg sync.WaitGroup
	var wins atomic.Int32
	for range 4 {
		wg.Go(func() {
			done, err := f.Answer(t.Context(), in)
			if err == nil && done.Tokens != nil {
				wins.Add(1)
			} else if err != idp.ErrSessionSpent {
				t.Errorf("RespondToAuthChallenge: got %+v, %v, want tokens or %v", done, err, idp.ErrSessionSpent)
			}
		})
	}
	wg.Wait()
	if n := wins.Load(); n != 1 {
		t.Errorf("%d answers led to tokens, want 1", n)
	}
}

// factorAttempts is what was counted of a user's answers to other factors than
// the password.
func (f *fixture) factorAttempts(username string) (a *idp.Attempts) {
	f.t.Helper()
	f.update(func(tx store.Tx) (err error) {
		a, err = tx.Attempts(poolID, username, idp.AttemptFactor)
		return err
	})
	return a
}
