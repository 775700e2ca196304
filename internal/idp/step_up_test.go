package idp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
)

const (
	mfaOff      = cognito.UserPoolMfaOff
	mfaOptional = cognito.UserPoolMfaOptional
	mfaOn       = cognito.UserPoolMfaOn
)

// unverified takes the proof from what a user can be reached at.
func unverified(u *User) *User {
	u.Attributes["email_verified"], u.Attributes["phone_number_verified"] = "false", "false"
	return u
}

// offering makes a pool whose users may begin with the password and codes too.
func offering(p *UserPool, factors ...cognito.AuthFactorType) *UserPool {
	only(append(factors, cognito.AuthFactorPassword)...)(withPolicies(p))
	return p
}

func withPolicies(p *UserPool) *UserPool {
	p.Settings.Policies = &cognito.UserPoolPolicyType{SignInPolicy: &cognito.SignInPolicyType{}}
	return p
}

func TestLevelFactors(t *testing.T) {
	all := "phone token mail"
	tests := []struct {
		name   string
		pool   *UserPool
		user   *User
		have   string
		level  AcrLevel
		credit bool
		want   string
	}{
		{"everything, Level4", mfaPool(mfaOptional, "sms token mail"), mfaUser(all, ""), "pwd", AcrLevel4, true, "SOFTWARE_TOKEN_MFA"},
		{"everything, Level3", mfaPool(mfaOptional, "sms token mail"), mfaUser(all, ""), "pwd", AcrLevel3, true, "SMS_MFA SOFTWARE_TOKEN_MFA EMAIL_OTP"},
		{"everything, Level2", mfaPool(mfaOptional, "sms token mail"), mfaUser(all, ""), "pwd", AcrLevel2, true, "SMS_MFA SOFTWARE_TOKEN_MFA EMAIL_OTP"},
		{"what was proved is not asked for", mfaPool(mfaOptional, "sms token mail"), mfaUser(all, ""), "pwd sms", AcrLevel3, true, "SOFTWARE_TOKEN_MFA EMAIL_OTP"},
		{"no password", mfaPool(mfaOptional, "sms token mail"), mfaUser(all, ""), "sms", AcrLevel3, true, ""},
		{"nothing at all", mfaPool(mfaOptional, "sms token mail"), mfaUser(all, ""), "", AcrLevel3, true, ""},
		{"the preferred one reaches it", mfaPool(mfaOptional, "sms token mail"), mfaUser(all, mailMFA, mailMFA, smsMFA), "pwd", AcrLevel3, true, "EMAIL_OTP"},
		{"the preferred one does not", mfaPool(mfaOptional, "sms token mail"), mfaUser(all, mailMFA, mailMFA, smsMFA), "pwd", AcrLevel4, true, "SOFTWARE_TOKEN_MFA"},
		{"what is turned on", mfaPool(mfaOptional, "sms token mail"), mfaUser(all, "", smsMFA), "pwd", AcrLevel3, true, "SMS_MFA"},
		{"nothing to prove it with", mfaPool(mfaOptional, "sms token mail"), mfaUser("", ""), "pwd", AcrLevel3, true, ""},
		{"the pool does not send codes", mfaPool(mfaOptional, "token"), mfaUser(all, ""), "pwd", AcrLevel3, true, "SOFTWARE_TOKEN_MFA"},
		{"the pool has stopped offering authenticators", mfaPool(mfaOff, ""), mfaUser(all, ""), "pwd", AcrLevel4, true, "SOFTWARE_TOKEN_MFA"},
		{"codes to begin with", offering(mfaPool(mfaOff, ""), cognito.AuthFactorEmailOtp), mfaUser("phone mail", ""), "pwd", AcrLevel3, true, "EMAIL_OTP"},
		{"messages alone are no codes", mfaPool(mfaOff, "sms"), mfaUser("phone", ""), "pwd", AcrLevel3, true, ""},
		{"unverified, turned on", mfaPool(mfaOptional, "sms mail"), unverified(mfaUser("phone mail", "", smsMFA)), "pwd", AcrLevel3, false, "SMS_MFA"},
		{"unverified, turned on, by credit", mfaPool(mfaOptional, "sms mail"), unverified(mfaUser("phone mail", "", smsMFA)), "pwd", AcrLevel3, true, ""},
		{"unverified, not turned on", mfaPool(mfaOptional, "sms mail"), unverified(mfaUser("phone mail", "")), "pwd", AcrLevel3, false, ""},
		{"the way of recovery", mfaPool(mfaOptional, "sms mail", cognito.RecoveryOptionNameVerifiedEmail), mfaUser("phone mail", ""), "pwd", AcrLevel3, true, "SMS_MFA"},
		{"the way of recovery, turned on", mfaPool(mfaOptional, "sms mail", cognito.RecoveryOptionNameVerifiedEmail), mfaUser("phone mail", "", mailMFA), "pwd", AcrLevel3, true, "EMAIL_OTP"},
		{"required", mfaPool(mfaOn, "sms token"), mfaUser(all, ""), "pwd", AcrLevel3, false, "SMS_MFA SOFTWARE_TOKEN_MFA"},
		{"another provider's user", mfaPool(mfaOptional, "sms token mail"), mfaUser(all+" federated", ""), "pwd", AcrLevel3, true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			have := proofsOf(tt.have)
			got := tt.user.LevelFactors(tt.pool, have, tt.level, tt.credit)
			if d := cmp.Diff(tt.want, joined(got)); d != "" {
				t.Errorf("LevelFactors (-want +got):\n%s", d)
			}
			if d := cmp.Diff(proofsOf(tt.have), have); d != "" {
				t.Errorf("LevelFactors changed the proofs (-want +got):\n%s", d)
			}
		})
	}
}

// joined writes a list of challenges as tests do.
func joined(list []cognito.ChallengeNameType) string {
	var out []string
	for _, c := range list {
		out = append(out, string(c))
	}
	return strings.Join(out, " ")
}

func TestFirstFactorsTo(t *testing.T) {
	both := "PASSWORD_SRP PASSWORD"
	tests := []struct {
		name string
		pool *UserPool
		user *User
		want map[AcrLevel]string
	}{
		{"no second factor", everyFactor(), everything(), map[AcrLevel]string{
			AcrLevel1: both + " EMAIL_OTP SMS_OTP WEB_AUTHN", AcrLevel2: "EMAIL_OTP SMS_OTP WEB_AUTHN", AcrLevel3: "WEB_AUTHN", AcrLevel4: "",
		}},
		{"verified addresses", everyFactor(), everything(func(u *User) { u.Attributes["email_verified"] = "true" }), map[AcrLevel]string{
			AcrLevel2: both + " EMAIL_OTP SMS_OTP WEB_AUTHN", AcrLevel3: both + " WEB_AUTHN", AcrLevel4: "",
		}},
		{"an authenticator", everyFactor(withMFA(mfaOptional)), everything(withAuthenticator), map[AcrLevel]string{
			AcrLevel1: both, AcrLevel2: both, AcrLevel3: both, AcrLevel4: both,
		}},
		{"no password", everyFactor(), everything(func(u *User) { u.Password = nil }), map[AcrLevel]string{
			AcrLevel1: "EMAIL_OTP SMS_OTP WEB_AUTHN", AcrLevel3: "WEB_AUTHN", AcrLevel4: "",
		}},
	}
	for _, tt := range tests {
		for level, want := range tt.want {
			if got := joined(tt.user.FirstFactorsTo(tt.pool, level, true)); got != want {
				t.Errorf("%s: FirstFactorsTo(%d): got %q, want %q", tt.name, level, got, want)
			}
		}
	}
}

func TestLikelyFirstFactorsTo(t *testing.T) {
	both := "PASSWORD_SRP PASSWORD"
	password := func(p *UserPool) *UserPool { return offering(p) }
	tests := []struct {
		name string
		pool *UserPool
		want [5]string // by level
	}{
		{"codes to begin with", everyFactor(), [5]string{1: both + " EMAIL_OTP", 2: both + " EMAIL_OTP", 3: both, 4: ""}},
		{"authenticators", password(mfaPool(mfaOptional, "token")), [5]string{1: both, 2: both, 3: both, 4: both}},
		{"codes as second factors", password(mfaPool(mfaOn, "sms")), [5]string{1: both, 2: both, 3: both, 4: ""}},
		{"passwords alone", password(mfaPool(mfaOff, "")), [5]string{1: both}},
	}
	for _, tt := range tests {
		for level := AcrLevel1; level <= AcrLevel4; level++ {
			if got := joined(tt.pool.LikelyFirstFactorsTo("ada@example.com", level)); got != tt.want[level] {
				t.Errorf("%s: LikelyFirstFactorsTo(%d): got %q, want %q", tt.name, level, got, tt.want[level])
			}
		}
	}
}
