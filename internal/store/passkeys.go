package store

import "rockpool/internal/idp"

// Passkeys keeps the WebAuthn credentials of users, and registrations that
// wait for the authenticator.
type Passkeys interface {
	// WebAuthnCredential returns a passkey, or ErrNotFound.
	WebAuthnCredential(poolID string, id []byte) (*idp.WebAuthnCredential, error)

	// ListWebAuthnCredentials returns at most limit passkeys of a user, the
	// oldest first.
	ListWebAuthnCredentials(poolID, username string, limit int) ([]*idp.WebAuthnCredential, error)

	// CreateWebAuthnCredential stores a new passkey. It returns ErrExists if
	// anybody in the pool has one with this id.
	CreateWebAuthnCredential(c *idp.WebAuthnCredential) error

	// UseWebAuthnCredential stores what changes when a passkey is used: its
	// counter and whether it is backed up. It returns ErrNotFound if
	// the passkey is gone, or the stored counter is as far already: a counter
	// moves on with each use, unless it has never left 0.
	UseWebAuthnCredential(c *idp.WebAuthnCredential) error

	// DeleteWebAuthnCredential removes a passkey of a user, or returns
	// ErrNotFound.
	DeleteWebAuthnCredential(poolID, username string, id []byte) error

	// WebAuthnRegistration returns the registration that a user has begun, an
	// expired one too, or ErrNotFound.
	WebAuthnRegistration(poolID, username string) (*idp.WebAuthnRegistration, error)

	// PutWebAuthnRegistration stores a registration in place of any other of
	// the user.
	PutWebAuthnRegistration(r *idp.WebAuthnRegistration) error

	// SpendWebAuthnRegistration removes a registration. It returns ErrNotFound
	// if there is none with this challenge, so that of two requests that
	// finish one registration, exactly one succeeds.
	SpendWebAuthnRegistration(r *idp.WebAuthnRegistration) error
}
