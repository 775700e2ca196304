package passkey

import (
	"bytes"

	"github.com/go-webauthn/webauthn/protocol"

	"rockpool/internal/idp"
)

// Assertion is what an authenticator signed to sign a user in. Nothing of it
// is true before Verify has said so.
type Assertion struct {
	parsed *protocol.ParsedCredentialAssertionData
}

// ParseAssertion reads what a browser answers to RequestOptions
// (AuthenticationResponseJSON), or returns idp.ErrWebAuthnCredentialInvalid.
func ParseAssertion(text string) (*Assertion, error) {
	if len(text) > maxCredential {
		return nil, idp.ErrWebAuthnCredentialInvalid
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(text))
	if err != nil {
		return nil, idp.ErrWebAuthnCredentialInvalid
	}
	return &Assertion{parsed: parsed}, nil
}

// CredentialID is the id of the passkey that is said to have signed.
func (a *Assertion) CredentialID() []byte { return a.parsed.RawID }

// Verify tells whether a passkey of a user has signed a challenge now, on a
// page of the pool's relying party (WebAuthn §7.2). Where the passkey stands
// for a second factor, and where the pool wants it, the authenticator must have
// verified the user.
func (a *Assertion) Verify(pool *idp.UserPool, u *idp.User, c *idp.WebAuthnCredential, challenge string) bool {
	response := &a.parsed.Response
	e := expected{challenge: challenge, relyingParty: pool.RelyingParty(), verified: u.MustBeVerified(pool)}
	switch {
	case c.PoolID != u.PoolID, c.Username != u.Username, c.RelyingPartyID != e.relyingParty,
		!bytes.Equal(a.CredentialID(), c.ID):
		return false
	case len(response.UserHandle) > 0 && !bytes.Equal(response.UserHandle, handle(u)):
		return false
	case response.CollectedClientData.Type != protocol.AssertCeremony,
		e.checkClient(&response.CollectedClientData) != nil,
		e.checkAuthenticator(&response.AuthenticatorData) != nil:
		return false
	case response.AuthenticatorData.Flags.HasBackupEligible() != c.BackupEligible: // never changes (§6.1.3)
		return false
	case !a.advances(c):
		return false
	}
	return a.parsed.Verify(e.challenge, e.relyingParty, "", []string{response.CollectedClientData.Origin}, nil, nil,
		protocol.TopOriginExplicitVerificationMode, false, e.verified, true, c.PublicKey, protocol.SignaturePolicy{}) == nil
}

// advances tells whether the authenticator's counter has moved on, as it must
// if either side ever counted. If not, somebody signs with a copy of the key
// (§6.1.1).
func (a *Assertion) advances(c *idp.WebAuthnCredential) bool {
	count := a.parsed.Response.AuthenticatorData.Counter
	return count > c.SignCount || count == 0 && c.SignCount == 0
}

// Use notes in a passkey that it signed.
func (a *Assertion) Use(c *idp.WebAuthnCredential) {
	authenticator := &a.parsed.Response.AuthenticatorData
	c.SignCount, c.BackedUp = authenticator.Counter, authenticator.Flags.HasBackupState()
}
