package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// param is one parameter of the query, decoded.
type param struct{ name, value string }

// parseQuery decodes a query as net/url does, but keeps order and duplicates
// and refuses what it cannot decode: a parameter that is dropped here but read
// elsewhere would be a parameter nobody signed.
func parseQuery(raw string) ([]param, error) {
	if raw == "" {
		return nil, nil
	}
	if len(raw) > maxQuery || strings.Count(raw, "&") >= maxParams {
		return nil, incomplete("The query is too long.")
	}
	var params []param
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		n, err1 := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return nil, incomplete("The query cannot be decoded.")
		}
		params = append(params, param{n, v})
	}
	return params, nil
}

// canonicalRequest appends to dst the text whose hash is signed.
func canonicalRequest(dst []byte, r *http.Request, sig *signature, params []param, bodyHash string) []byte {
	dst = append(dst, r.Method...)
	dst = append(dst, '\n')
	dst = appendCanonicalPath(dst, r.URL.EscapedPath())
	dst = append(dst, '\n')
	dst = appendCanonicalQuery(dst, params, sig.presigned)
	dst = append(dst, '\n')
	for _, name := range sig.headers {
		dst = append(dst, name...)
		dst = append(dst, ':')
		dst = appendHeader(dst, r, name)
		dst = append(dst, '\n')
	}
	dst = append(dst, '\n')
	dst = append(dst, sig.headerList...)
	dst = append(dst, '\n')
	return append(dst, bodyHash...)
}

// appendCanonicalPath normalises an escaped path (RFC 3986, 5.2.4, and no empty
// segments) and encodes it once more.
func appendCanonicalPath(dst []byte, escaped string) []byte {
	if escaped == "/" || escaped == "" {
		return append(dst, '/')
	}
	var segments []string
	for s := range strings.SplitSeq(escaped, "/") {
		switch s {
		case "", ".":
		case "..":
			if len(segments) > 0 {
				segments = segments[:len(segments)-1]
			}
		default:
			segments = append(segments, s)
		}
	}
	for _, s := range segments {
		dst = append(dst, '/')
		dst = appendEncoded(dst, s)
	}
	if len(segments) == 0 || strings.HasSuffix(escaped, "/") {
		dst = append(dst, '/')
	}
	return dst
}

// appendCanonicalQuery encodes the parameters and sorts them by encoded name,
// then by encoded value. A presigned request does not sign its own signature.
func appendCanonicalQuery(dst []byte, params []param, presigned bool) []byte {
	encoded := make([]param, 0, len(params))
	for _, p := range params {
		if presigned && p.name == "X-Amz-Signature" {
			continue
		}
		encoded = append(encoded, param{
			string(appendEncoded(nil, p.name)),
			string(appendEncoded(nil, p.value)),
		})
	}
	slices.SortFunc(encoded, func(a, b param) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	for i, p := range encoded {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = append(dst, p.name...)
		dst = append(dst, '=')
		dst = append(dst, p.value...)
	}
	return dst
}

// appendEncoded percent-encodes everything but the unreserved characters of RFC 3986.
func appendEncoded(dst []byte, s string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
			dst = append(dst, c)
		default:
			dst = append(dst, '%', digits[c>>4], digits[c&15])
		}
	}
	return dst
}

// appendHeader appends a header's values, joined by commas, without outer
// spaces and with inner runs of spaces made one. net/http keeps two of the
// headers apart from the others.
func appendHeader(dst []byte, r *http.Request, name string) []byte {
	values := r.Header.Values(name)
	switch {
	case name == "host":
		return appendTrimmed(dst, r.Host)
	case name == "content-length" && len(values) == 0 && r.ContentLength >= 0:
		return strconv.AppendInt(dst, r.ContentLength, 10)
	}
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendTrimmed(dst, v)
	}
	return dst
}

func appendTrimmed(dst []byte, s string) []byte {
	s = strings.Trim(s, " \t")
	for i := range len(s) {
		if s[i] == ' ' && s[i-1] == ' ' {
			continue
		}
		dst = append(dst, s[i])
	}
	return dst
}
