package srp

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrVerifier reports a verifier that no password could have, or of the wrong length.
var ErrVerifier = errors.New("srp: not a verifier")

// Salt is a user's salt: a 128-bit number.
type Salt [16]byte

// NewSalt draws a salt. A nil reader means crypto/rand; a reader that fails is a
// broken machine, and panics as crypto/rand itself does.
func NewSalt(random io.Reader) (s Salt) {
	read(random, s[:])
	return s
}

// String is the salt as SALT carries it.
func (s Salt) String() string { return Hex(s[:]) }

// Verifier computes v = g^x for a password. For a user, poolName is the part of the
// pool id after "_" and userID is USER_ID_FOR_SRP; for a device they are its group
// key and device key. The salt is a number, so leading zeros do not matter.
func Verifier(poolName, userID, password string, salt []byte) []byte {
	x := privateKey(poolName, userID, password, salt)
	var v element
	v.expG(&x)
	return v.bytes()
}

// privateKey is x = H(pad(salt) ‖ H(poolName ‖ userID ‖ ":" ‖ password)).
func privateKey(poolName, userID, password string, salt []byte) [expBytes]byte {
	inner := sha256.Sum256([]byte(poolName + userID + ":" + password))
	return [expBytes]byte(hash(pad(salt), inner[:]))
}

// Verify reports in constant time whether a stored verifier and a computed one are the same.
func Verify(v, candidate []byte) bool {
	return len(v) == Size && subtle.ConstantTimeCompare(v, candidate) == 1
}

// ParseVerifier reads a verifier that a client computed (a device's), as
// big-endian bytes of any length, into Size bytes. It refuses 0, 1, N-1 and what is
// not below N: with those the shared key would not depend on the secret.
func ParseVerifier(number []byte) ([]byte, error) {
	n := trim(number)
	if len(n) > Size {
		return nil, ErrVerifier
	}
	v := append(make([]byte, Size-len(n)), n...)
	z, err := verifierElement(v)
	if err != nil {
		return nil, err
	}
	for _, weak := range []element{{}, {1}, *elementMinus1} {
		if *z == weak {
			return nil, ErrVerifier
		}
	}
	return v, nil
}

// DummySalt is the salt shown for a name that no user has. It is stable for the
// name, and looks random to whoever lacks the key.
func DummySalt(key []byte, poolID, name string) (s Salt) {
	copy(s[:], dummy(key, "salt", poolID, name))
	return s
}

// DummyVerifier stands in for the verifier of a name that no user has, so that the
// path taken costs what it costs for a user. No password leads to it.
func DummyVerifier(key []byte, poolID, name string) []byte {
	v := make([]byte, 0, Size)
	for i := 0; len(v) < Size; i++ {
		v = append(v, dummy(key, fmt.Sprint("verifier ", i), poolID, name)...)
	}
	v[0] &= 0x7f // below N, whose top bit is set
	return v
}

func dummy(key []byte, what string, parts ...string) []byte {
	mac := hmac.New(sha256.New, key)
	for _, p := range append([]string{"srp dummy " + what}, parts...) {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		mac.Write(length[:])
		io.WriteString(mac, p)
	}
	return mac.Sum(nil)
}

// verifierElement reads a stored verifier.
func verifierElement(v []byte) (*element, error) {
	if len(v) != Size {
		return nil, ErrVerifier
	}
	var z element
	z.setBytes((*[Size]byte)(v))
	if !z.belowN() {
		return nil, ErrVerifier
	}
	return &z, nil
}

// read fills b with random bytes.
func read(random io.Reader, b []byte) {
	if random == nil {
		random = rand.Reader
	}
	if _, err := io.ReadFull(random, b); err != nil {
		panic(fmt.Errorf("srp: reading random bytes: %w", err))
	}
}
