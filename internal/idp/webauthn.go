package idp

import "time"

// MaxWebAuthnCredentials is how many passkeys a user can have.
const MaxWebAuthnCredentials = 20

// WebAuthnCredential is a passkey: the public half of a key pair whose other
// half never leaves the user's authenticator (WebAuthn §4, credential record).
type WebAuthnCredential struct {
	PoolID         string
	Username       string
	ID             []byte // chosen by the authenticator; unique in the pool
	RelyingPartyID string // the only one that the authenticator uses the key for
	PublicKey      []byte // as the authenticator wrote it: COSE_Key (RFC 9052)

	// SignCount is the authenticator's counter as of the last use; always zero
	// for those that do not count.
	SignCount uint32

	Name           string   // FriendlyCredentialName
	Attachment     string   // platform or cross-platform; empty if the browser did not say
	Transports     []string // how a browser can reach the authenticator
	BackupEligible bool     // the key may be copied to other devices of the user
	BackedUp       bool     // it was, as of the last use
	Created        time.Time
}

// WebAuthnRegistration is a passkey that a user may register now: the challenge
// that their authenticator has to sign.
type WebAuthnRegistration struct {
	PoolID         string
	Username       string
	ClientID       string // the only app client that may finish it
	Challenge      string // base64url, as browsers give it back
	RelyingPartyID string
	ExpiresAt      time.Time
}

// Errors about passkeys.
var (
	// ErrWebAuthnNotEnabled means that the pool's users do not sign in with
	// passkeys.
	ErrWebAuthnNotEnabled = &Error{"WebAuthnNotEnabledException", "Passkeys are not enabled for this user pool."}

	// ErrWebAuthnConfigurationMissing means that nothing says for which
	// domain passkeys would be.
	ErrWebAuthnConfigurationMissing = &Error{"WebAuthnConfigurationMissingException", "The user pool has no relying party ID for passkeys."}

	// ErrWebAuthnChallengeNotFound means that no registration was begun, or
	// that it is over: finished, replaced or too old.
	ErrWebAuthnChallengeNotFound = &Error{"WebAuthnChallengeNotFoundException", "There is no pending registration with this challenge; start again."}

	// ErrWebAuthnClientMismatch means that another app client began the
	// registration.
	ErrWebAuthnClientMismatch = &Error{"WebAuthnClientMismatchException", "The registration was started with another app client."}

	// ErrWebAuthnRelyingPartyMismatch means that the passkey is for another
	// relying party.
	ErrWebAuthnRelyingPartyMismatch = &Error{"WebAuthnRelyingPartyMismatchException", "The credential was made for another relying party."}

	// ErrWebAuthnOriginNotAllowed means that the passkey was made on a page
	// that does not belong to the relying party.
	ErrWebAuthnOriginNotAllowed = &Error{"WebAuthnOriginNotAllowedException", "The origin of the credential does not belong to the relying party."}

	// ErrWebAuthnCredentialExists means that the passkey is registered.
	ErrWebAuthnCredentialExists = InvalidParameter("The credential is registered already.")

	// ErrWebAuthnCredentialInvalid means that something is no credential in
	// the form in which browsers give them.
	ErrWebAuthnCredentialInvalid = InvalidParameter("The credential is not a valid public key credential.")

	// ErrWebAuthnCredentialNotFound means that the user has no such passkey.
	ErrWebAuthnCredentialNotFound = &Error{"ResourceNotFoundException", "Credential does not exist."}

	// ErrWebAuthnCredentialLimit means that the user has as many passkeys as
	// there may be.
	ErrWebAuthnCredentialLimit = &Error{"LimitExceededException", "The user has the maximum number of passkeys already."}
)

// ErrWebAuthnCredentialNotSupported means that a passkey is not one that users
// of the pool may have.
func ErrWebAuthnCredentialNotSupported(why string) *Error {
	return &Error{"WebAuthnCredentialNotSupportedException", "The credential is not supported: " + why + "."}
}
