package passkey

import (
	"bytes"
	"crypto/sha256"

	"github.com/go-webauthn/webauthn/protocol"

	"rockpool/internal/idp"
	"rockpool/internal/secret"
)

// maxCredential is the length of the longest credential that is read. An
// attestation with a chain of certificates is the longest part of one.
const maxCredential = 64 << 10

// expected is what a ceremony must be about.
type expected struct {
	challenge    string
	relyingParty string
	verified     bool // the authenticator must have verified the user
}

// checkClient checks where a ceremony took place, and returns the error of a
// registration that did so elsewhere (WebAuthn §7.1, steps 8 to 11, and the
// same steps of §7.2). A page in a frame of another site is elsewhere: users
// do not see whom they deal with.
func (e expected) checkClient(c *protocol.CollectedClientData) error {
	switch {
	case !secret.Equal([]byte(c.Challenge), []byte(e.challenge)):
		return idp.ErrWebAuthnChallengeNotFound
	case !idp.WebAuthnOriginAllowed(e.relyingParty, c.Origin), c.CrossOrigin, c.TopOrigin != "":
		return idp.ErrWebAuthnOriginNotAllowed
	}
	return nil
}

// checkAuthenticator checks what an authenticator says of itself (steps 13 to
// 17 of §7.1, 15 to 19 of §7.2).
func (e expected) checkAuthenticator(a *protocol.AuthenticatorData) error {
	hash := sha256.Sum256([]byte(e.relyingParty))
	switch {
	case !bytes.Equal(a.RPIDHash, hash[:]):
		return idp.ErrWebAuthnRelyingPartyMismatch
	case !a.Flags.HasUserPresent():
		return idp.ErrWebAuthnCredentialNotSupported("the user was not present")
	case e.verified && !a.Flags.HasUserVerified():
		return idp.ErrWebAuthnCredentialNotSupported("the user was not verified")
	case a.Flags.HasBackupState() && !a.Flags.HasBackupEligible():
		return idp.ErrWebAuthnCredentialNotSupported("it is backed up, but cannot be")
	}
	return nil
}
