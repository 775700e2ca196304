package signin_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/token"
)

// Without a credit the first factors are those that lead to the level, and
// after them comes what the level needs, wanted by the user or not.
func TestLevelFromScratch(t *testing.T) {
	c := climbing(t)
	secret := c.enrol()
	r := c.chosen(by(c.client), cognito.ChallengeNameSelectChallenge, "ada", "TARGET_ACR_VALUES", level4)
	if !slices.Equal(r.Available, passwords) {
		t.Errorf("InitiateAuth: got available %v, want %v", r.Available, passwords)
	}
	_, err := c.respond(by(c.client), r, "USERNAME", "ada", "ANSWER", "EMAIL_OTP")
	wantErr(t, "RespondToAuthChallenge with a factor that does not lead there", err, errNotOffered)
	r = c.replied(by(c.client), r, tokenMFA, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", goodPassword)
	_, err = c.respond(by(c.client), r, "USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", another(c.code(secret)))
	wantErr(t, "RespondToAuthChallenge with a wrong code", err, idp.ErrSoftwareTokenCode)
	done, err := c.totp(r, secret)
	wantSure(t, "SOFTWARE_TOKEN_MFA", done, err, "4: pwd otp mfa")
	_, err = c.totp(r, secret)
	if err == nil {
		t.Error("RespondToAuthChallenge again: got tokens, want none")
	}
}

// Without an access token MAX_AGE has nothing to limit.
func TestLevelFromScratchHasAnyAge(t *testing.T) {
	c := climbing(t)
	r, err := c.choose(by(c.client), "ada", "TARGET_ACR_VALUES", level1, "MAX_AGE", "0", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
	wantSure(t, "InitiateAuth with a level", r, err, "1: pwd")
	r, err = c.choose(by(c.client), "ada", "MAX_AGE", "60", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
	wantSure(t, "InitiateAuth without", r, err, "1: pwd")
}

// What the pool and the user want is asked for whatever level is enough for the
// app.
func TestLevelDoesNotLowerTheBar(t *testing.T) {
	c := climbing(t)
	secret := c.enrol()
	c.wants(c.get(c.client, "ada"), true, tokenMFA)
	r := c.chosen(by(c.client), tokenMFA, "ada", "TARGET_ACR_VALUES", level1, "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
	done, err := c.totp(r, secret)
	wantSure(t, "SOFTWARE_TOKEN_MFA", done, err, "4: pwd otp mfa")
}

// A temporary password is replaced on the way.
func TestLevelAfterNewPassword(t *testing.T) {
	c := climbing(t)
	c.invited(c.client, "grace", "email", "grace@example.com", "email_verified", "true")
	r := c.chosen(by(c.client), cognito.ChallengeNameNewPasswordRequired, "grace",
		"TARGET_ACR_VALUES", level3, "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", temporary)
	r = c.replied(by(c.client), r, mailMFA, "USERNAME", "grace", "NEW_PASSWORD", otherPassword)
	done, err := c.respond(by(c.client), r, "USERNAME", "grace", "EMAIL_OTP_CODE", c.mail.last(t).Code)
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
}

func TestLevelByPasskey(t *testing.T) {
	f, c := withPasskeys(t)
	f.user(c, "ada", "email", adaMail)
	a := f.passkeys(c, "ada")
	password := f.signedIn(c, "ada", goodPassword)
	for name, more := range map[string][]string{"from scratch": nil, "with a credit": {"ACCESS_TOKEN", password.AccessToken}} {
		r := f.chosen(by(c), cognito.ChallengeNameWebAuthn, "ada",
			append([]string{"TARGET_ACR_VALUES", level3, "PREFERRED_CHALLENGE", "WEB_AUTHN"}, more...)...)
		if want := challenges(cognito.ChallengeNameWebAuthn); !slices.Equal(r.Available, want) {
			t.Errorf("InitiateAuth, %s: got available %v, want %v", name, r.Available, want)
		}
		done, err := f.proves(c, r, "ada", a)
		wantSure(t, "WEB_AUTHN, "+name, done, err, "3: swk")
	}
	_, err := f.choose(by(c), "ada", "TARGET_ACR_VALUES", level4, "PREFERRED_CHALLENGE", "WEB_AUTHN")
	wantErr(t, "InitiateAuth for a level that no passkey reaches", err, errLevelOut)
}

// A remembered device takes the place of a factor that the pool wants, but not
// of one that the level needs.
func TestLevelIsNotReachedByADevice(t *testing.T) {
	c := climbing(t, func(in *cognito.CreateUserPoolRequest) { in.DeviceConfiguration = &factor })
	phone := c.phone(c.client, "ada")
	c.remember(c.client, "ada", phone, true)
	c.wants(c.get(c.client, "ada"), true, mailMFA)
	proof := []string{"PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword, "DEVICE_KEY", phone.Key}
	r := c.chosen(by(c.client), cognito.ChallengeNameDeviceSrpAuth, "ada", append(proof, "TARGET_ACR_VALUES", level1)...)
	done, err := c.answer(c.greeted(by(c.client), "ada", phone, r))
	wantSure(t, "DEVICE_PASSWORD_VERIFIER", done, err, "1: pwd")
	r = c.chosen(by(c.client), mailMFA, "ada", append(proof, "TARGET_ACR_VALUES", level3)...)
	done, err = c.mailed(r)
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
	c.tokens = c.signedInWithDevice(phone)
	done, err = c.mailed(c.climb(level3, mailMFA, "DEVICE_KEY", phone.Key))
	wantSure(t, "EMAIL_OTP after the device", done, err, "3: pwd email_otp mfa")
}

// signedInWithDevice signs ada in with her password and a remembered device.
func (c *climber) signedInWithDevice(p *phone) *token.Issued {
	c.t.Helper()
	r, err := c.answer(c.greeted(by(c.client), "ada", p, c.fixture.asked(by(c.client), "ada", p)))
	wantTokens(c.t, "DEVICE_PASSWORD_VERIFIER", r, err)
	return r.Tokens
}

// The level was reachable when the user set out, and is not any more.
func TestLevelLostOnTheWay(t *testing.T) {
	c := climbing(t)
	c.enrol()
	r := c.chosen(by(c.client), cognito.ChallengeNamePassword, "ada", "TARGET_ACR_VALUES", level4, "PREFERRED_CHALLENGE", "PASSWORD")
	c.alter(c.get(c.client, "ada"), func(u *idp.User) { u.Factors.RemoveSoftwareToken() })
	_, err := c.respond(by(c.client), r, "USERNAME", "ada", "PASSWORD", goodPassword)
	wantErr(t, "RespondToAuthChallenge", err, errLevelOut)
}

// No tokens say less than what was asked for.
func TestLevelLostAtTheEnd(t *testing.T) {
	c := climbing(t)
	c.enrol()
	client := srp.NewClient(nil)
	r := c.chosen(by(c.client), cognito.ChallengeNamePasswordVerifier, "ada", "TARGET_ACR_VALUES", level4, "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", client.SRPA())
	c.alter(c.get(c.client, "ada"), func(u *idp.User) { u.Factors.RemoveSoftwareToken() })
	_, err := c.proveWithin(within(by(c.client), client, r), goodPassword)
	wantErr(t, "RespondToAuthChallenge", err, errLevelOut)
}

// Users who cannot reach a level look like names without a user, and those
// who can are asked what such a name is asked.
func TestLevelHidesWhoExists(t *testing.T) {
	c := climbing(t)
	c.user(c.client, "grace")
	c.alter(c.user(c.client, "bob"), passwordless)
	c.user(c.client, "dave", "email", "dave@example.com", "email_verified", "true")
	c.enrol()
	open, secretive := by(c.client), by(c.fixture.client(byChoice, hiding))
	_, err := c.choose(open, "nobody", "TARGET_ACR_VALUES", level4)
	wantErr(t, "InitiateAuth", err, idp.ErrUserNotFound)
	_, err = c.choose(open, "grace", "TARGET_ACR_VALUES", level4)
	wantErr(t, "InitiateAuth", err, errLevelOut)

	for _, levels := range []string{level4, level4 + " " + level1, level4 + " " + level2, level3} {
		want := c.chosen(secretive, cognito.ChallengeNameSelectChallenge, "nobody", "TARGET_ACR_VALUES", levels)
		for _, name := range []string{"ada", "grace", "bob", "dave"} {
			got := c.chosen(secretive, cognito.ChallengeNameSelectChallenge, name, "TARGET_ACR_VALUES", levels)
			if !slices.Equal(got.Available, want.Available) || len(got.Session) != len(want.Session) || !cmp.Equal(got.Parameters, want.Parameters) {
				t.Errorf("InitiateAuth(%s): got %v, want %v as for a name without a user", name, got.Available, want.Available)
			}
		}
	}
	r := c.chosen(secretive, cognito.ChallengeNamePassword, "grace", "TARGET_ACR_VALUES", level4, "PREFERRED_CHALLENGE", "PASSWORD")
	_, err = c.respond(secretive, r, "USERNAME", "grace", "PASSWORD", goodPassword)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrIncorrectUsernameOrPassword)
	r = c.chosen(secretive, cognito.ChallengeNameEmailOtp, "nobody@example.com", "TARGET_ACR_VALUES", level2, "PREFERRED_CHALLENGE", "EMAIL_OTP")
	_, err = c.respond(secretive, r, "USERNAME", "nobody@example.com", "EMAIL_OTP_CODE", "12345678")
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrCodeOrState)
}

// Where it is hidden who exists, what a user cannot reach shows after the proof
// only, and the next level is aimed at.
func TestLevelGoesDownTheListUnseen(t *testing.T) {
	c := climbing(t)
	secretive := by(c.fixture.client(byChoice, hiding))
	r := c.chosen(secretive, cognito.ChallengeNameSelectChallenge, "ada", "TARGET_ACR_VALUES", level4+" "+level2)
	if !slices.Equal(r.Available, passwords) {
		t.Errorf("InitiateAuth: got available %v, want %v", r.Available, passwords)
	}
	r = c.replied(secretive, r, mailMFA, "USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", goodPassword)
	done, err := c.respond(secretive, r, "USERNAME", "ada", "EMAIL_OTP_CODE", c.mail.last(t).Code)
	wantSure(t, "EMAIL_OTP", done, err, "3: pwd email_otp mfa")
}

// Users whom the password does not help begin with what they have.
func TestLevelOfWhoeverHasNoPassword(t *testing.T) {
	c := climbing(t)
	secretive := by(c.fixture.client(byChoice, hiding))
	c.alter(c.get(c.client, "ada"), passwordless)
	r := c.chosen(secretive, mailMFA, "ada", "TARGET_ACR_VALUES", level4+" "+level2, "PREFERRED_CHALLENGE", "EMAIL_OTP")
	done, err := c.respond(secretive, r, "USERNAME", "ada", "EMAIL_OTP_CODE", c.mail.last(t).Code)
	wantSure(t, "EMAIL_OTP", done, err, "2: email_otp")
}

// A pool that has no way to a level says so, whoever asks.
func TestLevelThatNobodyReaches(t *testing.T) {
	f := newService(t)
	c := f.client(byChoice, hiding)
	f.user(c, "ada")
	for _, name := range []string{"ada", "nobody"} {
		_, err := f.choose(by(c), name, "TARGET_ACR_VALUES", level4+" "+level2)
		wantErr(t, "InitiateAuth("+name+")", err, errLevelOut)
	}
}

// The plan is what keeps the clients of a small pool from it.
func TestLevelNeedsThePlan(t *testing.T) {
	f := newService(t, func(in *cognito.CreateUserPoolRequest) { in.UserPoolTier = cognito.UserPoolTierLite })
	c := f.client()
	f.user(c, "ada")
	_, err := f.choose(by(c), "ada", "TARGET_ACR_VALUES", level1)
	wantErr(t, "InitiateAuth", err, idp.FeatureUnavailable("USER_AUTH is not available in the LITE tier."))
	r, err := f.password(c, "ada", goodPassword)
	wantSure(t, "InitiateAuth(USER_PASSWORD_AUTH)", r, err, "1: pwd")
}
