// Package totp makes and checks the time-based one-time passwords of
// authenticator apps (RFC 6238) with what every app knows: HMAC-SHA-1, six
// digits, steps of thirty seconds. It keeps nothing: that a password is used
// once is for its callers to see to, who learn the step that it belongs to.
package totp

import (
	"crypto/hmac"
	"crypto/sha1" // what authenticator apps know; RFC 4226, section 5
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"

	"io"
)

const (
	// SecretSize is how many bytes a secret has.
	SecretSize = 32

	// Digits is how long a password is.
	Digits = 6

	// Period is how long a step takes.
	Period = 30 * time.Second

	// Skew is how many steps a device's clock may be off, either way.
	Skew = 1
)

// modulus is ten to the power of Digits.
const modulus = 1_000_000

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret draws a secret.
func NewSecret(random io.Reader) ([]byte, error) {
	secret := make([]byte, SecretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("drawing a secret: %w", err)
	}
	return secret, nil
}

// Encode writes a secret the way apps read it.
func Encode(secret []byte) string { return encoding.EncodeToString(secret) }

// Decode reads what Encode wrote.
func Decode(text string) ([]byte, error) { return encoding.DecodeString(text) }

// Step is the number of the step that a time is in.
func Step(t time.Time) int64 { return t.Unix() / int64(Period/time.Second) }

// End is when a step is over.
func End(step int64) time.Time { return time.Unix((step+1)*int64(Period/time.Second), 0) }

// Code is the password of a step (RFC 4226, section 5.3).
func Code(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", Digits, n%modulus)
}

// Check tells whether a password is right at a time, and the step that it
// belongs to. The time that it takes does not tell how near a wrong one came.
func Check(secret []byte, code string, now time.Time) (step int64, ok bool) {
	current := Step(now)
	for s := current - Skew; s <= current+Skew; s++ {
		if subtle.ConstantTimeCompare([]byte(code), []byte(Code(secret, s))) == 1 && !ok {
			step, ok = s, true
		}
	}
	return step, ok
}
