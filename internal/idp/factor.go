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
