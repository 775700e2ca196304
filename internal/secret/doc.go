// Package secret owns everything that seals, hashes or draws at random what must
// not be known.
//
//	Master    a Tink keyset in a file; seals the data keys of pools, and secrets that belong to no pool
//	PoolKey   one pool's data key; seals what the pool stores, and makes its keyed hashes
//	SecretHash  the API's proof that a client knows its secret
//	Digits, ID, Token, UUID, TemporaryPassword  random values, uniform over what they may be
//
// Whatever is sealed or hashed is bound to a purpose (which kind of thing it is) and to
// the id of the row that holds it, so that a value moved to another row or column
// does not open. No error of this package contains key bytes or plaintext.
//
// Where sealed bytes are stored, and who may open them, is for others to say.
package secret

import (
	"crypto/hmac"
	"encoding/binary"
	"errors"
)

// ErrOpen reports sealed bytes that do not open: altered, sealed under another key, or for another purpose or id.
var ErrOpen = errors.New("secret: cannot open sealed value")

// version is the first byte of everything sealed here, so that the format can change.
const version = 1

// Equal compares two secrets in time that depends on their lengths only.
func Equal(a, b []byte) bool { return hmac.Equal(a, b) }

// bind writes parts so that different parts never give the same bytes: each
// behind its length.
func bind(parts ...string) []byte {
	size := 0
	for _, p := range parts {
		size += 8 + len(p)
	}
	b := make([]byte, 0, size)
	for _, p := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}

// aead is what Master and PoolKey seal with.
type aead interface {
	Encrypt(plaintext, associatedData []byte) ([]byte, error)
	Decrypt(ciphertext, associatedData []byte) ([]byte, error)
}

func seal(a aead, purpose, id string, plaintext []byte) ([]byte, error) {
	ciphertext, err := a.Encrypt(plaintext, bind(purpose, id))
	if err != nil {
		return nil, errors.New("secret: cannot seal " + purpose)
	}
	return append([]byte{version}, ciphertext...), nil
}

func open(a aead, purpose, id string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != version {
		return nil, ErrOpen
	}
	plaintext, err := a.Decrypt(sealed[1:], bind(purpose, id))
	if err != nil {
		return nil, ErrOpen
	}
	return plaintext, nil
}
