package idp

import (
	"slices"

	"rockpool/internal/cognito"
)

// passwordChallenges are the two ways of proving a password in a sign-in that
// begins with a choice.
var passwordChallenges = []cognito.ChallengeNameType{cognito.ChallengeNamePasswordSrp, cognito.ChallengeNamePassword}

// ErrNothingToSendCodesTo means that a user without a password would have no
// way to sign in.
var ErrNothingToSendCodesTo = InvalidParameter("A user without a password needs an email address or a phone number that the user pool can send sign-in codes to.")

// Reaches tells whether the pool can send a user codes to sign in with.
func (p *UserPool) Reaches(u *User) bool {
	return u.Attributes["email"] != "" && p.AllowsFirstFactor(cognito.AuthFactorEmailOtp) ||
		u.Attributes["phone_number"] != "" && p.AllowsFirstFactor(cognito.AuthFactorSmsOtp)
}

// usesMFA tells whether the user's sign-ins have a second factor.
func (u *User) usesMFA(p *UserPool) bool {
	return p.MFARequired() || p.MFAOptional() && len(u.SecondFactors(p)) > 0
}

// FirstFactors returns the challenges that a user can begin a sign-in with
// (AvailableChallenges), in the service's order: what the pool allows and the
// user has. A temporary password leaves no other way. A second factor is for
// those who begin with a password, so whoever has one begins with that; or
// with a passkey that stands for both factors. passkey tells whether the user
// has registered one.
func (u *User) FirstFactors(p *UserPool, passkey bool) []cognito.ChallengeNameType {
	if u.Status == cognito.UserStatusForceChangePassword {
		return slices.Clone(passwordChallenges)
	}
	var out []cognito.ChallengeNameType
	if u.Password != nil && p.AllowsFirstFactor(cognito.AuthFactorPassword) {
		out = slices.Clone(passwordChallenges)
	}
	mfa := u.usesMFA(p)
	if !mfa && u.Attributes["email"] != "" && p.AllowsFirstFactor(cognito.AuthFactorEmailOtp) {
		out = append(out, cognito.ChallengeNameEmailOtp)
	}
	if !mfa && u.Attributes["phone_number"] != "" && p.AllowsFirstFactor(cognito.AuthFactorSmsOtp) {
		out = append(out, cognito.ChallengeNameSmsOtp)
	}
	if passkey && p.AllowsFirstFactor(cognito.AuthFactorWebAuthn) && p.RelyingParty() != "" &&
		(!mfa || p.PasskeysAreMultiFactor() && u.Factors.WebAuthn) {
		out = append(out, cognito.ChallengeNameWebAuthn)
	}
	return out
}

// LikelyFirstFactors returns the challenges that a user of a typed name would
// most likely begin with, for a name without one: all that the pool allows,
// except passkeys, which few have. A name in the form of an address or a number
// is taken for the only one.
func (p *UserPool) LikelyFirstFactors(typed string) []cognito.ChallengeNameType {
	var out []cognito.ChallengeNameType
	if p.AllowsFirstFactor(cognito.AuthFactorPassword) {
		out = slices.Clone(passwordChallenges)
	}
	email, sms := p.AllowsFirstFactor(cognito.AuthFactorEmailOtp), p.AllowsFirstFactor(cognito.AuthFactorSmsOtp)
	if email && sms {
		sms, email = !IsEmail(typed), !IsPhone(typed)
	}
	if email && !p.MFARequired() {
		out = append(out, cognito.ChallengeNameEmailOtp)
	}
	if sms && !p.MFARequired() {
		out = append(out, cognito.ChallengeNameSmsOtp)
	}
	return out
}

// ConfiguredFactors returns what a user can prove to be themselves with
// (ConfiguredUserAuthFactors): what the pool allows to begin with, and the
// authenticator app, which is a second factor only.
func (u *User) ConfiguredFactors(p *UserPool, passkey bool) []cognito.AuthFactorType {
	var out []cognito.AuthFactorType
	for _, f := range []struct {
		factor cognito.AuthFactorType
		has    bool
	}{
		{cognito.AuthFactorPassword, u.Password != nil},
		{cognito.AuthFactorEmailOtp, u.Attributes["email"] != ""},
		{cognito.AuthFactorSmsOtp, u.Attributes["phone_number"] != ""},
		{cognito.AuthFactorWebAuthn, passkey && p.RelyingParty() != ""},
	} {
		if f.has && p.AllowsFirstFactor(f.factor) {
			out = append(out, f.factor)
		}
	}
	if u.Factors.SoftwareToken != nil {
		out = append(out, cognito.AuthFactorSoftwareToken)
	}
	return out
}
