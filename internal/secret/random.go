package secret

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/google/uuid"
)

// The functions below draw from a reader so that tests can say what is drawn; nil
// means crypto/rand. A reader that fails is a broken machine, and panics as
// crypto/rand itself does. A reader given by a test must still look random: values that would
// bias a result are drawn again.

// Digits draws n decimal digits; leading zeros count.
func Digits(random io.Reader, n int) string { return ID(random, n, "0123456789") }

// ID draws n characters of an alphabet of 1 to 256 single-byte characters.
func ID(random io.Reader, n int, alphabet string) string {
	d := dice{random: random}
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[d.below(len(alphabet))]
	}
	return string(b)
}

// Token draws n bytes and writes them in unpadded base64url.
func Token(random io.Reader, n int) string {
	b := make([]byte, n)
	read(random, b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// UUID draws a version 4 UUID.
func UUID(random io.Reader) string {
	if random == nil {
		random = rand.Reader
	}
	return uuid.Must(uuid.NewRandomFromReader(random)).String()
}

// dice draws small numbers without bias.
type dice struct {
	random io.Reader
	buf    [32]byte
	rest   []byte // unread part of buf
}

// below draws a number in [0, n), for n of at most 256.
func (d *dice) below(n int) int {
	limit := 256 - 256%n // bytes from here on would favour small results
	for {
		if len(d.rest) == 0 {
			read(d.random, d.buf[:])
			d.rest = d.buf[:]
		}
		b := int(d.rest[0])
		d.rest = d.rest[1:]
		if b < limit {
			return b % n
		}
	}
}

// read fills b with random bytes.
func read(random io.Reader, b []byte) {
	if random == nil {
		random = rand.Reader
	}
	if _, err := io.ReadFull(random, b); err != nil {
		panic(fmt.Errorf("secret: reading random bytes: %w", err))
	}
}
