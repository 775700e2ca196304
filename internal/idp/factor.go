package idp

import (
	"slices"

	"rockpool/internal/cognito"
)

// Factors is what a user can prove besides the password, and how they want to
// be asked. A second factor goes by the name of its challenge: SMS_MFA,
// SOFTWARE_TOKEN_MFA or EMAIL_OTP.
type Factors struct {
	Enabled   []cognito.ChallengeNameType `json:"enabled,omitzero"` // UserMFASettingList
	Preferred cognito.ChallengeNameType   `json:"preferred,omitzero"`

	// WebAuthn tells that the user's passkeys stand for a second factor too
	// (WebAuthnMfaSettings).
	WebAuthn bool `json:"webauthn,omitzero"`

	// SoftwareToken is the authenticator that the user proved to have.
	SoftwareToken *SoftwareToken `json:"token,omitzero"`

	// PendingToken is the sealed secret of an authenticator that is not
	// proved yet.
	PendingToken []byte `json:"pending,omitzero"`
}

// SoftwareToken is an authenticator that makes time-based one-time passwords
// (RFC 6238).
type SoftwareToken struct {
	Sealed []byte `json:"sealed"`        // the secret
	Name   string `json:"name,omitzero"` // FriendlyDeviceName
}

// IsZero tells whether there is nothing to keep.
func (f Factors) IsZero() bool {
	return f.Enabled == nil && f.Preferred == "" && !f.WebAuthn && f.SoftwareToken == nil && f.PendingToken == nil
}

// Has tells whether the user turned a second factor on.
func (f Factors) Has(factor cognito.ChallengeNameType) bool {
	return slices.Contains(f.Enabled, factor)
}

// TurnOn enables a factor that the user has.
func (f *Factors) TurnOn(factor cognito.ChallengeNameType) { f.set(factor, true) }

// RemoveSoftwareToken forgets the user's authenticator, the proved one and the
// one that is not proved yet, and turns the factor off.
func (f *Factors) RemoveSoftwareToken() {
	f.SoftwareToken, f.PendingToken = nil, nil
	f.set(cognito.ChallengeNameSoftwareTokenMfa, false)
	if len(f.Enabled) == 0 {
		f.WebAuthn = false // passkeys stand beside another factor only
	}
}

// set turns a factor on or off. The enabled ones have a fixed order.
func (f *Factors) set(factor cognito.ChallengeNameType, on bool) {
	var enabled []cognito.ChallengeNameType
	for _, a := range allFactors {
		if a == factor && on || a != factor && f.Has(a) {
			enabled = append(enabled, a)
		}
	}
	f.Enabled = enabled
	if !on && f.Preferred == factor {
		f.Preferred = ""
	}
}

// SettingList is what the API calls UserMFASettingList, nil if no factor is
// turned on.
func (f Factors) SettingList() []string {
	var out []string
	for _, e := range f.Enabled {
		out = append(out, string(e))
	}
	return out
}

// MFAOptions is the older form of SettingList, which knows text messages only.
func (f Factors) MFAOptions() []*cognito.MFAOptionType {
	if !f.Has(cognito.ChallengeNameSmsMfa) {
		return nil
	}
	return []*cognito.MFAOptionType{{DeliveryMedium: cognito.DeliveryMediumSms, AttributeName: "phone_number"}}
}

// clone returns a copy that shares nothing that can change.
func (f Factors) clone() Factors {
	f.Enabled = slices.Clone(f.Enabled)
	f.PendingToken = slices.Clone(f.PendingToken)
	if f.SoftwareToken != nil {
		t := *f.SoftwareToken
		f.SoftwareToken = &t
	}
	return f
}
