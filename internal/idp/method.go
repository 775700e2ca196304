package idp

import (
	"time"

	"rockpool/internal/cognito"
)

// Method is a way of proving who one is, by its name in the claim amr: that of
// RFC 8176 where there is one.
type Method string

// The methods by which users of a pool sign in.
const (
	MethodPassword      Method = "pwd"
	MethodSoftwareToken Method = "otp" // a code of an authenticator
	MethodSMS           Method = "sms"
	MethodEmail         Method = "email_otp"
	MethodSoftwareKey   Method = "swk" // a passkey that may have copies
	MethodHardwareKey   Method = "hwk" // a passkey that stays on one device

	// MethodSeveral stands for more than one factor. It is true of a password
	// with anything beside it, and proved by itself only by a passkey that
	// stands for both.
	MethodSeveral Method = "mfa"
)

// methods is the order in which they are listed.
var methods = []Method{
	MethodPassword, MethodSoftwareToken, MethodSMS, MethodEmail, MethodSoftwareKey, MethodHardwareKey, MethodSeveral,
}

// CodeMethods are the methods of codes, by the attribute that they are sent to.
var CodeMethods = map[string]Method{"phone_number": MethodSMS, "email": MethodEmail}

// FactorMethods are the methods of second factors, by their challenges.
var FactorMethods = map[cognito.ChallengeNameType]Method{
	cognito.ChallengeNameSmsMfa:           MethodSMS,
	cognito.ChallengeNameSoftwareTokenMfa: MethodSoftwareToken,
	cognito.ChallengeNameEmailOtp:         MethodEmail,
}

// Proofs are the methods by which a user proved who they are, with the Unix
// time of the sign-in in which they did.
type Proofs map[Method]int64

// Add notes that methods were proved at a time.
func (p Proofs) Add(at time.Time, proved ...Method) {
	for _, m := range proved {
		p[m] = at.Unix()
	}
}

// Has tells whether a method was proved.
func (p Proofs) Has(m Method) bool {
	_, ok := p[m]
	return ok
}

// AMR returns the claim amr; nil if nothing was proved.
func (p Proofs) AMR() []string {
	var out []string
	for _, m := range methods {
		if p.Has(m) || m == MethodSeveral && p.Has(MethodPassword) && len(out) > 1 {
			out = append(out, string(m))
		}
	}
	return out
}

// Level returns the level that was reached: that of a password is the lowest,
// whatever other method is not on the list does not reach more, and nothing
// reaches nothing.
func (p Proofs) Level() AcrLevel {
	password, code := p.Has(MethodPassword), p.Has(MethodSMS) || p.Has(MethodEmail)
	switch {
	case password && p.Has(MethodSoftwareToken):
		return AcrLevel4
	case password && code, p.Has(MethodSoftwareKey), p.Has(MethodHardwareKey):
		return AcrLevel3
	case code:
		return AcrLevel2
	case len(p) > 0:
		return AcrLevel1
	}
	return 0
}
