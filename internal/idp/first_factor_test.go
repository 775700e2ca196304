package idp

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
)

// everyFactor is a pool whose users may begin with anything.
func everyFactor(change ...func(*UserPool)) *UserPool {
	p := &UserPool{Settings: cognito.UserPoolType{Policies: &cognito.UserPoolPolicyType{SignInPolicy: &cognito.SignInPolicyType{
		AllowedFirstAuthFactors: []cognito.AuthFactorType{
			cognito.AuthFactorWebAuthn, cognito.AuthFactorSmsOtp, cognito.AuthFactorEmailOtp, cognito.AuthFactorPassword,
		},
	}}}}
	p.Settings.MfaConfiguration = cognito.UserPoolMfaOff
	p.Features.MFA.WebAuthn = &cognito.WebAuthnConfigurationType{RelyingPartyID: "example.com"}
	for _, c := range change {
		c(p)
	}
	return p
}

func only(factors ...cognito.AuthFactorType) func(*UserPool) {
	return func(p *UserPool) { p.Settings.Policies.SignInPolicy.AllowedFirstAuthFactors = factors }
}

func withMFA(c cognito.UserPoolMfaType) func(*UserPool) {
	return func(p *UserPool) {
		p.Settings.MfaConfiguration = c
		p.Features.MFA.SoftwareToken = &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)}
	}
}

func multiFactorPasskeys(p *UserPool) {
	p.Features.MFA.WebAuthn.FactorConfiguration = cognito.WebAuthnFactorConfigurationMultiFactorWithUserVerification
}

// everything is a user who has every factor.
func everything(change ...func(*User)) *User {
	u := &User{
		Status: cognito.UserStatusConfirmed, Password: &Password{},
		Attributes: map[string]string{"email": "ada@example.com", "phone_number": "+12065550100"},
	}
	for _, c := range change {
		c(u)
	}
	return u
}

func withAuthenticator(u *User) {
	u.Factors.SoftwareToken = &SoftwareToken{}
	u.Factors.Enabled = []cognito.ChallengeNameType{cognito.ChallengeNameSoftwareTokenMfa}
}

func TestFirstFactors(t *testing.T) {
	const (
		srp, password = cognito.ChallengeNamePasswordSrp, cognito.ChallengeNamePassword
		email, sms    = cognito.ChallengeNameEmailOtp, cognito.ChallengeNameSmsOtp
		passkey       = cognito.ChallengeNameWebAuthn
	)
	type list = []cognito.ChallengeNameType
	tests := []struct {
		name    string
		pool    *UserPool
		user    *User
		passkey bool
		want    list
	}{
		{"all, in the service's order", everyFactor(), everything(), true, list{srp, password, email, sms, passkey}},
		{"no passkey", everyFactor(), everything(), false, list{srp, password, email, sms}},
		{"no relying party", everyFactor(func(p *UserPool) { p.Features.MFA.WebAuthn = nil }), everything(), true, list{srp, password, email, sms}},
		{"no password", everyFactor(), everything(func(u *User) { u.Password = nil }), false, list{email, sms}},
		{"no address", everyFactor(), everything(func(u *User) { u.Attributes = nil }), false, list{srp, password}},
		{"nothing", everyFactor(), everything(func(u *User) { u.Attributes, u.Password = nil, nil }), false, nil},
		{"pool of passwords", everyFactor(only(cognito.AuthFactorPassword)), everything(), true, list{srp, password}},
		{"pool of e-mail", everyFactor(only(cognito.AuthFactorEmailOtp)), everything(), true, list{email}},
		{"temporary password", everyFactor(), everything(func(u *User) { u.Status = cognito.UserStatusForceChangePassword }), true, list{srp, password}},
		{"unconfirmed", everyFactor(), everything(func(u *User) { u.Status = cognito.UserStatusUnconfirmed }), false, list{srp, password, email, sms}},
		{"second factor required", everyFactor(withMFA(cognito.UserPoolMfaOn)), everything(), true, list{srp, password}},
		{"second factor possible", everyFactor(withMFA(cognito.UserPoolMfaOptional)), everything(), true, list{srp, password, email, sms, passkey}},
		{"second factor used", everyFactor(withMFA(cognito.UserPoolMfaOptional)), everything(withAuthenticator), true, list{srp, password}},
		{"second factor off", everyFactor(withMFA(cognito.UserPoolMfaOff)), everything(withAuthenticator), false, list{srp, password, email, sms}},
		{
			"passkey that stands for both", everyFactor(withMFA(cognito.UserPoolMfaOn), multiFactorPasskeys),
			everything(func(u *User) { u.Factors.WebAuthn = true }), true, list{srp, password, passkey},
		},
		{"passkey that the user did not make stand for both", everyFactor(withMFA(cognito.UserPoolMfaOn), multiFactorPasskeys), everything(), true, list{srp, password}},
		{
			"passkey that the pool takes for one", everyFactor(withMFA(cognito.UserPoolMfaOn)),
			everything(func(u *User) { u.Factors.WebAuthn = true }), true, list{srp, password},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.user.FirstFactors(tt.pool, tt.passkey); !slices.Equal(got, tt.want) {
				t.Errorf("FirstFactors: got %v, want %v", got, tt.want)
			}
		})
	}
}

// What a name without a user is asked depends on the pool and the form of the
// name alone.
func TestLikelyFirstFactors(t *testing.T) {
	const (
		srp, password = cognito.ChallengeNamePasswordSrp, cognito.ChallengeNamePassword
		email, sms    = cognito.ChallengeNameEmailOtp, cognito.ChallengeNameSmsOtp
	)
	tests := []struct {
		name, typed string
		pool        *UserPool
		want        []cognito.ChallengeNameType
	}{
		{"name", "nobody", everyFactor(), []cognito.ChallengeNameType{srp, password, email, sms}},
		{"address", "nobody@example.com", everyFactor(), []cognito.ChallengeNameType{srp, password, email}},
		{"number", "+12065550199", everyFactor(), []cognito.ChallengeNameType{srp, password, sms}},
		{"address, messages only", "nobody@example.com", everyFactor(only(cognito.AuthFactorSmsOtp)), []cognito.ChallengeNameType{sms}},
		{"second factor required", "nobody", everyFactor(withMFA(cognito.UserPoolMfaOn)), []cognito.ChallengeNameType{srp, password}},
		{"passwords", "nobody", everyFactor(only(cognito.AuthFactorPassword)), []cognito.ChallengeNameType{srp, password}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.pool.LikelyFirstFactors(tt.typed); !slices.Equal(got, tt.want) {
				t.Errorf("LikelyFirstFactors(%s): got %v, want %v", tt.typed, got, tt.want)
			}
		})
	}
}

func TestConfiguredFactors(t *testing.T) {
	tests := []struct {
		name    string
		pool    *UserPool
		user    *User
		passkey bool
		want    []cognito.AuthFactorType
	}{
		{"all", everyFactor(), everything(withAuthenticator), true, []cognito.AuthFactorType{
			cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp, cognito.AuthFactorSmsOtp, cognito.AuthFactorWebAuthn, cognito.AuthFactorSoftwareToken,
		}},
		{"address alone", everyFactor(), &User{Attributes: map[string]string{"email": "ada@example.com"}}, false, []cognito.AuthFactorType{cognito.AuthFactorEmailOtp}},
		{"pool of passwords", everyFactor(only(cognito.AuthFactorPassword)), everything(), true, []cognito.AuthFactorType{cognito.AuthFactorPassword}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.user.ConfiguredFactors(tt.pool, tt.passkey); !slices.Equal(got, tt.want) {
				t.Errorf("ConfiguredFactors: got %v, want %v", got, tt.want)
			}
		})
	}
}

// Whoever has no password must have something that codes can go to.
func TestReaches(t *testing.T) {
	byMail := everyFactor(only(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp))
	for name, tt := range map[string]struct {
		attribute, value string
		want             bool
	}{
		"address": {"email", "ada@example.com", true},
		"number":  {"phone_number", "+12065550100", false},
		"neither": {"name", "Ada", false},
	} {
		t.Run(name, func(t *testing.T) {
			u := &User{Attributes: map[string]string{tt.attribute: tt.value}}
			if got := byMail.Reaches(u); got != tt.want {
				t.Errorf("Reaches: got %v, want %v", got, tt.want)
			}
		})
	}
}
