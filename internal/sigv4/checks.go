package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	isoFormat = "20060102T150405Z"
	maxSkew   = 5 * time.Minute

	// MaxExpires is how long a presigned request may stay good.
	MaxExpires = 7 * 24 * time.Hour

	unsignedPayload = "UNSIGNED-PAYLOAD"
)

// checkTime returns the time of signing as it was signed, if the signature is
// good at this moment.
func (v *Verifier) checkTime(r *http.Request, sig *signature) (string, error) {
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	t := now().UTC()
	if sig.presigned {
		at, err := time.Parse(isoFormat, sig.at)
		if err != nil {
			return "", incomplete("'X-Amz-Date' must be in ISO-8601 'basic' format, such as 20150830T123600Z.")
		}
		expires, err := strconv.ParseUint(sig.expires, 10, 32)
		if err != nil || expires == 0 || time.Duration(expires)*time.Second > MaxExpires {
			return "", incomplete("'X-Amz-Expires' must be a number of seconds from 1 to 604800.")
		}
		if end := at.Add(time.Duration(expires) * time.Second); end.Before(t) {
			return "", invalid(fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - %d sec.)",
				at.Format(isoFormat), t.Add(-time.Duration(expires)*time.Second).Format(isoFormat), t.Format(isoFormat), expires))
		}
		return sig.at, checkNotYet(at, t)
	}
	at, err := headerTime(r)
	if err != nil {
		return "", err
	}
	if at.Before(t.Add(-maxSkew)) {
		return "", invalid(fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 5 min.)",
			at.Format(isoFormat), t.Add(-maxSkew).Format(isoFormat), t.Format(isoFormat)))
	}
	return at.Format(isoFormat), checkNotYet(at, t)
}

func checkNotYet(at, now time.Time) error {
	if at.After(now.Add(maxSkew)) {
		return invalid(fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 5 min.)",
			at.Format(isoFormat), now.Add(maxSkew).Format(isoFormat), now.Format(isoFormat)))
	}
	return nil
}

// headerTime reads X-Amz-Date, or Date if there is none.
func headerTime(r *http.Request) (time.Time, error) {
	name := "X-Amz-Date"
	values := r.Header.Values(name)
	if len(values) == 0 {
		name = "Date"
		values = r.Header.Values(name)
	}
	switch len(values) {
	case 0:
		return time.Time{}, incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	case 1:
	default:
		return time.Time{}, incomplete("A request carries one '" + name + "' header, not several.")
	}
	t, err := time.Parse(isoFormat, values[0])
	if err != nil && name == "Date" {
		t, err = http.ParseTime(values[0])
	}
	if err != nil {
		return time.Time{}, incomplete("Date must be in ISO-8601 'basic' format, such as 20150830T123600Z.")
	}
	return t.UTC(), nil
}

// checkScope holds the credential scope against the time of signing and
// against what this server is.
func (v *Verifier) checkScope(sig *signature, at string) error {
	switch {
	case sig.region != v.Region:
		return invalid("Credential should be scoped to a valid region, not '" + printable(sig.region) + "'. ")
	case sig.service != v.Service:
		return invalid("Credential should be scoped to correct service: '" + v.Service + "'. ")
	case sig.date != at[:8]:
		return invalid(fmt.Sprintf("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			printable(sig.date), at[:8], at))
	}
	return nil
}

// checkSignedHeaders makes sure that what decides about the request is signed:
// the host and every x-amz- header. X-Amz-Cf-Id is left out because CloudFront
// adds it on the way, and nothing here reads it.
func checkSignedHeaders(r *http.Request, sig *signature) error {
	signed := func(name string) bool { return slices.Contains(sig.headers, name) }
	if !signed("host") {
		return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range r.Header {
		if len(name) < 6 || !strings.EqualFold(name[:6], "X-Amz-") || name == "X-Amz-Cf-Id" {
			continue
		}
		if lower := strings.ToLower(name); !signed(lower) {
			return invalid("'" + printable(lower) + "' must be a 'SignedHeader' in the AWS Authorization.")
		}
	}
	return nil
}

// payloadHash returns the hash of the body as it was signed. A sender that
// states it must state the truth; a presigned request may say that it does not
// sign its body.
func payloadHash(r *http.Request, sig *signature, body []byte) (string, error) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	stated := r.Header.Values("X-Amz-Content-Sha256")
	if sig.bodyHash != "" {
		stated = append(stated[:len(stated):len(stated)], sig.bodyHash)
	}
	if len(stated) == 0 {
		return hash, nil
	}
	first := stated[0]
	for _, s := range stated[1:] {
		if s != first {
			return "", ErrMismatch
		}
	}
	if first == hash || sig.presigned && first == unsignedPayload {
		return first, nil
	}
	return "", ErrMismatch
}

// printable bounds what a refusal repeats of a request.
func printable(s string) string {
	if len(s) > 64 {
		s = s[:64]
	}
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '\'' {
			return '?'
		}
		return c
	}, s)
}
