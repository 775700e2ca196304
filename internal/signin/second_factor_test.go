package signin_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/signin"
	"rockpool/internal/store"
	"rockpool/internal/totp"
	"rockpool/internal/trigger/lambdatest"
)

// The names of the second factors.
const (
	smsMFA   = cognito.ChallengeNameSmsMfa
	tokenMFA = cognito.ChallengeNameSoftwareTokenMfa
	mailMFA  = cognito.ChallengeNameEmailOtp
)

const (
	adaMail  = "ada@example.com"
	adaPhone = "+12065550100"
)

// withMFA makes a service whose pool has second factors (of "sms token mail"),
// a client for it, and a box for what users are sent.
func withMFA(t testing.TB, mode cognito.UserPoolMfaType, factors string, change ...func(*cognito.CreateUserPoolRequest)) (*fixture, *catalog.Client, *letters) {
	t.Helper()
	f := newService(t, append(change, func(in *cognito.CreateUserPoolRequest) {
		in.EmailConfiguration = &cognito.EmailConfigurationType{
			EmailSendingAccount: cognito.EmailSendingAccountDeveloper, SourceARN: "arn:aws:ses:us-east-1:000000000000:identity/a@example.com",
		}
	})...)
	f.setMFA(mode, factors)
	l := &letters{}
	f.Accounts.Messages = l
	return f, f.client(), l
}

// setMFA changes what the pool asks for.
func (f *fixture) setMFA(mode cognito.UserPoolMfaType, factors string) {
	f.t.Helper()
	in := &cognito.SetUserPoolMfaConfigRequest{UserPoolID: poolID, MfaConfiguration: mode}
	for name := range strings.FieldsSeq(factors) {
		switch name {
		case "sms":
			in.SmsMfaConfiguration = &cognito.SmsMfaConfigType{
				SmsAuthenticationMessage: "Knock with {####}",
				SmsConfiguration:         &cognito.SmsConfigurationType{SnsCallerARN: "arn:aws:iam::000000000000:role/sms"},
			}
		case "token":
			in.SoftwareTokenMfaConfiguration = &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)}
		case "mail":
			in.EmailMfaConfiguration = &cognito.EmailMfaConfigType{Subject: "Knock", Message: "Knock with {####}"}
		}
	}
	f.update(func(tx store.Tx) error {
		p, err := tx.Pool(poolID)
		if err != nil {
			return err
		}
		if err := p.SetMFA(in, "us-east-1"); err != nil {
			return err
		}
		return tx.UpdatePool(p)
	})
	f.Accounts.Catalog.ForgetAll()
}

// wants makes a user want factors, the first of which is preferred if
// preferred is true.
func (f *fixture) wants(u *idp.User, preferred bool, factors ...cognito.ChallengeNameType) {
	f.alter(u, func(u *idp.User) {
		for _, name := range factors {
			u.Factors.TurnOn(name)
		}
		if preferred {
			u.Factors.Preferred = factors[0]
		}
	})
}

// enrolled gives a user an authenticator and returns its secret.
func (f *fixture) enrolled(c *catalog.Client, u *idp.User) []byte {
	f.t.Helper()
	text, _, err := f.AssociateSoftwareToken(f.t.Context(), signin.Enrolment{Client: c, User: u})
	if err != nil {
		f.t.Fatalf("AssociateSoftwareToken: %v", err)
	}
	secret, err := totp.Decode(text)
	if err != nil {
		f.t.Fatal(err)
	}
	_, err = f.VerifySoftwareToken(f.t.Context(), signin.Enrolment{Client: c, User: f.get(c, u.Username)}, f.code(secret), "Ada's phone")
	if err != nil {
		f.t.Fatalf("VerifySoftwareToken: %v", err)
	}
	f.advance(totp.Period) // that code is used up
	return secret
}

// code is what an authenticator shows.
func (f *fixture) code(secret []byte) string { return totp.Code(secret, totp.Step(f.clock())) }

// asks signs in with the password, which must lead to a challenge.
func (f *fixture) asks(c *catalog.Client, username string, want cognito.ChallengeNameType) *signin.Result {
	f.t.Helper()
	r, err := f.password(c, username, goodPassword)
	if err != nil || r.Challenge != want || r.Tokens != nil || r.Session == "" {
		f.t.Fatalf("InitiateAuth(%s): got %+v, %v, want %s", username, r, err, want)
	}
	return r
}

// A code that was sent is the second factor, in the words of its medium.
func TestSecondCode(t *testing.T) {
	for _, tt := range []struct {
		name                        cognito.ChallengeNameType
		response, medium, to, shown string
	}{
		{smsMFA, "SMS_MFA_CODE", "SMS", adaPhone, "+*******0100"},
		{mailMFA, "EMAIL_OTP_CODE", "EMAIL", adaMail, "a***@e***"},
	} {
		t.Run(string(tt.name), func(t *testing.T) {
			f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms mail")
			u := f.user(c, "ada", "email", adaMail, "phone_number", adaPhone)
			f.wants(u, false, tt.name)
			r := f.asks(c, "ada", tt.name)
			want := map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": tt.medium, "CODE_DELIVERY_DESTINATION": tt.shown, "USER_ID_FOR_SRP": "ada"}
			if d := cmp.Diff(want, r.Parameters); d != "" {
				t.Errorf("InitiateAuth: parameters (-want +got):\n%s", d)
			}
			m := mail.last(t)
			if m.To != tt.to || m.Purpose != message.Authentication || len(m.Code) != 6 || m.Text() != "Knock with "+m.Code {
				t.Errorf("InitiateAuth: sent %v, want the pool's text with 6 digits to %s", m, tt.to)
			}
			_, err := f.respond(by(c), r, "USERNAME", "ada")
			wantErr(t, "RespondToAuthChallenge without a code", err, errMissing(tt.response))
			for range 3 {
				_, err = f.respond(by(c), r, "USERNAME", "ada", tt.response, another(m.Code))
				wantErr(t, "RespondToAuthChallenge with a wrong code", err, idp.ErrCodeOrState)
			}
			done, err := f.respond(by(c), r, "USERNAME", "ada", tt.response, m.Code)
			wantTokens(t, "RespondToAuthChallenge", done, err)
			attribute := map[string]string{"SMS": "phone_number", "EMAIL": "email"}[tt.medium]
			if u := f.get(c, "ada"); !u.Verified(attribute) || claims(t, done.Tokens.IDToken)[attribute+"_verified"] != true {
				t.Errorf("RespondToAuthChallenge: %s is not verified, for the pool or in the token", attribute)
			}
			if a := f.factorAttempts("ada"); a.Count != 0 || a.Failures != 3 {
				t.Errorf("RespondToAuthChallenge: left %d wrong codes in a row and %d in the day, want 0 and 3", a.Count, a.Failures)
			}
			_, err = f.respond(by(c), r, "USERNAME", "ada", tt.response, m.Code)
			wantErr(t, "RespondToAuthChallenge again", err, idp.ErrSessionSpent)
		})
	}
}

// A code is for one session and one address.
func TestSecondCodeBelongsToItsSession(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms")
	u := f.user(c, "ada", "phone_number", adaPhone)
	f.wants(u, false, smsMFA)
	first := f.asks(c, "ada", smsMFA)
	former := mail.last(t).Code
	second := f.asks(c, "ada", smsMFA)
	for former == mail.last(t).Code {
		second = f.asks(c, "ada", smsMFA)
	}
	_, err := f.respond(by(c), second, "USERNAME", "ada", "SMS_MFA_CODE", former)
	wantErr(t, "RespondToAuthChallenge with the code of another session", err, idp.ErrCodeOrState)
	_, err = f.respond(by(c), &signin.Result{Challenge: mailMFA, Session: second.Session}, "USERNAME", "ada", "EMAIL_OTP_CODE", mail.last(t).Code)
	wantErr(t, "RespondToAuthChallenge by another name", err, idp.ErrSessionInvalid)
	f.alter(u, func(u *idp.User) { u.Attributes["phone_number"] = "+12065550199" })
	_, err = f.respond(by(c), first, "USERNAME", "ada", "SMS_MFA_CODE", former)
	wantErr(t, "RespondToAuthChallenge after another number was set", err, idp.ErrSessionInvalid)
}

func TestSecondCodeExpires(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms")
	f.wants(f.user(c, "ada", "phone_number", adaPhone), false, smsMFA)
	r := f.asks(c, "ada", smsMFA)
	f.advance(3 * time.Minute)
	_, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", mail.last(t).Code)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrSessionExpired)
}

// Ten codes in an hour go to whoever does not answer; an answer begins anew.
func TestSecondCodesAreLimited(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms")
	f.wants(f.user(c, "ada", "phone_number", adaPhone), false, smsMFA)
	var r *signin.Result
	for range 10 {
		r = f.asks(c, "ada", smsMFA)
	}
	_, err := f.password(c, "ada", goodPassword)
	wantErr(t, "InitiateAuth for the eleventh code", err, idp.ErrTooManyCodes)
	if n := mail.count(); n != 10 {
		t.Errorf("InitiateAuth: sent %d messages, want 10", n)
	}
	done, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", mail.last(t).Code)
	wantTokens(t, "RespondToAuthChallenge", done, err)
	f.asks(c, "ada", smsMFA)
	for range 9 {
		f.asks(c, "ada", smsMFA)
	}
	f.advance(time.Hour)
	f.asks(c, "ada", smsMFA)
}

// refusing takes no messages.
type refusing struct{}

var errRefused = errors.New("refused")

func (refusing) Send(context.Context, message.Message) error    { return errRefused }
func (refusing) Enqueue(context.Context, message.Message) error { return errRefused }

func TestSecondCodeNotSent(t *testing.T) {
	for factor, want := range map[cognito.ChallengeNameType]error{smsMFA: idp.ErrSMSNotSent, mailMFA: idp.ErrEmailNotSent} {
		f, c, _ := withMFA(t, cognito.UserPoolMfaOptional, "sms mail")
		f.Accounts.Messages = refusing{}
		f.wants(f.user(c, "ada", "email", adaMail, "phone_number", adaPhone), false, factor)
		_, err := f.password(c, "ada", goodPassword)
		wantErr(t, "InitiateAuth, "+string(factor), err, want)
	}
}

// A function may write the message, or refuse it: then there is no session.
func TestSecondCodeCustomMessage(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms", functions(cognito.LambdaConfigType{CustomMessage: lambdatest.ARN("words")}))
	f.wants(f.user(c, "ada", "phone_number", adaPhone), false, smsMFA)
	f.lambda.Set("words", lambdatest.Respond(map[string]any{"smsMessage": "Open sesame {####}"}))
	f.asks(c, "ada", smsMFA)
	if got, want := mail.last(t).Body, "Open sesame "+mail.last(t).Code; got != want {
		t.Errorf("InitiateAuth: sent %q, want %q", got, want)
	}
	f.lambda.Set("words", lambdatest.Throw("Error", "not today"))
	_, err := f.password(c, "ada", goodPassword)
	if err == nil || mail.count() != 1 {
		t.Errorf("InitiateAuth when the function refuses: got %v and %d messages in all, want an error and 1", err, mail.count())
	}
	if got := f.event("words").TriggerSource; got != "CustomMessage_Authentication" {
		t.Errorf("InitiateAuth: the function's event is %s, want CustomMessage_Authentication", got)
	}
}

// Verifying an address is refused if somebody else has it as an alias.
func TestSecondCodeAliasTaken(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "mail", func(in *cognito.CreateUserPoolRequest) {
		in.AliasAttributes = []cognito.AliasAttributeType{cognito.AliasAttributeEmail}
	})
	f.user(c, "grace", "email", adaMail, "email_verified", "true")
	f.wants(f.user(c, "ada", "email", adaMail), false, mailMFA)
	r := f.asks(c, "ada", mailMFA)
	_, err := f.respond(by(c), r, "USERNAME", "ada", "EMAIL_OTP_CODE", mail.last(t).Code)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrAliasTaken("email"))
}

// Five wrong codes in a row lock the user, for right ones too and in every
// session; the lockout after wrong passwords is another.
func TestFactorLockout(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms")
	f.wants(f.user(c, "ada", "phone_number", adaPhone), false, smsMFA)
	other := f.asks(c, "ada", smsMFA)
	otherCode := mail.last(t).Code
	r := f.asks(c, "ada", smsMFA)
	right := mail.last(t).Code
	for range 5 {
		_, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", another(right))
		wantErr(t, "RespondToAuthChallenge with a wrong code", err, idp.ErrCodeOrState)
	}
	_, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", right)
	wantErr(t, "RespondToAuthChallenge during the lock", err, idp.ErrPasswordAttemptsExceeded)
	_, err = f.respond(by(c), other, "USERNAME", "ada", "SMS_MFA_CODE", otherCode)
	wantErr(t, "RespondToAuthChallenge in another session", err, idp.ErrPasswordAttemptsExceeded)
	f.asks(c, "ada", smsMFA)
	f.advance(time.Second)
	done, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", right)
	wantTokens(t, "RespondToAuthChallenge after the lock", done, err)
}

// However long a session lives, the lock leaves room for fourteen guesses.
func TestGuessesOfOneSession(t *testing.T) {
	f, _, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms")
	c := f.client(func(in *cognito.CreateUserPoolClientRequest) { in.AuthSessionValidity = new(int64(15)) })
	f.wants(f.user(c, "ada", "phone_number", adaPhone), false, smsMFA)
	r := f.asks(c, "ada", smsMFA)
	wrong := another(mail.last(t).Code)
	looked := 0
	for range 15 * 60 {
		for {
			_, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", wrong)
			if !errors.Is(err, idp.ErrCodeOrState) {
				break
			}
			looked++
		}
		f.advance(time.Second)
	}
	if looked != 14 {
		t.Errorf("%d guesses were looked at in one session, want 14", looked)
	}
}

// A hundred wrong codes in a day are enough, and the owner's own sign-ins do
// not make it more.
func TestGuessesOfOneDay(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms")
	u := f.user(c, "ada", "phone_number", adaPhone)
	f.wants(u, false, smsMFA)
	f.update(func(tx store.Tx) error {
		return tx.PutAttempts(&idp.Attempts{PoolID: poolID, Subject: "ada", Kind: idp.AttemptFactor, Failures: 99, DayStart: noon, Last: noon})
	})
	r := f.asks(c, "ada", smsMFA)
	done, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", mail.last(t).Code)
	wantTokens(t, "RespondToAuthChallenge after 99 failures", done, err)
	r = f.asks(c, "ada", smsMFA)
	_, err = f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", another(mail.last(t).Code))
	wantErr(t, "RespondToAuthChallenge, the hundredth failure", err, idp.ErrCodeOrState)
	f.advance(time.Minute)
	_, err = f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", mail.last(t).Code)
	wantErr(t, "RespondToAuthChallenge after 100 failures", err, idp.ErrPasswordAttemptsExceeded)
	f.advance(24 * time.Hour)
	r = f.asks(c, "ada", smsMFA)
	done, err = f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", mail.last(t).Code)
	wantTokens(t, "RespondToAuthChallenge the next day", done, err)
}

// Of many answers to one session one wins.
func TestSecondCodeOnce(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms")
	f.wants(f.user(c, "ada", "phone_number", adaPhone), false, smsMFA)
	r := f.asks(c, "ada", smsMFA)
	code := mail.last(t).Code
	wins := f.race(func() error {
		_, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", code)
		return err
	}, idp.ErrSessionSpent)
	if wins != 1 || f.families("ada") != 1 {
		t.Errorf("%d answers led to tokens, and %d sign-ins are kept, want 1", wins, f.families("ada"))
	}
}

// race does the same eight times at once and counts how often it succeeds.
func (f *fixture) race(do func() error, refusal error) int {
	f.t.Helper()
	var wg sync.WaitGroup
	var wins atomic.Int32
	for range 8 {
		wg.Go(func() {
			switch err := do(); {
			case err == nil:
				wins.Add(1)
			case !errors.Is(err, refusal):
				f.t.Errorf("got %v, want nil or %v", err, refusal)
			}
		})
	}
	wg.Wait()
	return int(wins.Load())
}

// What users are asked for after the password.
func TestSecondFactorDecision(t *testing.T) {
	off, optional, on := cognito.UserPoolMfaOff, cognito.UserPoolMfaOptional, cognito.UserPoolMfaOn
	for _, tt := range []struct {
		name    string
		mode    cognito.UserPoolMfaType
		offered string
		has     string // of "phone mail token"
		wants   []cognito.ChallengeNameType
		prefers bool
		want    cognito.ChallengeNameType // empty for tokens
		list    string                    // of factors to choose from or to set up
	}{
		{name: "off", mode: off, has: "phone mail", wants: challenges(smsMFA)},
		{name: "optional, nothing wanted", mode: optional, offered: "sms token mail", has: "phone mail token"},
		{name: "optional, one wanted", mode: optional, offered: "sms token mail", has: "phone mail token", wants: challenges(mailMFA), want: mailMFA},
		{name: "optional, several wanted", mode: optional, offered: "sms token mail", has: "phone mail token", wants: challenges(tokenMFA, smsMFA),
			want: cognito.ChallengeNameSelectMfaType, list: `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`},
		{name: "optional, one preferred", mode: optional, offered: "sms token mail", has: "phone mail token", wants: challenges(tokenMFA, smsMFA), prefers: true, want: tokenMFA},
		{name: "on, nothing wanted", mode: on, offered: "sms token", has: "phone token",
			want: cognito.ChallengeNameSelectMfaType, list: `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`},
		{name: "on, one thing to have", mode: on, offered: "sms token", has: "phone", want: smsMFA},
		{name: "on, nothing to have", mode: on, offered: "sms token mail",
			want: cognito.ChallengeNameMfaSetup, list: `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, c, _ := withMFA(t, tt.mode, tt.offered)
			var attributes []string
			if strings.Contains(tt.has, "phone") {
				attributes = append(attributes, "phone_number", adaPhone)
			}
			if strings.Contains(tt.has, "mail") {
				attributes = append(attributes, "email", adaMail)
			}
			u := f.user(c, "ada", attributes...)
			if strings.Contains(tt.has, "token") {
				f.enrolled(c, u)
			}
			if tt.wants != nil {
				f.wants(u, tt.prefers, tt.wants...)
			}
			if tt.want == "" {
				f.signedIn(c, "ada", goodPassword)
				return
			}
			r := f.asks(c, "ada", tt.want)
			list := r.Parameters["MFAS_CAN_CHOOSE"] + r.Parameters["MFAS_CAN_SETUP"]
			if list != tt.list || r.Parameters["USER_ID_FOR_SRP"] != "ada" {
				t.Errorf("InitiateAuth: got parameters %v, want the list %s", r.Parameters, tt.list)
			}
		})
	}
}

// The decision is the same after SRP and after a new password.
func TestSecondFactorAfterEveryPassword(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms")
	f.wants(f.user(c, "ada", "phone_number", adaPhone), false, smsMFA)
	r, err := f.srp(by(c), "ada", goodPassword)
	if err != nil || r.Challenge != smsMFA {
		t.Fatalf("RespondToAuthChallenge(PASSWORD_VERIFIER): got %+v, %v, want SMS_MFA", r, err)
	}
	done, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", mail.last(t).Code)
	wantTokens(t, "RespondToAuthChallenge", done, err)

	f.wants(f.invited(c, "grace", "phone_number", "+12065550101"), false, smsMFA)
	r, err = f.answer(f.challenged(c, "grace"))
	if err != nil || r.Challenge != smsMFA || mail.last(t).To != "+12065550101" {
		t.Fatalf("RespondToAuthChallenge(NEW_PASSWORD_REQUIRED): got %+v, %v, want SMS_MFA", r, err)
	}
	if f.get(c, "grace").Status != cognito.UserStatusConfirmed {
		t.Errorf("the new password is not kept although there is a second factor to come")
	}
	done, err = f.respond(by(c), r, "USERNAME", "grace", "SMS_MFA_CODE", mail.last(t).Code)
	wantTokens(t, "RespondToAuthChallenge", done, err)
}

func TestSelectFactor(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms token mail")
	u := f.user(c, "ada", "email", adaMail, "phone_number", adaPhone)
	secret := f.enrolled(c, u)
	f.wants(u, false, smsMFA, tokenMFA)
	r := f.asks(c, "ada", cognito.ChallengeNameSelectMfaType)
	_, err := f.respond(by(c), r, "USERNAME", "ada")
	wantErr(t, "RespondToAuthChallenge without an answer", err, errMissing("ANSWER"))
	for _, answer := range []string{"EMAIL_OTP", "SMS", "MFA_SETUP"} {
		_, err = f.respond(by(c), r, "USERNAME", "ada", "ANSWER", answer)
		wantErr(t, "RespondToAuthChallenge("+answer+")", err, idp.ErrFactorUnknown)
	}
	next := f.replied(by(c), r, tokenMFA, "USERNAME", "ada", "ANSWER", "SOFTWARE_TOKEN_MFA")
	if next.Parameters["FRIENDLY_DEVICE_NAME"] != "Ada's phone" || mail.count() != 0 {
		t.Errorf("RespondToAuthChallenge: got %v and %d messages, want the authenticator's name and none", next.Parameters, mail.count())
	}
	_, err = f.respond(by(c), r, "USERNAME", "ada", "ANSWER", "SMS_MFA")
	wantErr(t, "RespondToAuthChallenge to choose again", err, idp.ErrSessionSpent)
	done, err := f.respond(by(c), next, "USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", f.code(secret))
	wantTokens(t, "RespondToAuthChallenge", done, err)

	r = f.asks(c, "ada", cognito.ChallengeNameSelectMfaType)
	next = f.replied(by(c), r, smsMFA, "USERNAME", "ada", "ANSWER", "SMS_MFA")
	done, err = f.respond(by(c), next, "USERNAME", "ada", "SMS_MFA_CODE", mail.last(t).Code)
	wantTokens(t, "RespondToAuthChallenge", done, err)
}

// PostAuthentication hears of a sign-in when all of it has succeeded.
func TestPostAuthenticationComesLast(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms", functions(cognito.LambdaConfigType{PostAuthentication: lambdatest.ARN("in")}))
	f.lambda.Set("in", lambdatest.Echo())
	f.wants(f.user(c, "ada", "phone_number", adaPhone), false, smsMFA)
	r := f.asks(c, "ada", smsMFA)
	_, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", another(mail.last(t).Code))
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrCodeOrState)
	if n := len(f.lambda.Events("in")); n != 0 {
		t.Errorf("PostAuthentication ran %d times before the second factor, want 0", n)
	}
	done, err := f.respond(by(c), r, "USERNAME", "ada", "SMS_MFA_CODE", mail.last(t).Code)
	wantTokens(t, "RespondToAuthChallenge", done, err)
	if n := len(f.lambda.Events("in")); n != 1 {
		t.Errorf("PostAuthentication ran %d times, want 1", n)
	}
}
