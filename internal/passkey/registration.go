package passkey

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"rockpool/internal/idp"
)

// parseRegistration reads what a browser made of a new passkey
// (RegistrationResponseJSON).
func parseRegistration(credential json.RawMessage) (*protocol.ParsedCredentialCreationData, error) {
	if len(credential) > maxCredential {
		return nil, idp.ErrWebAuthnCredentialInvalid
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil || parsed.Response.CollectedClientData.Type != protocol.CreateCeremony {
		return nil, idp.ErrWebAuthnCredentialInvalid
	}
	return parsed, nil
}

// check verifies a new passkey (WebAuthn §7.1) and returns it without what the
// registration knows. The library verifies an attestation that is there;
// that there is none, or whose it is, matters to nobody: the options do not
// ask for one.
func (e expected) check(p *protocol.ParsedCredentialCreationData) (*idp.WebAuthnCredential, error) {
	client, authenticator := &p.Response.CollectedClientData, &p.Response.AttestationObject.AuthData
	if err := e.checkClient(client); err != nil {
		return nil, err
	}
	if err := e.checkAuthenticator(authenticator); err != nil {
		return nil, err
	}
	algorithm, err := keyAlgorithm(authenticator.AttData.CredentialPublicKey)
	if err != nil || !slices.ContainsFunc(algorithms, func(a protocol.CredentialParameter) bool { return a.Algorithm == algorithm }) {
		return nil, idp.ErrWebAuthnCredentialNotSupported("its key is of none of the algorithms that were asked for")
	}
	_, err = p.Verify(e.challenge, e.relyingParty, []string{client.Origin}, nil, nil, protocol.TopOriginExplicitVerificationMode,
		false, e.verified, true, nil, algorithms, protocol.AttestationPolicy{}, protocol.SignaturePolicy{})
	if err != nil {
		return nil, idp.ErrWebAuthnCredentialNotSupported("its attestation cannot be verified")
	}
	return &idp.WebAuthnCredential{
		ID:             authenticator.AttData.CredentialID,
		PublicKey:      authenticator.AttData.CredentialPublicKey,
		SignCount:      authenticator.Counter,
		Name:           friendlyName(authenticator.AttData.AAGUID, p.AuthenticatorAttachment),
		Attachment:     string(p.AuthenticatorAttachment),
		Transports:     transports(p.Response.Transports),
		BackupEligible: authenticator.Flags.HasBackupEligible(),
		BackedUp:       authenticator.Flags.HasBackupState(),
	}, nil
}

// keyAlgorithm is the algorithm of a key that can be used: a point on its
// curve, or a modulus of a decent size.
func keyAlgorithm(key []byte) (webauthncose.COSEAlgorithmIdentifier, error) {
	k, err := webauthncose.ParsePublicKey(key)
	if err != nil {
		return 0, err
	}
	switch k := k.(type) {
	case webauthncose.EC2PublicKeyData:
		return webauthncose.COSEAlgorithmIdentifier(k.Algorithm), nil
	case webauthncose.RSAPublicKeyData:
		return webauthncose.COSEAlgorithmIdentifier(k.Algorithm), nil
	}
	return 0, webauthncose.ErrUnsupportedKey
}

// Bounds of what a browser may say of the ways to an authenticator.
const (
	maxTransports = 8
	maxTransport  = 32
)

// transports keeps the names that browsers may give to ways to an
// authenticator. Unknown ones are kept too (§5.1.5): they only go back to
// browsers.
func transports(given []protocol.AuthenticatorTransport) []string {
	var out []string
	for _, t := range given {
		name := string(t)
		known := name != "" && len(name) <= maxTransport && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
		if known && !slices.Contains(out, name) && len(out) < maxTransports {
			out = append(out, name)
		}
	}
	return out
}
