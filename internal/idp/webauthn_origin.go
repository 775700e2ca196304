package idp

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
)

// androidOrigin is what stands before the hash of the certificate with which
// an Android app is signed, where pages have their origin.
const androidOrigin = "android:apk-key-hash:"

// WebAuthnOriginAllowed tells whether what happens on a page of an origin may
// use the passkeys of a relying party: its host is that of the relying party
// or lies under it, and it came over TLS (WebAuthn §13.4.9). localhost may do
// without, as in browsers, so that an application can be tried where it is
// written. Android itself asks the relying party's assetlinks.json which apps
// may use its passkeys, so any app will do that Android lets through.
func WebAuthnOriginAllowed(relyingParty, origin string) bool {
	if relyingParty == "" {
		return false
	}
	if hash, ok := strings.CutPrefix(origin, androidOrigin); ok {
		sum, err := base64.RawURLEncoding.Strict().DecodeString(hash)
		return err == nil && len(sum) == 32 && !strings.ContainsAny(hash, "\r\n")
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin {
		return false // an origin has no more than these two (RFC 6454 §6.2)
	}
	host := u.Hostname()
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	if host != relyingParty && !strings.HasSuffix(host, "."+relyingParty) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLocalhost(host)
}

// isLocalhost tells whether a name always means the machine itself (RFC 6761
// §6.3).
func isLocalhost(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
