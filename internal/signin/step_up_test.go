package signin_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/store"
	"rockpool/internal/token"
)

// What a step-up is refused with.
var (
	errLevelOut     = idp.NotAuthorized("User cannot reach any of the requested levels of authentication.")
	errNoLevel      = idp.InvalidParameter("TARGET_ACR_VALUES has no value of a level of the user pool.")
	errAge          = idp.InvalidParameter("MAX_AGE must be a number of seconds.")
	errTokenAlone   = idp.InvalidParameter("ACCESS_TOKEN requires TARGET_ACR_VALUES.")
	errTokenForeign = idp.NotAuthorized("Access Token does not belong to the user.")
	errTokenOfOther = idp.NotAuthorized("Access Token was issued to another client.")
)

// The levels by the names of the service.
const (
	level1 = "urn:cognito:loa:1"
	level2 = "urn:cognito:loa:2"
	level3 = "urn:cognito:loa:3"
	level4 = "urn:cognito:loa:4"
)

// climber is a service whose pool has every factor but passkeys, a client with
// USER_AUTH, and ada, who has signed in with her password.
type climber struct {
	*fixture
	client *catalog.Client
	mail   *letters
	tokens *token.Issued
}

// climbing makes one. ada has a verified address.
func climbing(t testing.TB, change ...func(*cognito.CreateUserPoolRequest)) *climber {
	t.Helper()
	change = append(change, allowing(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp, cognito.AuthFactorSmsOtp))
	f, _, mail := withMFA(t, cognito.UserPoolMfaOptional, "sms token mail", change...)
	c := &climber{fixture: f, client: f.client(byChoice, withRefresh), mail: mail}
	f.user(c.client, "ada", "email", adaMail, "email_verified", "true")
	c.tokens = f.signedIn(c.client, "ada", goodPassword)
	return c
}

func withRefresh(in *cognito.CreateUserPoolClientRequest) {
	in.ExplicitAuthFlows = append(slices.Clone(in.ExplicitAuthFlows), cognito.ExplicitAuthFlowsAllowRefreshTokenAuth)
}

// climb asks for levels with ada's access token, which must lead to a challenge.
func (c *climber) climb(levels string, want cognito.ChallengeNameType, more ...string) *signin.Result {
	c.t.Helper()
	return c.chosen(by(c.client), want, "ada", append([]string{"TARGET_ACR_VALUES", levels, "ACCESS_TOKEN", c.tokens.AccessToken}, more...)...)
}

// mailed answers a challenge with the code that was sent last.
func (c *climber) mailed(r *signin.Result) (*signin.Result, error) {
	c.t.Helper()
	return c.respond(by(c.client), r, "USERNAME", "ada", "EMAIL_OTP_CODE", c.mail.last(c.t).Code)
}

// totp answers a challenge with a code of an authenticator.
func (c *climber) totp(r *signin.Result, secret []byte) (*signin.Result, error) {
	c.t.Helper()
	return c.respond(by(c.client), r, "USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", c.code(secret))
}

// enrol gives ada an authenticator.
func (c *climber) enrol() (secret []byte) {
	c.t.Helper()
	return c.enrolled(c.client, c.get(c.client, "ada"))
}

// Only the factor that is missing is asked for, and the tokens are those of a
// sign-in of now.
func TestStepUpAsksForWhatIsMissing(t *testing.T) {
	c := climbing(t)
	secret := c.enrol()
	for _, caller := range []signin.Caller{by(c.client), admin(c.client)} {
		c.advance(30 * time.Minute)
		r := c.chosen(caller, tokenMFA, "ada", "TARGET_ACR_VALUES", level4, "ACCESS_TOKEN", c.tokens.AccessToken)
		done, err := c.respond(caller, r, "USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", c.code(secret))
		wantSure(t, "SOFTWARE_TOKEN_MFA", done, err, "4: pwd otp mfa")
		is := claims(t, done.Tokens.AccessToken)
		if at := is["auth_time"]; at != float64(c.clock().Unix()) || is["event_id"] == claims(t, c.tokens.AccessToken)["event_id"] {
			t.Errorf("step-up: got auth_time %v, event_id %v, want now and another sign-in", at, is["event_id"])
		}
		_, err = c.Tokens.Access(t.Context(), c.tokens.AccessToken)
		wantErr(t, "Access with the token before", err, nil)
		c.tokens = c.signedIn(c.client, "ada", goodPassword)
	}
}

// A refresh says what the step-up has reached.
func TestStepUpSurvivesRefresh(t *testing.T) {
	c := climbing(t)
	done, err := c.mailed(c.climb(level3, mailMFA))
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
	c.advance(time.Hour)
	r, err := c.refreshed(c.client, done.Tokens.RefreshToken)
	wantSure(t, "InitiateAuth(REFRESH_TOKEN_AUTH)", r, err, "3: pwd email_otp mfa")
}

// The credit of refreshed tokens is that of their sign-in.
func TestStepUpWithRefreshedToken(t *testing.T) {
	c := climbing(t)
	c.advance(2 * time.Hour)
	r, err := c.refreshed(c.client, c.tokens.RefreshToken)
	wantTokens(t, "InitiateAuth(REFRESH_TOKEN_AUTH)", r, err)
	c.tokens = r.Tokens
	done, err := c.mailed(c.climb(level3, mailMFA, "MAX_AGE", "7200"))
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
	c.climb(level3, cognito.ChallengeNameSelectChallenge, "MAX_AGE", "7199")
}

// A pool without MFA has codes to begin with, which serve as second ones.
func TestStepUpWithoutMFA(t *testing.T) {
	f, client, mail := withoutPasswords(t)
	c := &climber{fixture: f, client: client, mail: mail}
	f.user(client, "ada", "email", adaMail, "email_verified", "true", "phone_number", adaPhone, "phone_number_verified", "true")
	c.tokens = f.signedIn(client, "ada", goodPassword)
	done, err := c.mailed(c.climb(level3, mailMFA, "PREFERRED_CHALLENGE", "EMAIL_OTP"))
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
	r := c.climb(level3, smsMFA, "PREFERRED_CHALLENGE", "SMS_OTP")
	done, err = c.respond(by(client), r, "USERNAME", "ada", "SMS_MFA_CODE", mail.last(t).Code)
	wantSure(t, "SMS_MFA", done, err, "3: pwd sms mfa")
	_, err = c.choose(by(client), "ada", "TARGET_ACR_VALUES", level4, "ACCESS_TOKEN", c.tokens.AccessToken)
	wantErr(t, "InitiateAuth for what the pool does not have", err, errLevelOut)
}

// Of several factors that are missing the user chooses one.
func TestStepUpAsksToChoose(t *testing.T) {
	c := climbing(t)
	secret := c.enrol()
	r := c.climb(level3, cognito.ChallengeNameSelectMfaType)
	want := challenges(tokenMFA, mailMFA)
	if got := r.Parameters["MFAS_CAN_CHOOSE"]; got != `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]` || !slices.Equal(r.Available, want) {
		t.Errorf("InitiateAuth: got %s, available %v, want %v in both", got, r.Available, want)
	}
	_, err := c.respond(by(c.client), r, "USERNAME", "ada", "ANSWER", "SMS_MFA")
	wantErr(t, "RespondToAuthChallenge with what ada does not have", err, idp.ErrFactorUnknown)
	done, err := c.totp(c.replied(by(c.client), r, tokenMFA, "USERNAME", "ada", "ANSWER", "SOFTWARE_TOKEN_MFA"), secret)
	wantSure(t, "SOFTWARE_TOKEN_MFA", done, err, "4: pwd otp mfa")
}

// The factor that the user prefers is the only one, if it reaches the level.
func TestStepUpByThePreferredFactor(t *testing.T) {
	c := climbing(t)
	secret := c.enrol()
	c.wants(c.get(c.client, "ada"), true, mailMFA, tokenMFA)
	done, err := c.mailed(c.climb(level3, mailMFA))
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
	done, err = c.totp(c.climb(level4, tokenMFA), secret)
	wantSure(t, "SOFTWARE_TOKEN_MFA", done, err, "4: pwd otp mfa")
}

// In a sign-in with USER_AUTH the answers in the middle say what there is to
// choose from, asked for a level or not.
func TestChoiceOfSecondFactorIsAvailable(t *testing.T) {
	c := climbing(t)
	c.wants(c.get(c.client, "ada"), false, tokenMFA, mailMFA)
	c.enrol()
	r := c.chosen(by(c.client), cognito.ChallengeNameSelectMfaType, "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
	if want := challenges(tokenMFA, mailMFA); !slices.Equal(r.Available, want) {
		t.Errorf("InitiateAuth: got available %v, want %v", r.Available, want)
	}
	if r = c.asks(c.client, "ada", cognito.ChallengeNameSelectMfaType); r.Available != nil {
		t.Errorf("InitiateAuth(USER_PASSWORD_AUTH): got available %v, want none", r.Available)
	}
}

// Whoever has signed in with a code is asked for the password.
func TestStepUpByPassword(t *testing.T) {
	c := climbing(t)
	r := c.chosen(by(c.client), mailMFA, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP")
	first, err := c.mailed(r)
	wantSure(t, "EMAIL_OTP", first, err, "2: email_otp")
	c.tokens = first.Tokens
	r = c.climb(level3, cognito.ChallengeNameSelectChallenge)
	if !slices.Equal(r.Available, passwords) {
		t.Errorf("InitiateAuth: got available %v, want %v", r.Available, passwords)
	}
	_, err = c.respond(by(c.client), r, "USERNAME", "ada", "ANSWER", "EMAIL_OTP")
	wantErr(t, "RespondToAuthChallenge with a code again", err, errNotOffered)
	_, err = c.respond(by(c.client), r, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", wrongPassword)
	wantErr(t, "RespondToAuthChallenge with a wrong password", err, idp.ErrIncorrectUsernameOrPassword)
	done, err := c.respond(by(c.client), r, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", goodPassword)
	wantSure(t, "PASSWORD", done, err, "3: pwd email_otp mfa")
}

// A code that counts is the second factor that the user has turned on since.
func TestStepUpCountsTheSecondFactor(t *testing.T) {
	c := climbing(t)
	first, err := c.mailed(c.chosen(by(c.client), mailMFA, "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP"))
	wantTokens(t, "EMAIL_OTP", first, err)
	c.tokens = first.Tokens
	c.wants(c.get(c.client, "ada"), true, mailMFA)
	r, err := c.choose(by(c.client), "ada", "TARGET_ACR_VALUES", level3, "ACCESS_TOKEN", c.tokens.AccessToken,
		"PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
	wantSure(t, "InitiateAuth", r, err, "3: pwd email_otp mfa")
}

// Nothing is missing: nothing counts, for a token alone yields no tokens.
func TestStepUpToWhereItIs(t *testing.T) {
	c := climbing(t)
	r := c.climb(level1, cognito.ChallengeNameSelectChallenge)
	done, err := c.respond(by(c.client), r, "USERNAME", "ada", "ANSWER", "EMAIL_OTP")
	wantErr(t, "RespondToAuthChallenge", err, nil)
	done, err = c.mailed(done)
	wantSure(t, "EMAIL_OTP", done, err, "2: email_otp")
}

// The levels are tried from the highest down, in whatever order they come.
func TestStepUpGoesDownTheList(t *testing.T) {
	c := climbing(t)
	for _, list := range []string{level4 + " " + level3, level3 + " " + level4 + " " + level1, "what ever " + level4 + "  " + level3} {
		done, err := c.mailed(c.climb(list, mailMFA))
		wantSure(t, "EMAIL_OTP, of "+list, done, err, "3: pwd email_otp mfa")
	}
	secret := c.enrol()
	done, err := c.totp(c.climb(level1+" "+level4+" "+level3, tokenMFA), secret)
	wantSure(t, "SOFTWARE_TOKEN_MFA", done, err, "4: pwd otp mfa")
}

// What is older than MAX_AGE does not count.
func TestStepUpMaxAge(t *testing.T) {
	c := climbing(t)
	c.advance(10 * time.Minute)
	for age, want := range map[string]cognito.ChallengeNameType{
		"600": mailMFA, "601": mailMFA, "2147483647": mailMFA,
		"599": cognito.ChallengeNameSelectChallenge, "0": cognito.ChallengeNameSelectChallenge,
	} {
		c.climb(level3, want, "MAX_AGE", age)
	}
	done, err := c.mailed(c.climb(level3, mailMFA, "MAX_AGE", "600", "PREFERRED_CHALLENGE", "PASSWORD"))
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
}

// At the age 0 what was proved in this very second does not count either.
func TestStepUpMaxAgeZero(t *testing.T) {
	c := climbing(t)
	c.climb(level3, cognito.ChallengeNameSelectChallenge, "MAX_AGE", "0")
}

// A step-up does not make younger what was proved before it.
func TestStepUpDoesNotRejuvenate(t *testing.T) {
	c := climbing(t)
	secret := c.enrol()
	c.advance(10 * time.Minute)
	done, err := c.mailed(c.climb(level3, mailMFA, "PREFERRED_CHALLENGE", "EMAIL_OTP"))
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
	c.tokens = done.Tokens
	c.advance(time.Minute)
	r := c.climb(level4, cognito.ChallengeNameSelectChallenge, "MAX_AGE", "300") // the code counts, the password does not
	r = c.replied(by(c.client), r, tokenMFA, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", goodPassword)
	done, err = c.totp(r, secret)
	wantSure(t, "SOFTWARE_TOKEN_MFA", done, err, "4: pwd otp email_otp mfa")
}

// A password counts until there is another one.
func TestStepUpAfterNewPassword(t *testing.T) {
	c := climbing(t)
	c.advance(time.Minute)
	c.set(c.get(c.client, "ada"), otherPassword, true)
	r := c.climb(level3, cognito.ChallengeNameSelectChallenge)
	r = c.replied(by(c.client), r, mailMFA, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", otherPassword)
	done, err := c.mailed(r)
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
}

// The password that began a sign-in in which it was replaced counts.
func TestStepUpRightAfterTheFirstPassword(t *testing.T) {
	c := climbing(t)
	c.invited(c.client, "grace", "email", "grace@example.com", "email_verified", "true")
	c.advance(300 * time.Millisecond)
	done, err := c.answer(c.challenged(c.client, "grace"))
	wantTokens(t, "NEW_PASSWORD_REQUIRED", done, err)
	c.chosen(by(c.client), mailMFA, "grace", "TARGET_ACR_VALUES", level3, "ACCESS_TOKEN", done.Tokens.AccessToken)
}

// Who comes with a token gets codes at verified addresses only: the token is
// enough to change the others.
func TestStepUpToVerifiedAddresses(t *testing.T) {
	c := climbing(t)
	c.wants(c.get(c.client, "ada"), true, mailMFA)
	c.alter(c.get(c.client, "ada"), func(u *idp.User) {
		u.Attributes["email"], u.Attributes["email_verified"] = "eve@example.com", "false"
	})
	before := c.mail.count()
	c.climb(level3, cognito.ChallengeNameSelectChallenge)
	if n := c.mail.count(); n != before {
		t.Errorf("InitiateAuth: sent %d codes, want none", n-before)
	}
}

// A function's word is no credit.
func TestStepUpAfterCustomChallenge(t *testing.T) {
	f := riddle(t, nil)
	f.configure(func(p *idp.UserPool) {
		allow := &cognito.SignInPolicyType{AllowedFirstAuthFactors: []cognito.AuthFactorType{cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp}}
		p.Settings.Policies.SignInPolicy = allow
	})
	f.Accounts.Catalog.ForgetAll()
	f.Accounts.Messages = &letters{}
	c := f.client(flows(cognito.ExplicitAuthFlowsAllowCustomAuth, cognito.ExplicitAuthFlowsAllowUserAuth))
	f.user(c, "ada", "email", adaMail, "email_verified", "true")
	done, err := f.reply(by(c), f.custom(by(c), "ada"), "5")
	wantTokens(t, "CUSTOM_CHALLENGE", done, err)
	f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada", "TARGET_ACR_VALUES", level3, "ACCESS_TOKEN", done.Tokens.AccessToken)
}

func TestStepUpRefuses(t *testing.T) {
	c := climbing(t)
	other := c.fixture.client(byChoice)
	c.user(c.client, "grace")
	mine := c.tokens.AccessToken
	hers := c.signedIn(c.client, "grace", goodPassword).AccessToken
	elsewhere := c.signedIn(other, "ada", goodPassword).AccessToken
	tests := []struct {
		name       string
		parameters []string
		want       error
	}{
		{"no level", []string{"TARGET_ACR_VALUES", " "}, errNoLevel},
		{"no level that the pool has", []string{"TARGET_ACR_VALUES", "Level1 urn:cognito:loa:5"}, errNoLevel},
		{"much too much", []string{"TARGET_ACR_VALUES", level1 + strings.Repeat(" x", 1100)}, errNoLevel},
		{"no number", []string{"TARGET_ACR_VALUES", level1, "MAX_AGE", "soon"}, errAge},
		{"negative age", []string{"TARGET_ACR_VALUES", level1, "MAX_AGE", "-1"}, errAge},
		{"endless age", []string{"TARGET_ACR_VALUES", level1, "MAX_AGE", "99999999999999999999"}, errAge},
		{"age without a level", []string{"MAX_AGE", "1.5"}, errAge},
		{"token without a level", []string{"ACCESS_TOKEN", mine}, errTokenAlone},
		{"no token", []string{"TARGET_ACR_VALUES", level4, "ACCESS_TOKEN", "x.y.z"}, idp.ErrAccessTokenInvalid},
		{"ID token", []string{"TARGET_ACR_VALUES", level4, "ACCESS_TOKEN", c.tokens.IDToken}, idp.ErrAccessTokenInvalid},
		{"changed token", []string{"TARGET_ACR_VALUES", level4, "ACCESS_TOKEN", mine[:len(mine)-9] + "AAAAAAAAA"}, idp.ErrAccessTokenSignature},
		{"token of another user", []string{"TARGET_ACR_VALUES", level1, "ACCESS_TOKEN", hers}, errTokenForeign},
		{"token of another client", []string{"TARGET_ACR_VALUES", level1, "ACCESS_TOKEN", elsewhere}, errTokenOfOther},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.choose(by(c.client), "ada", tt.parameters...)
			wantErr(t, "InitiateAuth", err, tt.want)
		})
	}
	t.Run("empty token", func(t *testing.T) {
		_, err := c.initiateWith(signin.Initiate{Caller: by(c.client), Flow: cognito.AuthFlowUserAuth, Parameters: map[string]string{
			"USERNAME": "ada", "TARGET_ACR_VALUES": level1, "ACCESS_TOKEN": "",
		}})
		wantErr(t, "InitiateAuth", err, idp.ErrAccessTokenInvalid)
	})
}

// The token is checked as it is anywhere else.
func TestStepUpChecksTheToken(t *testing.T) {
	for name, tt := range map[string]struct {
		do   func(*climber)
		want error
	}{
		"expired":          {func(c *climber) { c.advance(time.Hour) }, idp.ErrAccessTokenExpired},
		"revoked":          {(*climber).signOut, idp.ErrAccessTokenRevoked},
		"user is disabled": {func(c *climber) { c.alter(c.get(c.client, "ada"), disabled) }, idp.ErrUserDisabled},
	} {
		t.Run(name, func(t *testing.T) {
			c := climbing(t)
			tt.do(c)
			_, err := c.choose(by(c.client), "ada", "TARGET_ACR_VALUES", level3, "ACCESS_TOKEN", c.tokens.AccessToken)
			wantErr(t, "InitiateAuth", err, tt.want)
		})
	}
}

// signOut revokes ada's tokens.
func (c *climber) signOut() {
	c.update(func(tx store.Tx) error { return tx.RevokeFamilies(poolID, "ada") })
}

// Tokens that are revoked between the steps count no more.
func TestStepUpRevokedMeanwhile(t *testing.T) {
	c := climbing(t)
	r := c.climb(level3, mailMFA)
	c.signOut()
	_, err := c.mailed(r)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrAccessTokenRevoked)
}

// A step-up leads to tokens once, however many try.
func TestStepUpOnce(t *testing.T) {
	c := climbing(t)
	r := c.climb(level3, mailMFA)
	code := c.mail.last(t).Code
	won := c.race(func() error {
		_, err := c.Answer(t.Context(), signin.Answer{
			Caller: by(c.client), Challenge: r.Challenge, Session: r.Session, Responses: pairs("USERNAME", "ada", "EMAIL_OTP_CODE", code),
		})
		return err
	}, idp.ErrSessionSpent)
	if won != 1 {
		t.Errorf("RespondToAuthChallenge: %d answers led to tokens, want 1", won)
	}
}

// Whoever guesses at the password neither keeps its user from stepping up
// without it nor is forgiven by that.
func TestStepUpWhileThePasswordIsLocked(t *testing.T) {
	c := climbing(t)
	for range 5 {
		_, err := c.password(c.client, "ada", wrongPassword)
		wantErr(t, "InitiateAuth with a wrong password", err, idp.ErrIncorrectUsernameOrPassword)
	}
	done, err := c.mailed(c.climb(level3, mailMFA))
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
	_, err = c.password(c.client, "ada", goodPassword)
	wantErr(t, "InitiateAuth with the password", err, idp.ErrPasswordAttemptsExceeded)
}

// A session of one user is no good for another, with a credit neither.
func TestStepUpSessionIsOfItsUser(t *testing.T) {
	c := climbing(t)
	c.user(c.client, "grace")
	r := c.climb(level3, mailMFA)
	_, err := c.respond(by(c.client), r, "USERNAME", "grace", "EMAIL_OTP_CODE", c.mail.last(t).Code)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrSessionInvalid)
}

// With a token nothing is learned about other names.
func TestStepUpTellsNothingOfOthers(t *testing.T) {
	c := climbing(t)
	secretive := c.fixture.client(byChoice, hiding)
	c.user(secretive, "grace")
	mine := c.signedIn(secretive, "ada", goodPassword).AccessToken
	for _, name := range []string{"grace", "nobody"} {
		_, err := c.choose(by(secretive), name, "TARGET_ACR_VALUES", level1, "ACCESS_TOKEN", mine)
		wantErr(t, "InitiateAuth("+name+")", err, errTokenForeign)
	}
	_, err := c.choose(by(secretive), "ada", "TARGET_ACR_VALUES", level4, "ACCESS_TOKEN", mine)
	wantErr(t, "InitiateAuth for what ada cannot reach", err, errLevelOut)
}
