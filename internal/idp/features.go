package idp

import "rockpool/internal/cognito"

// PoolFeatures is what operations of their own set of a pool, beside the
// settings that DescribeUserPool shows.
type PoolFeatures struct {
	MFA      PoolMFA      `json:"mfa,omitzero"`
	Sessions PoolSessions `json:"sessions,omitzero"`
}

// PoolMFA is what SetUserPoolMfaConfig sets, but for MfaConfiguration and what
// concerns text messages, which are settings of the pool. SoftwareToken and
// Email are nil while MFA is off.
type PoolMFA struct {
	SoftwareToken *cognito.SoftwareTokenMfaConfigType `json:"token,omitzero"`
	Email         *cognito.EmailMfaConfigType         `json:"email,omitzero"`
	WebAuthn      *cognito.WebAuthnConfigurationType  `json:"webauthn,omitzero"`
}

// ClientFeatures is what operations of their own set of an app client.
type ClientFeatures struct {
	// SSOValidity is for how many minutes the client lets users in by the
	// session of their browser; nil is DefaultSSOValidityMinutes. It is kept
	// while the pool does not track sessions.
	SSOValidity *int64 `json:"sso,omitzero"`
}
