package idp

import (
	"net/url"
	"slices"
	"strings"

	"rockpool/internal/cognito"
)

// ErrDefaultRedirectURI means that users would be sent where no callback is.
var ErrDefaultRedirectURI = InvalidParameter("DefaultRedirectURI must be one of CallbackURLs.")

// Errors about a URI to which users are sent back.
func ErrURINotAbsolute(uri string) *Error {
	return InvalidParameter(uri + " is not a valid absolute URI.")
}

// ErrURIFragment means that a URI has a fragment (RFC 6749, section 3.1.2).
func ErrURIFragment(uri string) *Error {
	return InvalidParameter(uri + " cannot contain a fragment.")
}

// ErrURIPlainHTTP means that codes and tokens would travel unencrypted.
func ErrURIPlainHTTP(uri string) *Error {
	return InvalidParameter(uri + " cannot use the HTTP protocol.")
}

// ErrURIScheme means that a browser would run or show the URI itself instead
// of opening an app.
func ErrURIScheme(uri string) *Error {
	return InvalidParameter(uri + " cannot use this URI scheme.")
}

// browserSchemes are those that browsers act on themselves.
var browserSchemes = []string{"about", "blob", "chrome", "data", "file", "filesystem", "ftp", "javascript", "vbscript", "view-source", "ws", "wss"}

// loopback are the hosts for which plain HTTP is fine.
var loopback = []string{"localhost", "127.0.0.1", "::1"}

func checkURIs(s *cognito.UserPoolClientType) error {
	for _, uri := range slices.Concat(s.CallbackURLs, s.LogoutURLs) {
		if err := checkURI(uri); err != nil {
			return err
		}
	}
	if s.DefaultRedirectURI != "" && !slices.Contains(s.CallbackURLs, s.DefaultRedirectURI) {
		return ErrDefaultRedirectURI
	}
	return nil
}

// checkURI checks a URI to which users may be sent back: absolute, without a
// fragment, and with https, plain http to this machine, or an app's own
// scheme.
func checkURI(uri string) error {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" {
		return ErrURINotAbsolute(uri)
	}
	if strings.Contains(uri, "#") {
		return ErrURIFragment(uri)
	}
	switch {
	case u.Scheme == "http" && u.Hostname() == "", u.Scheme == "https" && u.Hostname() == "":
		return ErrURINotAbsolute(uri)
	case u.Scheme == "http" && !slices.Contains(loopback, strings.ToLower(u.Hostname())):
		return ErrURIPlainHTTP(uri)
	case slices.Contains(browserSchemes, u.Scheme):
		return ErrURIScheme(uri)
	}
	return nil
}
