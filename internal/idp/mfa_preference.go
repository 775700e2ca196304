package idp

import "rockpool/internal/cognito"

// Errors about the factors that users turn on.
var (
	ErrPreferredTwice    = InvalidParameter("Only one MFA method can be preferred.")
	ErrPreferredOff      = InvalidParameter("An MFA method that is not enabled cannot be preferred.")
	ErrPasskeysNoFactor  = InvalidParameter("WebAuthnMfaSettings requires FactorConfiguration MULTI_FACTOR_WITH_USER_VERIFICATION in the user pool.")
	ErrPasskeysAlone     = InvalidParameter("WebAuthnMfaSettings requires another MFA method that is enabled.")
	ErrUnknownMFAOptions = InvalidParameter("MFAOptions can only have DeliveryMedium SMS with AttributeName phone_number.")
)

// ErrFactorNotPossible means that a user lacks what a factor needs.
func ErrFactorNotPossible(f cognito.ChallengeNameType) *Error {
	return InvalidParameter("User does not have delivery config set to turn on " + string(f))
}

// MFAPreference is what SetUserMFAPreference says of each factor; what is nil
// stays as it is.
type MFAPreference struct {
	SMS           *FactorPreference
	SoftwareToken *FactorPreference
	Email         *FactorPreference
	WebAuthn      *cognito.WebAuthnMfaSettingsType
}

// FactorPreference is what a caller says of one factor; what is nil stays as
// it is.
type FactorPreference struct {
	Enabled      *bool
	PreferredMfa *bool
}

func (in *MFAPreference) of(f cognito.ChallengeNameType) *FactorPreference {
	switch f {
	case cognito.ChallengeNameSmsMfa:
		return in.SMS
	case cognito.ChallengeNameSoftwareTokenMfa:
		return in.SoftwareToken
	case cognito.ChallengeNameEmailOtp:
		return in.Email
	}
	return nil
}

// SetMFAPreference turns factors of the user on and off, or changes nothing
// and says why. Turning one off drops the preference for it, and a new
// preference ends the former. In a pool that requires MFA the user is asked
// for what there is even so (see SecondFactors).
func (u *User) SetMFAPreference(p *UserPool, in MFAPreference) error {
	f := u.Factors.clone()
	preferred := 0
	for _, name := range allFactors {
		c := in.of(name)
		if c == nil {
			continue
		}
		on := f.Has(name)
		if c.Enabled != nil {
			on = *c.Enabled
		}
		switch {
		case isTrue(c.PreferredMfa) && !on:
			return ErrPreferredOff
		case isTrue(c.PreferredMfa):
			if preferred++; preferred > 1 {
				return ErrPreferredTwice
			}
		}
		if (isTrue(c.Enabled) || isTrue(c.PreferredMfa)) && !u.mayTurnOn(p, name) {
			return ErrFactorNotPossible(name)
		}
		f.set(name, on)
		switch {
		case isTrue(c.PreferredMfa):
			f.Preferred = name
		case c.PreferredMfa != nil && f.Preferred == name:
			f.Preferred = ""
		}
	}
	if w := in.WebAuthn; w != nil && w.Enabled != nil {
		if *w.Enabled && !p.PasskeysAreMultiFactor() {
			return ErrPasskeysNoFactor
		}
		f.WebAuthn = *w.Enabled
	}
	// Whoever loses the passkey must have another way in.
	if f.WebAuthn && len(f.Enabled) == 0 {
		return ErrPasskeysAlone
	}
	u.Factors = f
	return nil
}

// mayTurnOn tells whether the user can have a factor. While the pool's MFA is
// off, every factor can be chosen in advance.
func (u *User) mayTurnOn(p *UserPool, f cognito.ChallengeNameType) bool {
	on := p.MFARequired() || p.MFAOptional()
	return u.hasMeans(f) && (!on || offers(p.SecondFactors(), f))
}

// SetMFAOptions turns text messages on or off, in the words that
// SetUserSettings has for it.
func (u *User) SetMFAOptions(p *UserPool, options []*cognito.MFAOptionType) error {
	for _, o := range options {
		if o.DeliveryMedium != cognito.DeliveryMediumSms || o.AttributeName != "phone_number" {
			return ErrUnknownMFAOptions
		}
	}
	return u.SetMFAPreference(p, MFAPreference{SMS: &FactorPreference{Enabled: new(len(options) > 0)}})
}
