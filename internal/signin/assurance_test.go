package signin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/signin"
	"rockpool/internal/srp"
	"rockpool/internal/token"
)

// sureness is what both tokens of a sign-in say of how it was done, e.g. "4: pwd
// otp mfa"; the level is that of a pool with the names of the service. It is
// empty where neither says anything.
func sureness(t testing.TB, issued *token.Issued) string {
	t.Helper()
	var said [2]string
	for i, text := range []string{issued.IDToken, issued.AccessToken} {
		c := claims(t, text)
		acr, hasACR := c["acr"].(string)
		amr, hasAMR := c["amr"].([]any)
		if hasACR != hasAMR {
			t.Errorf("tokens: got acr %v, amr %v, want both or neither", c["acr"], c["amr"])
		}
		if hasACR {
			said[i] = strings.TrimPrefix(acr, "urn:cognito:loa:") + ": " + strings.Trim(fmt.Sprint(amr), "[]")
		}
	}
	if said[0] != said[1] {
		t.Errorf("ID token says %q, access token %q, want the same", said[0], said[1])
	}
	return said[1]
}

// wantSure fails unless a step led to tokens that say how the user signed in.
func wantSure(t testing.TB, call string, r *signin.Result, err error, want string) {
	t.Helper()
	if err != nil || r.Tokens == nil {
		t.Fatalf("%s: got %+v, %v, want tokens", call, r, err)
	}
	if got := sureness(t, r.Tokens); got != want {
		t.Errorf("%s: got %q, want %q", call, got, want)
	}
}

func TestAssuranceOfPasswords(t *testing.T) {
	f := newService(t)
	c := f.client(byChoice)
	f.user(c, "ada")
	r, err := f.password(c, "ada", goodPassword)
	wantSure(t, "USER_PASSWORD_AUTH", r, err, "1: pwd")
	r, err = f.srp(by(c), "ada", goodPassword)
	wantSure(t, "USER_SRP_AUTH", r, err, "1: pwd")
	r, err = f.choose(by(c), "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
	wantSure(t, "USER_AUTH", r, err, "1: pwd")
}

func TestAssuranceAfterNewPassword(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.invited(c, "ada")
	r, err := f.answer(f.challenged(c, "ada"))
	wantSure(t, "NEW_PASSWORD_REQUIRED", r, err, "1: pwd")
}

func TestAssuranceOfMigration(t *testing.T) {
	f := migrating(t)
	r, err := f.password(f.client(), "ada", "weak")
	wantSure(t, "InitiateAuth", r, err, "1: pwd")
}

func TestAssuranceOfFirstCodes(t *testing.T) {
	for name, tt := range map[string]struct{ response, want string }{
		"EMAIL_OTP": {"EMAIL_OTP_CODE", "2: email_otp"}, "SMS_OTP": {"SMS_OTP_CODE", "2: sms"},
	} {
		f, c, mail := withoutPasswords(t)
		f.user(c, "ada", "email", adaMail, "phone_number", adaPhone)
		r := f.chosen(by(c), cognito.ChallengeNameType(name), "ada", "PREFERRED_CHALLENGE", name)
		done, err := f.respond(by(c), r, "USERNAME", "ada", tt.response, mail.last(t).Code)
		wantSure(t, name, done, err, tt.want)
	}
}

func TestAssuranceOfSecondCodes(t *testing.T) {
	for name, tt := range map[cognito.ChallengeNameType]struct{ response, want string }{
		mailMFA: {"EMAIL_OTP_CODE", "3: pwd email_otp mfa"}, smsMFA: {"SMS_MFA_CODE", "3: pwd sms mfa"},
	} {
		f, c, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms mail")
		f.wants(f.user(c, "ada", "email", adaMail, "phone_number", adaPhone), false, name)
		r := f.asks(c, "ada", name)
		done, err := f.respond(by(c), r, "USERNAME", "ada", tt.response, mail.last(t).Code)
		wantSure(t, string(name), done, err, tt.want)
	}
}

func TestAssuranceOfSoftwareToken(t *testing.T) {
	f, asks, answer, secret := withToken(t)
	r, err := answer(asks(), f.code(secret))
	wantSure(t, "SOFTWARE_TOKEN_MFA", r, err, "4: pwd otp mfa")
}

// An authenticator that is set up in a sign-in was proved in it.
func TestAssuranceAfterSetup(t *testing.T) {
	f, c, _ := withMFA(t, cognito.UserPoolMfaOn, "token")
	f.user(c, "ada")
	secret, session, err := f.associate(signin.Enrolment{Session: f.asks(c, "ada", cognito.ChallengeNameMfaSetup).Session})
	wantErr(t, "AssociateSoftwareToken", err, nil)
	session, err = f.verify(signin.Enrolment{Session: session}, f.code(secret))
	wantErr(t, "VerifySoftwareToken", err, nil)
	r, err := f.respond(by(c), &signin.Result{Challenge: cognito.ChallengeNameMfaSetup, Session: session}, "USERNAME", "ada")
	wantSure(t, "MFA_SETUP", r, err, "4: pwd otp mfa")
}

func TestAssuranceOfPasskeys(t *testing.T) {
	multi := func(p *idp.UserPool) {
		p.Settings.MfaConfiguration = cognito.UserPoolMfaOptional
		p.Features.MFA.WebAuthn.FactorConfiguration = cognito.WebAuthnFactorConfigurationMultiFactorWithUserVerification
	}
	bound := func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.BackupEligible | passkeytest.BackedUp }
	for _, tt := range []struct {
		name   string
		pool   func(*idp.UserPool)
		key    func(*passkeytest.Ceremony)
		factor bool // it stands for a second one too
		want   string
	}{
		{"one that may have copies", func(*idp.UserPool) {}, nil, false, "3: swk"},
		{"one of a device", func(*idp.UserPool) {}, bound, false, "3: hwk"},
		{"one that stands for two factors", multi, nil, true, "3: swk mfa"},
		{"one that could", multi, nil, false, "3: swk"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, c := withPasskeys(t, tt.pool)
			f.alter(f.user(c, "ada"), func(u *idp.User) { u.Factors.WebAuthn = tt.factor })
			a := &passkeytest.Authenticator{Origin: pageOrigin, Counts: true, Change: tt.key}
			f.registers(c, "ada", a)
			r, err := f.proves(c, f.asksPasskey(c, "ada"), "ada", a)
			wantSure(t, "WEB_AUTHN", r, err, tt.want)
		})
	}
}

// Signing up proves the code, and the password if the sessions hang together.
func TestAssuranceAfterSignUp(t *testing.T) {
	for name, tt := range map[string]struct {
		password string
		keep     bool
		want     string
	}{
		"without password":    {"", true, "2: email_otp"},
		"with password":       {goodPassword, true, "3: pwd email_otp mfa"},
		"without the session": {goodPassword, false, "2: email_otp"},
	} {
		t.Run(name, func(t *testing.T) {
			f, c, mail := signingUp(t)
			session := f.signUp(c, "ada", tt.password)
			if !tt.keep {
				session = ""
			}
			r, err := f.enter(by(c), "ada", f.confirmUser(c, "ada", mail.last(t).Code, session))
			wantSure(t, "InitiateAuth", r, err, tt.want)
		})
	}
}

// What the pool's functions have judged is on no list; what the service has
// checked in the same sign-in counts.
func TestAssuranceOfCustomChallenges(t *testing.T) {
	f := riddle(t, func(s session) map[string]any {
		switch {
		case len(s) == 1 && s[0].ChallengeName == "SRP_A":
			return map[string]any{"challengeName": "PASSWORD_VERIFIER", "issueTokens": false, "failAuthentication": false}
		case len(s) > 0 && s[len(s)-1].ChallengeName == "CUSTOM_CHALLENGE":
			return map[string]any{"issueTokens": true, "failAuthentication": false}
		}
		return map[string]any{"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false}
	})
	c := f.customClient()
	f.user(c, "ada")
	r, err := f.reply(by(c), f.custom(by(c), "ada"), "5")
	wantSure(t, "CUSTOM_CHALLENGE alone", r, err, "")

	e := &exchange{client: srp.NewClient(nil), caller: by(c)}
	e.Result, err = f.initiate(by(c), cognito.AuthFlowCustomAuth, "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", e.client.SRPA())
	wantErr(t, "InitiateAuth", err, nil)
	in := e.prove(goodPassword, f.clock())
	in.Session = e.Session
	r, err = f.answer(in)
	wantCustom(t, "PASSWORD_VERIFIER", r, err)
	r, err = f.reply(by(c), r, "5")
	wantSure(t, "CUSTOM_CHALLENGE after the password", r, err, "1: pwd")
}

// A remembered device lets a user in without the second factor, which is not
// proved by that.
func TestAssuranceOfDevices(t *testing.T) {
	f := tracking(t, factor)
	c := f.client()
	f.user(c, "ada")
	p := f.phone(c, "ada")
	f.remember(c, "ada", p, true)
	r, err := f.answer(f.greeted(by(c), "ada", p, f.asked(by(c), "ada", p)))
	wantSure(t, "DEVICE_PASSWORD_VERIFIER", r, err, "1: pwd")
}

func TestAssuranceSurvivesRefresh(t *testing.T) {
	f := newService(t)
	c := f.client(rotating(0))
	f.user(c, "ada")
	refresh := f.signedIn(c, "ada", goodPassword).RefreshToken
	for range 2 {
		f.advance(time.Hour)
		r, err := f.renewed(c, refresh)
		wantSure(t, "GetTokensFromRefreshToken", r, err, "1: pwd")
		refresh = r.Tokens.RefreshToken
	}
}

// A pool's own names are in its tokens from the next one on.
func TestAssuranceByTheNamesOfThePool(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	first := f.signedIn(c, "ada", goodPassword)
	f.configure(func(p *idp.UserPool) {
		p.Settings.AcrConfiguration = map[string]*cognito.AcrLevelConfigType{"Level1": {AcrValue: "bronze"}}
	})
	r, err := f.refreshed(f.fresh(c), first.RefreshToken)
	wantSure(t, "InitiateAuth(REFRESH_TOKEN_AUTH)", r, err, "bronze: pwd")
}
