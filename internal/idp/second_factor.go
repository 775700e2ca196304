package idp

import (
	"slices"

	"rockpool/internal/cognito"
)

// factorAttributes are the attributes that codes of a second factor go to. An
// authenticator app needs none.
var factorAttributes = map[cognito.ChallengeNameType]string{
	cognito.ChallengeNameSmsMfa:   "phone_number",
	cognito.ChallengeNameEmailOtp: "email",
}

// MFARequired tells whether every sign-in needs a second factor.
func (p *UserPool) MFARequired() bool {
	return p.Settings.MfaConfiguration == cognito.UserPoolMfaOn
}

// MFAOptional tells whether users decide on a second factor for themselves.
func (p *UserPool) MFAOptional() bool {
	return p.Settings.MfaConfiguration == cognito.UserPoolMfaOptional
}

// SecondFactors returns the second factors that the pool offers, in the order
// SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP; none while MFA is off. Text messages
// are offered as soon as the pool can send them.
func (p *UserPool) SecondFactors() []cognito.ChallengeNameType {
	if !p.MFARequired() && !p.MFAOptional() {
		return nil
	}
	return offeredFactors(&p.Settings, &p.Features.MFA)
}

// offeredFactors are the factors of a pool's settings, whether MFA is on or
// not.
func offeredFactors(s *cognito.UserPoolType, mfa *PoolMFA) []cognito.ChallengeNameType {
	var out []cognito.ChallengeNameType
	if s.SmsConfiguration != nil {
		out = append(out, cognito.ChallengeNameSmsMfa)
	}
	if mfa.SoftwareToken != nil && isTrue(mfa.SoftwareToken.Enabled) {
		out = append(out, cognito.ChallengeNameSoftwareTokenMfa)
	}
	if mfa.Email != nil {
		out = append(out, cognito.ChallengeNameEmailOtp)
	}
	return out
}

// SecondFactors returns the factors one of which the user is asked for after
// the first proof, in the order SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP. One is
// asked for at once; of several the user selects one. If there is none, the
// user is let in where MFA is optional or off, and has to set one up where the
// pool requires it.
//
// The factor that the user prefers is the only one. Without one these are:
// where MFA is optional, the factors that the user turned on; where it is
// required, also whatever the user has, except, in a pool that offers e-mail,
// the way by which its users recover their accounts: what resets the password
// must not be the second proof as well, unless the user wants it so.
func (u *User) SecondFactors(p *UserPool) []cognito.ChallengeNameType {
	offered := p.SecondFactors()
	if len(offered) == 0 || u.Status == cognito.UserStatusExternalProvider {
		return nil
	}
	can := func(f cognito.ChallengeNameType) bool { return u.hasMeans(f) && offers(offered, f) }
	if u.Factors.Has(u.Factors.Preferred) && can(u.Factors.Preferred) {
		return []cognito.ChallengeNameType{u.Factors.Preferred}
	}
	var out []cognito.ChallengeNameType
	for _, f := range allFactors {
		on := u.Factors.Has(f) || p.MFARequired() && !p.leavesOut(f, offered)
		if on && can(f) {
			out = append(out, f)
		}
	}
	return out
}

// allFactors is the order in which factors are listed.
var allFactors = []cognito.ChallengeNameType{cognito.ChallengeNameSmsMfa, cognito.ChallengeNameSoftwareTokenMfa, cognito.ChallengeNameEmailOtp}

// offers tells whether a factor can be asked for. An authenticator works on
// after the pool has stopped offering it: its owner relies on it.
func offers(offered []cognito.ChallengeNameType, f cognito.ChallengeNameType) bool {
	return f == cognito.ChallengeNameSoftwareTokenMfa || slices.Contains(offered, f)
}

// hasMeans tells whether the user could answer to a factor. A number or an
// address need not be verified: the right code verifies it.
func (u *User) hasMeans(f cognito.ChallengeNameType) bool {
	if f == cognito.ChallengeNameSoftwareTokenMfa {
		return u.Factors.SoftwareToken != nil
	}
	a := factorAttributes[f]
	return a != "" && u.Attributes[a] != ""
}

// leavesOut tells whether a factor that a user has not turned on is not asked
// for because the pool's users recover their accounts by it.
func (p *UserPool) leavesOut(f cognito.ChallengeNameType, offered []cognito.ChallengeNameType) bool {
	if !p.choosesRecovery() || !slices.Contains(offered, cognito.ChallengeNameEmailOtp) {
		return false
	}
	ways := p.RecoveryAttributes()
	return len(ways) > 0 && factorAttributes[f] == ways[0]
}
