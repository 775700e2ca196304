package signin_test

import (
	"slices"
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/srp"
	"rockpool/internal/trigger/lambdatest"
)

// allowing makes a pool whose users may begin with factors.
func allowing(factors ...cognito.AuthFactorType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) {
		in.Policies = &cognito.UserPoolPolicyType{SignInPolicy: &cognito.SignInPolicyType{AllowedFirstAuthFactors: factors}}
	}
}

// What a choice is refused with.
var (
	errPreferred  = idp.InvalidParameter("PREFERRED_CHALLENGE must be one of PASSWORD, PASSWORD_SRP, EMAIL_OTP, SMS_OTP and WEB_AUTHN.")
	errNotOffered = idp.InvalidParameter("ANSWER must be one of the available challenges.")
)

// byChoice makes a client whose users choose how they sign in.
var byChoice = flows(cognito.ExplicitAuthFlowsAllowUserAuth, cognito.ExplicitAuthFlowsAllowUserPasswordAuth, cognito.ExplicitAuthFlowsAllowUserSrpAuth)

// choose begins a sign-in with USER_AUTH.
func (f *fixture) choose(c signin.Caller, username string, parameters ...string) (*signin.Result, error) {
	f.t.Helper()
	return f.initiate(c, cognito.AuthFlowUserAuth, append([]string{"USERNAME", username}, parameters...)...)
}

// chosen is choose for a sign-in that must lead to a challenge.
func (f *fixture) chosen(c signin.Caller, want cognito.ChallengeNameType, username string, parameters ...string) *signin.Result {
	f.t.Helper()
	r, err := f.choose(c, username, parameters...)
	if err != nil || r.Challenge != want || r.Session == "" || r.Parameters == nil {
		f.t.Fatalf("InitiateAuth(USER_AUTH, %s, %v): got %+v, %v, want %s with a session", username, parameters, r, err, want)
	}
	return r
}

// respond answers a challenge in its session.
func (f *fixture) respond(c signin.Caller, r *signin.Result, responses ...string) (*signin.Result, error) {
	f.t.Helper()
	return f.answer(signin.Answer{Caller: c, Challenge: r.Challenge, Session: r.Session, Responses: pairs(responses...)})
}

// replied is respond for an answer that must lead to another challenge.
func (f *fixture) replied(c signin.Caller, r *signin.Result, want cognito.ChallengeNameType, responses ...string) *signin.Result {
	f.t.Helper()
	next, err := f.respond(c, r, responses...)
	if err != nil || next.Challenge != want || next.Session == "" || next.Session == r.Session {
		f.t.Fatalf("RespondToAuthChallenge(%s, %v): got %+v, %v, want %s with a session of its own", r.Challenge, responses, next, err, want)
	}
	return next
}

// challenges makes a list of challenges.
func challenges(list ...cognito.ChallengeNameType) []cognito.ChallengeNameType { return list }

var passwords = challenges(cognito.ChallengeNamePasswordSrp, cognito.ChallengeNamePassword)

// Without a preference the user is asked to choose.
func TestChoiceAsksToChoose(t *testing.T) {
	f := newService(t, allowing(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp, cognito.AuthFactorSmsOtp, cognito.AuthFactorWebAuthn))
	c := f.client(byChoice)
	f.user(c, "ada", "email", "ada@example.com", "phone_number", "+12065550100")
	r := f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada")
	want := append(slices.Clone(passwords), cognito.ChallengeNameEmailOtp, cognito.ChallengeNameSmsOtp)
	if !slices.Equal(r.Available, want) || len(r.Parameters) != 0 {
		t.Errorf("InitiateAuth(USER_AUTH): got %v and parameters %v, want %v and none", r.Available, r.Parameters, want)
	}
}

func TestChoicePassword(t *testing.T) {
	f := newService(t)
	c := f.client(byChoice)
	f.user(c, "ada")

	t.Run("at once", func(t *testing.T) {
		r, err := f.choose(by(c), "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
		wantTokens(t, "InitiateAuth", r, err)
	})
	t.Run("by an administrator", func(t *testing.T) {
		r, err := f.choose(admin(c), "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
		wantTokens(t, "AdminInitiateAuth", r, err)
	})
	t.Run("when asked", func(t *testing.T) {
		r := f.chosen(by(c), cognito.ChallengeNamePassword, "ada", "PREFERRED_CHALLENGE", "PASSWORD")
		if !slices.Equal(r.Available, passwords) {
			t.Errorf("InitiateAuth: got available %v, want %v beside the preferred one", r.Available, passwords)
		}
		_, err := f.respond(by(c), r, "USERNAME", "ada")
		wantErr(t, "RespondToAuthChallenge without a password", err, errMissing("PASSWORD"))
		_, err = f.respond(by(c), r, "USERNAME", "ada", "PASSWORD", wrongPassword)
		wantErr(t, "RespondToAuthChallenge with a wrong password", err, idp.ErrIncorrectUsernameOrPassword)
		done, err := f.respond(by(c), r, "USERNAME", "ada", "PASSWORD", goodPassword)
		wantTokens(t, "RespondToAuthChallenge", done, err)
		_, err = f.respond(by(c), r, "USERNAME", "ada", "PASSWORD", goodPassword)
		wantErr(t, "RespondToAuthChallenge again", err, idp.ErrSessionSpent)
	})
	t.Run("selected with it", func(t *testing.T) {
		r := f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada")
		done, err := f.respond(by(c), r, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", goodPassword)
		wantTokens(t, "RespondToAuthChallenge", done, err)
	})
	t.Run("selected before it", func(t *testing.T) {
		r := f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada")
		next := f.replied(by(c), r, cognito.ChallengeNamePassword, "USERNAME", "ada", "ANSWER", "PASSWORD")
		done, err := f.respond(by(c), next, "USERNAME", "ada", "PASSWORD", goodPassword)
		wantTokens(t, "RespondToAuthChallenge", done, err)
		_, err = f.respond(by(c), r, "USERNAME", "ada", "ANSWER", "PASSWORD")
		wantErr(t, "RespondToAuthChallenge(SELECT_CHALLENGE) again", err, idp.ErrSessionSpent)
	})
}

// within is the exchange of a PASSWORD_VERIFIER inside a session.
func within(c signin.Caller, client *srp.Client, r *signin.Result) *exchange {
	return &exchange{Result: r, client: client, caller: c}
}

// proveWithin answers a PASSWORD_VERIFIER together with its session.
func (f *fixture) proveWithin(e *exchange, password string) (*signin.Result, error) {
	f.t.Helper()
	in := e.prove(password, f.clock())
	in.Session = e.Session
	return f.answer(in)
}

func TestChoiceSRP(t *testing.T) {
	f := newService(t)
	c := f.client(byChoice)
	f.user(c, "ada")
	who, client := by(c), srp.NewClient(nil)

	ways := map[string]func() *signin.Result{
		"preferred with SRP_A": func() *signin.Result {
			r := f.chosen(who, cognito.ChallengeNamePasswordVerifier, "ada", "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", client.SRPA())
			if !slices.Equal(r.Available, passwords) {
				t.Errorf("InitiateAuth: got available %v, want %v", r.Available, passwords)
			}
			return r
		},
		"preferred": func() *signin.Result {
			r := f.chosen(who, cognito.ChallengeNamePasswordSrp, "ada", "PREFERRED_CHALLENGE", "PASSWORD_SRP")
			return f.replied(who, r, cognito.ChallengeNamePasswordVerifier, "USERNAME", "ada", "SRP_A", client.SRPA())
		},
		"selected with SRP_A": func() *signin.Result {
			r := f.chosen(who, cognito.ChallengeNameSelectChallenge, "ada")
			return f.replied(who, r, cognito.ChallengeNamePasswordVerifier, "USERNAME", "ada", "ANSWER", "PASSWORD_SRP", "SRP_A", client.SRPA())
		},
		"selected": func() *signin.Result {
			r := f.chosen(who, cognito.ChallengeNameSelectChallenge, "ada")
			r = f.replied(who, r, cognito.ChallengeNamePasswordSrp, "USERNAME", "ada", "ANSWER", "PASSWORD_SRP")
			return f.replied(who, r, cognito.ChallengeNamePasswordVerifier, "USERNAME", "ada", "SRP_A", client.SRPA())
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			e := within(who, client, way())
			_, err := f.proveWithin(e, wrongPassword)
			wantErr(t, "RespondToAuthChallenge with a wrong password", err, idp.ErrIncorrectUsernameOrPassword)
			r, err := f.proveWithin(e, goodPassword)
			wantTokens(t, "RespondToAuthChallenge", r, err)
			_, err = f.proveWithin(e, goodPassword)
			wantErr(t, "RespondToAuthChallenge again", err, idp.ErrSessionSpent)
		})
	}
}

// A block made inside a session is good for nothing without that session, and
// the session for nothing with another block.
func TestBlockBelongsToItsSession(t *testing.T) {
	f := newService(t)
	c := f.client(byChoice)
	f.user(c, "ada")
	who, client := by(c), srp.NewClient(nil)
	begin := func() *exchange {
		return within(who, client, f.chosen(who, cognito.ChallengeNamePasswordVerifier, "ada", "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", client.SRPA()))
	}
	e, other := begin(), begin()

	_, err := f.answer(e.prove(goodPassword, f.clock()))
	wantErr(t, "RespondToAuthChallenge without the session", err, errMissing("Session"))
	in := e.prove(goodPassword, f.clock())
	in.Session = other.Session
	_, err = f.answer(in)
	wantErr(t, "RespondToAuthChallenge in another session", err, idp.ErrSessionInvalid)
	in.Session = f.chosen(who, cognito.ChallengeNamePassword, "ada", "PREFERRED_CHALLENGE", "PASSWORD").Session
	_, err = f.answer(in)
	wantErr(t, "RespondToAuthChallenge in the session of another challenge", err, idp.ErrSessionInvalid)

	// A block that stands for itself takes no notice of a session.
	alone := f.begun(who, "ada")
	in = alone.prove(goodPassword, f.clock())
	in.Session = e.Session
	r, err := f.answer(in)
	wantTokens(t, "RespondToAuthChallenge of USER_SRP_AUTH with a session", r, err)
	r, err = f.proveWithin(e, goodPassword)
	wantTokens(t, "RespondToAuthChallenge", r, err)

	f.advance(3 * time.Minute)
	_, err = f.proveWithin(other, goodPassword)
	wantErr(t, "RespondToAuthChallenge after the session's time", err, idp.ErrSessionExpired)
}

func TestChoiceRefusesParameters(t *testing.T) {
	f := newService(t)
	c := f.client(byChoice)
	f.user(c, "ada")
	tests := []struct {
		name       string
		parameters []string
		want       error
	}{
		{"no name", []string{"USERNAME", ""}, errMissing("USERNAME")},
		{"unknown preference", []string{"PREFERRED_CHALLENGE", "SMS_MFA"}, errPreferred},
		{"no public value", []string{"PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", "0"}, idp.ErrIncorrectUsernameOrPassword},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := f.choose(by(c), "ada", tt.parameters...)
			if tt.name == "no name" {
				_, err = f.initiate(by(c), cognito.AuthFlowUserAuth, "PREFERRED_CHALLENGE", "PASSWORD")
			}
			wantErr(t, "InitiateAuth", err, tt.want)
		})
	}
}

// What the user cannot choose is refused: as a preference it leads to the
// choice, as an answer to an error.
func TestChoiceNotAvailable(t *testing.T) {
	f := newService(t, allowing(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp))
	c := f.client(byChoice)
	f.user(c, "ada")
	for _, name := range []string{"EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"} {
		r := f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada", "PREFERRED_CHALLENGE", name)
		_, err := f.respond(by(c), r, "USERNAME", "ada", "ANSWER", name)
		wantErr(t, "RespondToAuthChallenge("+name+")", err, errNotOffered)
	}
	r := f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada")
	for _, answer := range []string{"SELECT_CHALLENGE", "SOFTWARE_TOKEN_MFA", "x"} {
		_, err := f.respond(by(c), r, "USERNAME", "ada", "ANSWER", answer)
		wantErr(t, "RespondToAuthChallenge("+answer+")", err, errNotOffered)
	}
	_, err := f.respond(by(c), r, "USERNAME", "ada")
	wantErr(t, "RespondToAuthChallenge without ANSWER", err, errMissing("ANSWER"))
}

// A temporary password leads to a new one in this flow too.
func TestChoiceTemporaryPassword(t *testing.T) {
	f := newService(t, allowing(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp))
	c := f.client(byChoice)
	f.invited(c, "ada", "email", "ada@example.com")
	r := f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	if !slices.Equal(r.Available, passwords) {
		t.Errorf("InitiateAuth: got available %v, want %v", r.Available, passwords)
	}
	r = f.replied(by(c), r, cognito.ChallengeNameNewPasswordRequired, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", temporary)
	done, err := f.respond(by(c), r, "USERNAME", "ada", "NEW_PASSWORD", otherPassword)
	wantTokens(t, "RespondToAuthChallenge(NEW_PASSWORD_REQUIRED)", done, err)
}

// What a user's state has to say comes before the choice where the client may
// know who exists, else after a proof only.
func TestChoiceStates(t *testing.T) {
	tests := []struct {
		name        string
		alter       func(*idp.User)
		begin, told error // what the beginning tells, and what the right password tells
	}{
		{"unconfirmed", status(cognito.UserStatusUnconfirmed), nil, idp.ErrUserNotConfirmed},
		{"reset required", status(cognito.UserStatusResetRequired), idp.ErrPasswordResetRequired, idp.ErrPasswordResetRequired},
		{"disabled", disabled, idp.ErrUserDisabled, idp.ErrUserDisabled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c, secretive := f.client(byChoice), f.client(byChoice, hiding)
			u := f.user(c, "ada")
			before := f.chosen(by(c), cognito.ChallengeNamePassword, "ada", "PREFERRED_CHALLENGE", "PASSWORD")
			f.alter(u, tt.alter)

			_, err := f.choose(by(c), "ada")
			wantErr(t, "InitiateAuth", err, tt.begin)
			_, err = f.respond(by(c), before, "USERNAME", "ada", "PASSWORD", goodPassword)
			wantErr(t, "RespondToAuthChallenge", err, tt.told)

			r := f.chosen(by(secretive), cognito.ChallengeNamePassword, "ada", "PREFERRED_CHALLENGE", "PASSWORD")
			_, err = f.respond(by(secretive), r, "USERNAME", "ada", "PASSWORD", wrongPassword)
			wantErr(t, "RespondToAuthChallenge with a wrong password, hiding", err, idp.ErrIncorrectUsernameOrPassword)
			_, err = f.respond(by(secretive), r, "USERNAME", "ada", "PASSWORD", goodPassword)
			wantErr(t, "RespondToAuthChallenge with the right password, hiding", err, tt.told)
		})
	}
}

// A name without a user is refused, or gets as far as a user who does not know
// the password.
func TestChoiceUnknownUser(t *testing.T) {
	f := newService(t, usernameIsEmail)
	open, secretive := f.client(byChoice), by(f.client(byChoice, hiding))
	f.user(open, "ada@example.com")
	const nobody = "nobody@example.com"
	_, err := f.choose(by(open), nobody)
	wantErr(t, "InitiateAuth", err, idp.ErrUserNotFound)

	r := f.chosen(secretive, cognito.ChallengeNameSelectChallenge, nobody)
	if !slices.Equal(r.Available, passwords) {
		t.Errorf("InitiateAuth, hiding: got available %v, want %v", r.Available, passwords)
	}
	next := f.replied(secretive, r, cognito.ChallengeNamePassword, "USERNAME", nobody, "ANSWER", "PASSWORD")
	_, err = f.respond(secretive, next, "USERNAME", nobody, "PASSWORD", goodPassword)
	wantErr(t, "RespondToAuthChallenge(PASSWORD)", err, idp.ErrIncorrectUsernameOrPassword)
	_, err = f.choose(secretive, nobody, "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
	wantErr(t, "InitiateAuth(PASSWORD)", err, idp.ErrIncorrectUsernameOrPassword)

	client := srp.NewClient(nil)
	proof := f.chosen(secretive, cognito.ChallengeNamePasswordVerifier, nobody, "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", client.SRPA())
	_, err = f.proveWithin(within(secretive, client, proof), goodPassword)
	wantErr(t, "RespondToAuthChallenge(PASSWORD_VERIFIER)", err, idp.ErrIncorrectUsernameOrPassword)

	_, err = f.respond(secretive, f.chosen(secretive, cognito.ChallengeNameSelectChallenge, nobody), "USERNAME", "ada@example.com", "ANSWER", "PASSWORD")
	wantErr(t, "RespondToAuthChallenge in the name of somebody else", err, idp.ErrSessionInvalid)
}

func usernameIsEmail(in *cognito.CreateUserPoolRequest) {
	in.UsernameAttributes = []cognito.UsernameAttributeType{cognito.UsernameAttributeEmail}
}

// Nobody who has nothing to sign in with is told from a name without a user.
func TestChoiceWithoutAnyFactor(t *testing.T) {
	f := newService(t, allowing(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp))
	open, secretive := f.client(byChoice), by(f.client(byChoice, hiding))
	f.alter(f.user(open, "ada"), passwordless)
	_, err := f.choose(by(open), "ada")
	wantErr(t, "InitiateAuth", err, idp.NotAuthorized("User has no factor to sign in with."))
	with, without := f.chosen(secretive, cognito.ChallengeNameSelectChallenge, "ada"), f.chosen(secretive, cognito.ChallengeNameSelectChallenge, "eve")
	if !slices.Equal(with.Available, without.Available) {
		t.Errorf("InitiateAuth, hiding: got %v for a user, %v for a name without one", with.Available, without.Available)
	}
	_, err = f.respond(secretive, with, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", goodPassword)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrIncorrectUsernameOrPassword)
}

// Wrong passwords lock the password in whatever flow they are given.
func TestChoiceLocks(t *testing.T) {
	for name, username := range map[string]string{"user": "ada", "name without a user": "eve"} {
		t.Run(name, func(t *testing.T) {
			f := newService(t)
			c := f.client(byChoice, hiding)
			f.user(c, "ada")
			r := f.chosen(by(c), cognito.ChallengeNamePassword, username, "PREFERRED_CHALLENGE", "PASSWORD")
			for range 5 {
				_, err := f.respond(by(c), r, "USERNAME", username, "PASSWORD", wrongPassword)
				wantErr(t, "RespondToAuthChallenge with a wrong password", err, idp.ErrIncorrectUsernameOrPassword)
			}
			_, err := f.respond(by(c), r, "USERNAME", username, "PASSWORD", goodPassword)
			wantErr(t, "RespondToAuthChallenge(PASSWORD)", err, idp.ErrPasswordAttemptsExceeded)
			_, err = f.choose(by(c), username, "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
			wantErr(t, "InitiateAuth(PASSWORD)", err, idp.ErrPasswordAttemptsExceeded)
			_, err = f.choose(by(c), username, "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", srp.NewClient(nil).SRPA())
			wantErr(t, "InitiateAuth(PASSWORD_SRP)", err, idp.ErrPasswordAttemptsExceeded)
			_, err = f.password(c, username, goodPassword)
			wantErr(t, "InitiateAuth(USER_PASSWORD_AUTH)", err, idp.ErrPasswordAttemptsExceeded)
			f.chosen(by(c), cognito.ChallengeNameSelectChallenge, username)
		})
	}
}

// A sign-in after the lock makes an end of it.
func TestChoiceAfterTheLock(t *testing.T) {
	f := newService(t)
	c := f.client(byChoice)
	f.user(c, "ada")
	r := f.chosen(by(c), cognito.ChallengeNamePassword, "ada", "PREFERRED_CHALLENGE", "PASSWORD")
	for range 5 {
		_, err := f.respond(by(c), r, "USERNAME", "ada", "PASSWORD", wrongPassword)
		wantErr(t, "RespondToAuthChallenge with a wrong password", err, idp.ErrIncorrectUsernameOrPassword)
	}
	f.advance(time.Second)
	done, err := f.respond(by(c), r, "USERNAME", "ada", "PASSWORD", goodPassword)
	wantTokens(t, "RespondToAuthChallenge", done, err)
}

func TestChoiceNeedsTheFlowAndTheTier(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	_, err := f.choose(by(c), "ada")
	wantErr(t, "InitiateAuth", err, idp.InvalidParameter("USER_AUTH is not enabled for the client."))

	c = f.client(byChoice)
	lite := *c.Pool.UserPool
	lite.Settings.UserPoolTier = cognito.UserPoolTierLite
	poor := &catalog.Client{Client: c.Client, Pool: &catalog.Pool{UserPool: &lite, Key: c.Pool.Key}}
	_, err = f.choose(by(poor), "ada")
	wantErr(t, "InitiateAuth in a pool that changed to LITE", err, idp.FeatureUnavailable("USER_AUTH is not available in the LITE tier."))
}

// PreAuthentication runs before the choice, and may refuse the sign-in.
func TestChoicePreAuthentication(t *testing.T) {
	f := newService(t, functions(cognito.LambdaConfigType{PreAuthentication: lambdatest.ARN("pre")}))
	c := f.client(byChoice)
	f.user(c, "ada")
	f.lambda.Set("pre", lambdatest.Throw("Error", "not today"))
	_, err := f.choose(by(c), "ada")
	wantErr(t, "InitiateAuth", err, &idp.Error{Code: "UserLambdaValidationException", Message: "PreAuthentication failed with error not today."})
}

// A password that another directory knows migrates its user.
func TestChoiceMigrates(t *testing.T) {
	f := migrating(t)
	c := f.client(byChoice)
	r, err := f.choose(by(c), "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", "weak")
	wantTokens(t, "InitiateAuth", r, err)
	if got := f.event("migrate").TriggerSource; got != "UserMigration_Authentication" {
		t.Errorf("UserMigration: got source %s", got)
	}
	f.get(c, "ada")
}

// One that is yet to reset their password has no other way in.
func TestChoiceMigratesWhoMustReset(t *testing.T) {
	f := migrating(t)
	f.migrates("RESET_REQUIRED")
	_, err := f.choose(by(f.client(byChoice, hiding)), "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", "weak")
	wantErr(t, "InitiateAuth", err, idp.ErrPasswordResetRequired)
}
