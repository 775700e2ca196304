package signin_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/store"
	"rockpool/internal/totp"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// associate calls AssociateSoftwareToken and checks that it declares its error.
func (f *fixture) associate(in signin.Enrolment) (secret []byte, session string, err error) {
	f.t.Helper()
	text, session, err := f.AssociateSoftwareToken(f.t.Context(), in)
	declared(f.t, "AssociateSoftwareToken", err)
	if err != nil {
		return nil, "", err
	}
	secret, decoded := totp.Decode(text)
	if decoded != nil || len(text) != 52 {
		f.t.Errorf("AssociateSoftwareToken: got a secret of %d characters, %v, want 52 of base32", len(text), decoded)
	}
	return secret, session, nil
}

// verify calls VerifySoftwareToken and checks that it declares its error.
func (f *fixture) verify(in signin.Enrolment, code string) (session string, err error) {
	f.t.Helper()
	session, err = f.VerifySoftwareToken(f.t.Context(), in, code, "")
	declared(f.t, "VerifySoftwareToken", err)
	return session, err
}

// A user who is signed in sets up an authenticator, and turns it on in a step
// of its own.
func TestEnrolSignedIn(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOptional, "token")
	in := signin.Enrolment{Client: c, User: f.user(c, "ada")}
	_, err := f.verify(in, "123456")
	wantErr(t, "VerifySoftwareToken before AssociateSoftwareToken", err, idp.ErrSoftwareTokenNone)
	former, session, err := f.associate(in)
	if err != nil || session != "" {
		t.Fatalf("AssociateSoftwareToken: got session %q, %v, want none", session, err)
	}
	secret, _, err := f.associate(in) // takes the place of the former
	wantErr(t, "AssociateSoftwareToken again", err, nil)
	in.User = f.get(c, "ada")
	_, err = f.verify(in, f.code(former))
	wantErr(t, "VerifySoftwareToken with a code of the former secret", err, idp.ErrSoftwareTokenMismatch)
	session, err = f.verify(in, f.code(secret))
	if err != nil || session != "" {
		t.Errorf("VerifySoftwareToken: got session %q, %v, want none", session, err)
	}
	u := f.get(c, "ada")
	if u.Factors.SoftwareToken == nil || u.Factors.PendingToken != nil || len(u.Factors.Enabled) != 0 || u.Factors.Preferred != "" {
		t.Errorf("VerifySoftwareToken: got factors %+v, want an authenticator that is not turned on", u.Factors)
	}
	f.signedIn(c, "ada", goodPassword)
	in.User = u
	_, err = f.verify(in, f.code(secret))
	wantErr(t, "VerifySoftwareToken again", err, idp.ErrSoftwareTokenNone)
}

// The authenticator that works goes on working until another one does.
func TestEnrolAnother(t *testing.T) {
	f, asks, answer, secret := withToken(t)
	c := f.client()
	newer, _, err := f.associate(signin.Enrolment{Client: c, User: f.get(c, "ada")})
	wantErr(t, "AssociateSoftwareToken", err, nil)
	done, err := answer(asks(), f.code(secret))
	wantTokens(t, "RespondToAuthChallenge with the authenticator that is proved", done, err)
	_, err = f.verify(signin.Enrolment{Client: c, User: f.get(c, "ada")}, f.code(newer))
	wantErr(t, "VerifySoftwareToken", err, nil)
	f.advance(totp.Period)
	r := asks()
	_, err = answer(r, f.code(secret))
	wantErr(t, "RespondToAuthChallenge with the former authenticator", err, idp.ErrSoftwareTokenCode)
	done, err = answer(r, f.code(newer))
	wantTokens(t, "RespondToAuthChallenge with the new one", done, err)
	if u := f.get(c, "ada"); !slices.Equal(u.Factors.Enabled, challenges(tokenMFA)) {
		t.Errorf("VerifySoftwareToken: left %v turned on, want %s still", u.Factors.Enabled, tokenMFA)
	}
}

// In a pool that requires a second factor the sign-in makes the user set one
// up, and goes on with the session of each step.
func TestEnrolInSignIn(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOn, "sms token")
	f.user(c, "ada")
	r := f.asks(c, "ada", cognito.ChallengeNameMfaSetup)
	if got := r.Parameters["MFAS_CAN_SETUP"]; got != `["SOFTWARE_TOKEN_MFA"]` {
		t.Errorf("InitiateAuth: MFAS_CAN_SETUP is %s, want the authenticator alone", got)
	}
	_, err := f.respond(by(c), r, "USERNAME", "ada")
	wantErr(t, "RespondToAuthChallenge before anything is set up", err, idp.ErrSoftwareTokenUnproved)
	secret, second, err := f.associate(signin.Enrolment{Session: r.Session})
	wantErr(t, "AssociateSoftwareToken", err, nil)
	_, _, err = f.associate(signin.Enrolment{Session: r.Session})
	wantErr(t, "AssociateSoftwareToken with the former session", err, idp.ErrSessionSpent)
	_, err = f.verify(signin.Enrolment{Session: r.Session}, f.code(secret))
	wantErr(t, "VerifySoftwareToken with the former session", err, idp.ErrSessionSpent)
	_, err = f.verify(signin.Enrolment{Session: second}, another(f.code(secret)))
	wantErr(t, "VerifySoftwareToken with a wrong code", err, idp.ErrSoftwareTokenMismatch)
	third, err := f.verify(signin.Enrolment{Session: second}, f.code(secret))
	wantErr(t, "VerifySoftwareToken", err, nil)
	if slices.Contains([]string{"", r.Session, second}, third) || second == r.Session {
		t.Errorf("the sessions of the steps are %q, %q, %q, want three", r.Session, second, third)
	}
	u := f.get(c, "ada")
	if !slices.Equal(u.Factors.Enabled, challenges(tokenMFA)) || u.Factors.Preferred != tokenMFA {
		t.Errorf("VerifySoftwareToken: got factors %+v, want the authenticator turned on and preferred", u.Factors)
	}
	last := &signin.Result{Challenge: cognito.ChallengeNameMfaSetup, Session: third}
	done, err := f.respond(by(c), last, "USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", "000000") // a stray code does no harm
	wantTokens(t, "RespondToAuthChallenge", done, err)
	_, err = f.respond(by(c), last, "USERNAME", "ada")
	wantErr(t, "RespondToAuthChallenge again", err, idp.ErrSessionSpent)

	r = f.asks(c, "ada", tokenMFA)
	_, err = f.respond(by(c), r, "USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", f.code(secret))
	wantErr(t, "RespondToAuthChallenge with the code that proved the authenticator", err, idp.ErrSoftwareTokenUsed)
}

// A new password comes before the second factor is set up.
func TestEnrolAfterNewPassword(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOn, "token")
	f.invited(c, "ada")
	r, err := f.answer(f.challenged(c, "ada"))
	if err != nil || r.Challenge != cognito.ChallengeNameMfaSetup {
		t.Fatalf("RespondToAuthChallenge(NEW_PASSWORD_REQUIRED): got %+v, %v, want MFA_SETUP", r, err)
	}
	secret, session, err := f.associate(signin.Enrolment{Session: r.Session})
	wantErr(t, "AssociateSoftwareToken", err, nil)
	session, err = f.verify(signin.Enrolment{Session: session}, f.code(secret))
	wantErr(t, "VerifySoftwareToken", err, nil)
	done, err := f.respond(by(c), &signin.Result{Challenge: cognito.ChallengeNameMfaSetup, Session: session}, "USERNAME", "ada")
	wantTokens(t, "RespondToAuthChallenge", done, err)
	if claims(t, done.Tokens.AccessToken)["username"] != "ada" {
		t.Errorf("RespondToAuthChallenge: tokens of somebody else")
	}
}

// An address can be set up in the sign-in too: the code that goes there proves
// it.
func TestSetUpAddress(t *testing.T) {
	for _, key := range []string{"EMAIL", "email"} {
		f, c, mail := withMFA(t, cognito.UserPoolMfaOn, "token mail")
		f.user(c, "ada")
		r := f.asks(c, "ada", cognito.ChallengeNameMfaSetup)
		_, err := f.respond(by(c), r, "USERNAME", "ada", key, "not an address")
		if !errors.Is(err, idp.CheckValue(f.client().Pool.Attribute("email"), "not an address")) || err == nil {
			t.Errorf("RespondToAuthChallenge with no address: got %v, want what the attribute says", err)
		}
		next := f.replied(by(c), r, mailMFA, "USERNAME", "ada", key, adaMail)
		if m := mail.last(t); m.To != adaMail || next.Parameters["CODE_DELIVERY_DESTINATION"] != "a***@e***" {
			t.Errorf("RespondToAuthChallenge: sent %v, told of %v, want a message to the address", m, next.Parameters)
		}
		if u := f.get(c, "ada"); u.Attributes["email"] != "" {
			t.Errorf("the address is the user's before the code has come")
		}
		_, err = f.respond(by(c), next, "USERNAME", "ada", "EMAIL_OTP_CODE", another(mail.last(t).Code))
		wantErr(t, "RespondToAuthChallenge with a wrong code", err, idp.ErrCodeOrState)
		done, err := f.respond(by(c), next, "USERNAME", "ada", "EMAIL_OTP_CODE", mail.last(t).Code)
		wantTokens(t, "RespondToAuthChallenge", done, err)
		u := f.get(c, "ada")
		if u.Attributes["email"] != adaMail || !u.Verified("email") || !slices.Equal(u.Factors.Enabled, challenges(mailMFA)) || u.Factors.Preferred != mailMFA {
			t.Errorf("RespondToAuthChallenge: got attributes %v and factors %+v, want the address, verified and preferred", u.Attributes, u.Factors)
		}
		if claims(t, done.Tokens.IDToken)["email"] != adaMail {
			t.Errorf("RespondToAuthChallenge: the token does not know the address")
		}
		f.asks(c, "ada", mailMFA)
	}
}

// Whoever has an address does not get another one by setting it up.
func TestSetUpAddressOfSomebodyWhoHasOne(t *testing.T) {
	f, c, mail := withMFA(t, cognito.UserPoolMfaOn, "token mail", func(in *cognito.CreateUserPoolRequest) {
		in.AccountRecoverySetting = &cognito.AccountRecoverySettingType{RecoveryMechanisms: []*cognito.RecoveryOptionType{
			{Name: cognito.RecoveryOptionNameVerifiedEmail, Priority: 1}, {Name: cognito.RecoveryOptionNameVerifiedPhoneNumber, Priority: 2},
		}}
	})
	f.user(c, "ada", "email", adaMail)
	r := f.asks(c, "ada", cognito.ChallengeNameMfaSetup) // the address is for recovery
	if got := r.Parameters["MFAS_CAN_SETUP"]; got != `["SOFTWARE_TOKEN_MFA"]` {
		t.Errorf("InitiateAuth: MFAS_CAN_SETUP is %s, want the authenticator alone", got)
	}
	_, err := f.respond(by(c), r, "USERNAME", "ada", "EMAIL", "eve@example.com")
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrFactorUnknown)
	if mail.count() != 0 {
		t.Errorf("RespondToAuthChallenge: sent %d messages, want none", mail.count())
	}
}

// Somebody who has no second factor and can set none up is not let in.
func TestNothingToSetUp(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOn, "sms")
	f.user(c, "ada")
	_, err := f.password(c, "ada", goodPassword)
	wantErr(t, "InitiateAuth", err, idp.ErrFactorNotPossible(smsMFA))
}

func TestEnrolWhereItIsOff(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOptional, "sms")
	in := signin.Enrolment{Client: c, User: f.user(c, "ada")}
	_, _, err := f.associate(in)
	wantErr(t, "AssociateSoftwareToken", err, idp.ErrSoftwareTokenOff)
	_, err = f.verify(in, "123456")
	wantErr(t, "VerifySoftwareToken", err, idp.ErrSoftwareTokenOff)
}

func TestEnrollerIsOne(t *testing.T) {
	if signin.CheckEnroller("token", "") != nil || signin.CheckEnroller("", "session") != nil {
		t.Errorf("CheckEnroller: refuses one of the two")
	}
	for _, pair := range [][2]string{{"", ""}, {"token", "session"}} {
		declared(t, "AssociateSoftwareToken", signin.CheckEnroller(pair[0], pair[1]))
		if signin.CheckEnroller(pair[0], pair[1]) == nil {
			t.Errorf("CheckEnroller(%q): got nil, want an error", pair)
		}
	}
}

// What sessions are good for nothing, and users whom their state keeps out.
func TestEnrolSession(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOn, "sms token")
	u := f.user(c, "ada")
	f.user(c, "grace", "phone_number", adaPhone)
	begin := func() (secret []byte, session string) {
		t.Helper()
		f.advance(time.Hour)
		secret, session, err := f.associate(signin.Enrolment{Session: f.asks(c, "ada", cognito.ChallengeNameMfaSetup).Session})
		wantErr(t, "AssociateSoftwareToken", err, nil)
		return secret, session
	}
	for _, bad := range []string{"garbage", c.ID + ".garbage", f.asks(c, "grace", smsMFA).Session} {
		_, _, err := f.associate(signin.Enrolment{Session: bad})
		wantErr(t, "AssociateSoftwareToken with a bad session", err, idp.ErrSessionInvalid)
		_, err = f.verify(signin.Enrolment{Session: bad}, "123456")
		wantErr(t, "VerifySoftwareToken with a bad session", err, idp.ErrSessionInvalid)
	}
	_, _, err := f.associate(signin.Enrolment{Session: "nobody.garbage"})
	var seen *idp.Error
	if !errors.As(err, &seen) || seen.Code != "ResourceNotFoundException" {
		t.Errorf("AssociateSoftwareToken with a session of no client: got %v, want ResourceNotFoundException", err)
	}
	for _, tt := range []struct {
		name              string
		change            func(*idp.User)
		associate, verify error
	}{
		{"disabled", disabled, idp.ErrUserDisabled, idp.ErrUserDisabled},
		{"reset", status(cognito.UserStatusResetRequired), idp.ErrSessionInvalid, idp.ErrPasswordResetRequired},
		{"unconfirmed", status(cognito.UserStatusUnconfirmed), idp.ErrSessionInvalid, idp.ErrUserNotConfirmed},
	} {
		secret, session := begin()
		f.alter(u, tt.change)
		_, _, err := f.associate(signin.Enrolment{Session: session})
		wantErr(t, "AssociateSoftwareToken, "+tt.name, err, tt.associate)
		_, err = f.verify(signin.Enrolment{Session: session}, f.code(secret))
		wantErr(t, "VerifySoftwareToken, "+tt.name, err, tt.verify)
		f.alter(u, func(u *idp.User) { u.Enabled, u.Status = true, cognito.UserStatusConfirmed })
	}
	secret, session := begin()
	f.advance(3 * time.Minute)
	_, err = f.verify(signin.Enrolment{Session: session}, f.code(secret))
	wantErr(t, "VerifySoftwareToken too late", err, idp.ErrSessionExpired)
	secret, session = begin()
	f.update(func(tx store.Tx) error { return tx.DeleteUser(poolID, "ada") })
	_, err = f.verify(signin.Enrolment{Session: session}, f.code(secret))
	wantErr(t, "VerifySoftwareToken of a deleted user", err, idp.ErrSessionInvalid)
	_, err = f.verify(signin.Enrolment{Client: c, User: &idp.User{PoolID: poolID, Username: "ada", Sub: u.Sub}}, "123456")
	wantErr(t, "VerifySoftwareToken with a token of a user without a secret", err, idp.ErrSoftwareTokenNone)
}

// A user who is deleted while they set up an authenticator.
func TestEnrolDeletedMeanwhile(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOptional, "token")
	in := signin.Enrolment{Client: c, User: f.user(c, "ada")}
	secret, _, err := f.associate(in)
	wantErr(t, "AssociateSoftwareToken", err, nil)
	in.User = f.get(c, "ada")
	f.update(func(tx store.Tx) error { return tx.DeleteUser(poolID, "ada") })
	_, _, err = f.associate(in)
	wantErr(t, "AssociateSoftwareToken", err, idp.ErrAccessTokenRevoked)
	_, err = f.verify(in, f.code(secret))
	wantErr(t, "VerifySoftwareToken", err, idp.ErrUserNotFound)
}

// Codes that prove no secret are limited, and do not lock sign-ins.
func TestEnrolAttempts(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOptional, "token")
	in := signin.Enrolment{Client: c, User: f.user(c, "ada")}
	secret, _, err := f.associate(in)
	wantErr(t, "AssociateSoftwareToken", err, nil)
	in.User = f.get(c, "ada")
	for range 15 {
		_, err = f.verify(in, another(f.code(secret)))
		wantErr(t, "VerifySoftwareToken", err, idp.ErrSoftwareTokenMismatch)
	}
	for _, code := range []string{another(f.code(secret)), f.code(secret)} {
		_, err = f.verify(in, code)
		wantErr(t, "VerifySoftwareToken after fifteen", err, idp.ErrTooManyRequests)
	}
	f.signedIn(c, "ada", goodPassword)
	f.advance(time.Hour)
	_, err = f.verify(in, f.code(secret))
	wantErr(t, "VerifySoftwareToken an hour later", err, nil)
}

// One code proves one secret once.
func TestEnrolOnce(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOptional, "token")
	in := signin.Enrolment{Client: c, User: f.user(c, "ada")}
	secret, _, err := f.associate(in)
	wantErr(t, "AssociateSoftwareToken", err, nil)
	in.User = f.get(c, "ada")
	code := f.code(secret)
	wins := f.race(func() error {
		_, err := f.VerifySoftwareToken(context.Background(), in, code, "")
		return err
	}, idp.ErrSoftwareTokenNone)
	if wins != 1 {
		t.Errorf("%d requests proved the secret, want 1", wins)
	}
}

func TestFriendlyDeviceName(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOptional, "token")
	_, err := f.VerifySoftwareToken(t.Context(), signin.Enrolment{Client: c, User: f.user(c, "ada")}, "123456", strings.Repeat("é", 257))
	wantErr(t, "VerifySoftwareToken with a long name", err, idp.ErrFriendlyDeviceName)
}

func TestClientOf(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOn, "token")
	f.user(c, "ada")
	session := f.asks(c, "ada", cognito.ChallengeNameMfaSetup).Session
	for in, want := range map[string]string{session: c.ID, "": "", "garbage": "", ".": "", c.ID: ""} {
		if got := signin.ClientOf(in); got != want {
			t.Errorf("ClientOf(%.30q): got %q, want %q", in, got, want)
		}
	}
}

// A token from before a reset does not make its holder's authenticator the
// user's.
func TestEnrolAfterAReset(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOptional, "token")
	in := signin.Enrolment{Client: c, User: f.user(c, "ada")}
	secret, _, err := f.associate(in)
	wantErr(t, "AssociateSoftwareToken", err, nil)
	f.alter(f.get(c, "ada"), func(u *idp.User) { u.Status = cognito.UserStatusResetRequired })
	in.User = f.get(c, "ada")
	_, err = f.verify(in, f.code(secret))
	wantErr(t, "VerifySoftwareToken", err, idp.ErrPasswordResetRequired)
	if f.get(c, "ada").Factors.SoftwareToken != nil {
		t.Error("VerifySoftwareToken: the user has the authenticator all the same")
	}
}
