package sigv4

import (
	"net/http"
	"strings"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"

	// What a signature may measure. SDKs stay far below all of these.
	maxAuthorization = 8 << 10
	maxQuery         = 16 << 10
	maxParams        = 100
	maxSignedHeaders = 100
	maxAccessKeyID   = 128
)

// signature is what a request claims about its own signature.
type signature struct {
	accessKeyID string
	scope       string // date/region/service/aws4_request, as signed
	date        string // YYYYMMDD of the scope
	region      string
	service     string
	headers     []string // lower case, ascending, without duplicates
	headerList  string   // the same, as signed: joined by semicolons
	value       string   // 64 digits of lower-case hexadecimal

	// Only in the presigned form, where the query says what headers say otherwise.
	presigned bool
	at        string // X-Amz-Date
	expires   string // X-Amz-Expires
	bodyHash  string // X-Amz-Content-Sha256
	token     bool   // X-Amz-Security-Token is there
}

// Present tells whether a request carries a signature, good or bad.
func Present(r *http.Request) bool {
	return hasHeaderSignature(r) || hasQuerySignature(r)
}

// Identify returns the access key id that a request claims, without checking
// the signature. It reports false if there is no signature, or none that can be read.
func Identify(r *http.Request) (accessKeyID string, ok bool) {
	sig, _, err := parse(r)
	if err != nil {
		return "", false
	}
	return sig.accessKeyID, true
}

func hasHeaderSignature(r *http.Request) bool {
	return strings.HasPrefix(strings.TrimLeft(r.Header.Get("Authorization"), " "), "AWS4-")
}

func hasQuerySignature(r *http.Request) bool {
	q := r.URL.RawQuery
	return strings.HasPrefix(q, "X-Amz-Algorithm=") || strings.Contains(q, "&X-Amz-Algorithm=")
}

// parse reads the signature from wherever the request carries it, and the
// query, which is part of what is signed.
func parse(r *http.Request) (*signature, []param, error) {
	params, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, nil, err
	}
	values := r.Header.Values("Authorization")
	presigned := hasQuerySignature(r)
	switch {
	case presigned && len(values) > 0:
		return nil, nil, incomplete("A request carries its signature either in the Authorization header or in the query, not in both.")
	case presigned:
		sig, err := parsePresigned(params)
		return sig, params, err
	case len(values) == 0 || len(values) == 1 && values[0] == "":
		return nil, nil, ErrMissing
	case len(values) > 1:
		return nil, nil, incomplete("A request carries one Authorization header, not several.")
	}
	sig, err := parseAuthorization(values[0])
	return sig, params, err
}

// parseAuthorization reads "AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...".
// Unlike AWS it does not repeat the header in its refusals, because people
// paste those into tickets.
func parseAuthorization(h string) (*signature, error) {
	if len(h) > maxAuthorization {
		return nil, incomplete("The Authorization header is too long.")
	}
	alg, rest, _ := strings.Cut(strings.Trim(h, " "), " ")
	if alg != algorithm {
		return nil, incomplete("Authorization header requires the algorithm '" + algorithm + "'.")
	}
	var credential, headers, value string
	for part := range strings.SplitSeq(rest, ",") {
		part = strings.Trim(part, " ")
		if part == "" {
			continue
		}
		name, v, found := strings.Cut(part, "=")
		if !found {
			return nil, incomplete("Authorization header has a part that is not a valid key=value pair (missing equal-sign).")
		}
		var dst *string
		switch name {
		case "Credential":
			dst = &credential
		case "SignedHeaders":
			dst = &headers
		case "Signature":
			dst = &value
		default:
			return nil, incomplete("Authorization header has a part other than 'Credential', 'SignedHeaders' and 'Signature'.")
		}
		if *dst != "" {
			return nil, incomplete("Authorization header has two '" + name + "' parameters.")
		}
		*dst = v
	}
	var missing []string
	for _, p := range []struct{ name, value string }{
		{"Credential", credential}, {"Signature", value}, {"SignedHeaders", headers},
	} {
		if p.value == "" {
			missing = append(missing, "Authorization header requires '"+p.name+"' parameter.")
		}
	}
	if missing != nil {
		return nil, incomplete(strings.Join(missing, " "))
	}
	sig := &signature{headerList: headers, value: value}
	if err := sig.setCredential(credential); err != nil {
		return nil, err
	}
	return sig, sig.setHeaders()
}

// parsePresigned reads the X-Amz-... parameters of a presigned request.
func parsePresigned(params []param) (*signature, error) {
	sig := &signature{presigned: true}
	var alg, credential, token string
	fields := map[string]*string{
		"X-Amz-Algorithm":      &alg,
		"X-Amz-Credential":     &credential,
		"X-Amz-Date":           &sig.at,
		"X-Amz-Expires":        &sig.expires,
		"X-Amz-SignedHeaders":  &sig.headerList,
		"X-Amz-Signature":      &sig.value,
		"X-Amz-Content-Sha256": &sig.bodyHash,
		"X-Amz-Security-Token": &token,
	}
	seen := make(map[string]bool, len(fields))
	for _, p := range params {
		if len(p.name) < 6 || !strings.EqualFold(p.name[:6], "X-Amz-") {
			continue
		}
		if seen[p.name] {
			return nil, incomplete("AWS query-string parameters must not be repeated.")
		}
		seen[p.name] = true
		if dst := fields[p.name]; dst != nil {
			*dst = p.value
		}
	}
	sig.token = seen["X-Amz-Security-Token"]
	if alg != algorithm {
		return nil, incomplete("AWS query-string parameters must include 'X-Amz-Algorithm' with the value '" + algorithm + "'.")
	}
	var missing []string
	for _, p := range []struct{ name, value string }{
		{"X-Amz-Credential", credential}, {"X-Amz-Date", sig.at}, {"X-Amz-Expires", sig.expires},
		{"X-Amz-Signature", sig.value}, {"X-Amz-SignedHeaders", sig.headerList},
	} {
		if p.value == "" {
			missing = append(missing, "AWS query-string parameters must include '"+p.name+"'.")
		}
	}
	if missing != nil {
		return nil, incomplete(strings.Join(missing, " "))
	}
	if err := sig.setCredential(credential); err != nil {
		return nil, err
	}
	return sig, sig.setHeaders()
}

// setCredential takes "id/YYYYMMDD/region/service/aws4_request" apart. An
// access key id holds no slash.
func (s *signature) setCredential(c string) error {
	parts := strings.Split(c, "/")
	if len(parts) != 5 || parts[0] == "" {
		return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.")
	}
	if len(parts[0]) > maxAccessKeyID {
		return ErrUnrecognized
	}
	if parts[4] != terminator {
		return invalid("Credential should be scoped with a valid terminator: '" + terminator + "'.")
	}
	s.accessKeyID, s.date, s.region, s.service = parts[0], parts[1], parts[2], parts[3]
	s.scope = c[len(parts[0])+1:]
	return nil
}

// setHeaders checks the list of signed headers. Every signer sorts it and
// writes it in lower case; any other list could not match.
func (s *signature) setHeaders() error {
	if strings.Count(s.headerList, ";") >= maxSignedHeaders {
		return incomplete("Too many headers are signed.")
	}
	s.headers = strings.Split(s.headerList, ";")
	for i, name := range s.headers {
		if !lowerToken(name) {
			return incomplete("'SignedHeaders' must be header names in lower case, joined by semicolons.")
		}
		if i > 0 && s.headers[i-1] >= name {
			return incomplete("'SignedHeaders' must be in ascending order, each name once.")
		}
	}
	return nil
}

// lowerToken tells whether s is a header name (RFC 9110, 5.6.2) in lower case.
func lowerToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || 'A' <= c && c <= 'Z' || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
