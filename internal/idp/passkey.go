package idp

import "rockpool/internal/cognito"

// CheckPasskeys returns nil if the pool's users can have passkeys.
func (p *UserPool) CheckPasskeys() error {
	switch {
	case !p.AllowsFirstFactor(cognito.AuthFactorWebAuthn):
		return ErrWebAuthnNotEnabled
	case p.RelyingParty() == "":
		return ErrWebAuthnConfigurationMissing
	}
	return nil
}

// MustBeVerified tells whether an authenticator has to make sure of the person
// in front of it before a passkey of the user counts: where the pool wants it,
// and where the passkey stands for a second factor too.
func (u *User) MustBeVerified(p *UserPool) bool {
	return p.UserVerification() == cognito.UserVerificationRequired || p.PasskeysAreMultiFactor() && u.Factors.WebAuthn
}

// PasskeyName is what an authenticator shows a person who has several
// accounts: the name that they sign in with.
func (u *User) PasskeyName(p *UserPool) string {
	if p.UsernameIsAttribute() {
		for _, a := range []string{"email", "phone_number"} {
			if u.Attributes[a] != "" {
				return u.Attributes[a]
			}
		}
	}
	return u.Username
}
