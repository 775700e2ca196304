package idp

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"rockpool/internal/cognito"
)

// Errors about relying parties.
var (
	ErrRelyingPartyName   = InvalidParameter("RelyingPartyId must be a domain name in lower case.")
	ErrRelyingPartySuffix = InvalidParameter("RelyingPartyId cannot be a domain on the public suffix list.")
)

// RelyingParty is the domain that the passkeys of the pool are made for: the
// one that was set, or else the pool's own domain. It is empty if there is
// neither, and nobody can use a passkey then.
func (p *UserPool) RelyingParty() string {
	if w := p.Features.MFA.WebAuthn; w != nil && w.RelyingPartyID != "" {
		return w.RelyingPartyID
	}
	return p.Settings.CustomDomain
}

// UserVerification is what the pool asks of authenticators: whether they must
// make sure of the person in front of them.
func (p *UserPool) UserVerification() cognito.UserVerificationType {
	if w := p.Features.MFA.WebAuthn; w != nil && w.UserVerification != "" {
		return w.UserVerification
	}
	return cognito.UserVerificationPreferred
}

// PasskeysAreMultiFactor tells whether a passkey whose authenticator verified
// the user counts as both factors.
func (p *UserPool) PasskeysAreMultiFactor() bool {
	w := p.Features.MFA.WebAuthn
	return w != nil && w.FactorConfiguration == cognito.WebAuthnFactorConfigurationMultiFactorWithUserVerification
}

// webAuthn fills in and checks how a pool uses passkeys.
func webAuthn(in *cognito.WebAuthnConfigurationType) (*cognito.WebAuthnConfigurationType, error) {
	if in == nil {
		return nil, nil
	}
	c := *in
	c.UserVerification = orDefault(c.UserVerification, cognito.UserVerificationPreferred)
	if c.RelyingPartyID == "" {
		return &c, nil
	}
	return &c, checkRelyingParty(c.RelyingPartyID)
}

// checkRelyingParty refuses what no browser takes for a relying party: what is
// not a domain, and a domain that sites of different owners share.
func checkRelyingParty(id string) error {
	if !isDomain(id) {
		return ErrRelyingPartyName
	}
	// The rule for names that are not on the list gives back a last label
	// without a dot, as for localhost.
	suffix, icann := publicsuffix.PublicSuffix(id)
	if suffix == id && (icann || strings.Contains(suffix, ".")) {
		return ErrRelyingPartySuffix
	}
	return nil
}

// isDomain tells whether a text is a domain name as certificates have it, and
// no address: ASCII labels of letters in lower case, digits and hyphens (RFC
// 5890, section 2.3.1), the last one not all digits.
func isDomain(s string) bool {
	if len(s) > 253 {
		return false
	}
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}
