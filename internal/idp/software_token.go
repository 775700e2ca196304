package idp

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"rockpool/internal/cognito"
)

// Errors about authenticators.
var (
	// ErrSoftwareTokenOff means that the pool does not offer authenticators.
	ErrSoftwareTokenOff = &Error{"SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"}

	// ErrSoftwareTokenNone means that there is no secret that could be proved.
	ErrSoftwareTokenNone = &Error{"SoftwareTokenMFANotFoundException", "User has not associated software token"}

	// ErrSoftwareTokenUnproved means that there is no authenticator that codes
	// could come from.
	ErrSoftwareTokenUnproved = &Error{"SoftwareTokenMFANotFoundException", "User has not verified software token"}

	// ErrSoftwareTokenMismatch means that a code does not prove the secret.
	ErrSoftwareTokenMismatch = &Error{"EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"}

	// ErrSoftwareTokenCode means that a code is not the authenticator's.
	ErrSoftwareTokenCode = &Error{"CodeMismatchException", "Invalid code received for user"}

	// ErrSoftwareTokenUsed means that the authenticator's code was used before.
	ErrSoftwareTokenUsed = &Error{"ExpiredCodeException", "Your software token has already been used once."}

	// ErrFactorUnknown means that a user wants to use a second factor that they
	// do not have.
	ErrFactorUnknown = &Error{"MFAMethodNotFoundException", "The user does not have this MFA method."}

	ErrFriendlyDeviceName = InvalidParameter("FriendlyDeviceName can have at most 256 characters.")
)

// maxFriendlyName is the length of the longest name of an authenticator.
const maxFriendlyName = 256

// CheckFriendlyDeviceName checks the name of an authenticator.
func CheckFriendlyDeviceName(name string) error {
	if utf8.RuneCountInString(name) > maxFriendlyName {
		return ErrFriendlyDeviceName
	}
	return nil
}

// ProveSoftwareToken makes the pending secret, which must be the one given, the
// user's authenticator. The former one is gone then.
func (f *Factors) ProveSoftwareToken(pending []byte, name string) error {
	if f.PendingToken == nil || !bytes.Equal(f.PendingToken, pending) {
		return ErrSoftwareTokenNone
	}
	f.SoftwareToken, f.PendingToken = &SoftwareToken{Sealed: f.PendingToken, Name: name}, nil
	return nil
}

// SetUp turns on a factor that a sign-in made the user set up. It is preferred
// if none is.
func (f *Factors) SetUp(factor cognito.ChallengeNameType) {
	f.TurnOn(factor)
	if f.Preferred == "" {
		f.Preferred = factor
	}
}

// SetupFactors returns the second factors that a user can set up in a sign-in:
// of those that the pool offers the ones that the user has no means for yet.
// A phone number cannot be given there, and an address only by somebody who
// has none: it must not take the place of another.
func (u *User) SetupFactors(p *UserPool) []cognito.ChallengeNameType {
	return slices.DeleteFunc(p.SecondFactors(), func(f cognito.ChallengeNameType) bool {
		return f == cognito.ChallengeNameSmsMfa || u.hasMeans(f)
	})
}
