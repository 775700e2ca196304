package srp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// Errors about what a client sent.
var (
	ErrPublic = errors.New("srp: not a public value")   // SRP_A is not hex, too long, or 0 mod N
	ErrState  = errors.New("srp: not a server's state") // b or B has the wrong length
)

const (
	maxPublicHex = 1024 // digits of SRP_A; a value below N has at most 768
	keySize      = 16
	derivedInfo  = "Caldera Derived Key"
)

// ParsePublic reads SRP_A: hexadecimal in either case, leading zeros allowed. It
// refuses multiples of N, with which a client would know the shared key without a password.
func ParsePublic(text string) ([]byte, error) {
	if len(text) == 0 || len(text) > maxPublicHex {
		return nil, ErrPublic
	}
	if len(text)%2 == 1 {
		text = "0" + text
	}
	raw, err := hex.DecodeString(text)
	if err != nil {
		return nil, ErrPublic // the cause would quote the input
	}
	if _, err := publicElement(raw); err != nil {
		return nil, err
	}
	return trim(raw), nil
}

// publicElement reduces a client's A.
func publicElement(a []byte) (*element, error) {
	if len(a) > maxPublicHex/2 {
		return nil, ErrPublic
	}
	n := new(big.Int).SetBytes(a)
	if n.Mod(n, modulus).Sign() == 0 {
		return nil, ErrPublic
	}
	return elementOf(n), nil
}

// NewChallenge draws the server's secret b and computes its public value
// B = k·v + g^b. B is what the client gets (see Hex); b must stay secret and
// serve one sign-in. A nil reader means crypto/rand.
func NewChallenge(random io.Reader, v []byte) (b, B []byte, err error) {
	b = make([]byte, expBytes)
	for {
		read(random, b)
		B, err = publicValue(b, v)
		if err != nil {
			return nil, nil, err
		}
		if len(trim(B)) > 0 { // B = 0 never happens in practice; a client must refuse it
			return b, B, nil
		}
	}
}

func publicValue(b, v []byte) ([]byte, error) {
	verifier, err := verifierElement(v)
	if err != nil {
		return nil, err
	}
	var kv, B element
	kv.mul(elementK, verifier) // scaled · plain
	B.expG((*[expBytes]byte)(b))
	B.add(&B, &kv)
	return B.bytes(), nil
}

// SharedKey is the server's end of the exchange: K from the client's A, and the B
// and b of NewChallenge for verifier v.
func SharedKey(A, B, b, v []byte) ([]byte, error) {
	if len(b) != expBytes || len(B) != Size {
		return nil, ErrState
	}
	verifier, err := verifierElement(v)
	if err != nil {
		return nil, err
	}
	base, err := publicElement(A)
	if err != nil {
		return nil, err
	}
	u := scramble(A, B)
	if u == [expBytes]byte{} {
		return nil, ErrPublic
	}
	// S = (A · v^u)^b
	var s element
	s.mul(verifier, elementRR)
	s.exp(&s, &u)
	base.mul(base, elementRR)
	s.mul(&s, base)
	s.exp(&s, (*[expBytes]byte)(b))
	s.mul(&s, &element{1})
	return deriveKey(s.bytes(), u[:])
}

// scramble is u = H(pad(A) ‖ pad(B)).
func scramble(A, B []byte) [expBytes]byte { return [expBytes]byte(hash(pad(A), pad(B))) }

// deriveKey is K = HKDF-SHA256(S, salt u), 16 bytes.
func deriveKey(s, u []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, pad(s), pad(u), derivedInfo, keySize)
	if err != nil {
		return nil, fmt.Errorf("srp: derive key: %w", err)
	}
	return key, nil
}

// Signature is PASSWORD_CLAIM_SIGNATURE: a MAC under K of who signs in, the decoded
// SECRET_BLOCK and the text of TIMESTAMP as it was sent.
func Signature(key []byte, poolName, userID string, secretBlock []byte, timestamp string) string {
	return base64.StdEncoding.EncodeToString(signature(key, poolName, userID, secretBlock, timestamp))
}

// CheckSignature reports in constant time whether given is the Signature of the rest.
func CheckSignature(given string, key []byte, poolName, userID string, secretBlock []byte, timestamp string) bool {
	want := signature(key, poolName, userID, secretBlock, timestamp)
	if len(given) > base64.StdEncoding.EncodedLen(len(want)) {
		return false
	}
	got, err := base64.StdEncoding.DecodeString(given)
	return err == nil && hmac.Equal(got, want)
}

func signature(key []byte, poolName, userID string, secretBlock []byte, timestamp string) []byte {
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, poolName+userID)
	mac.Write(secretBlock)
	io.WriteString(mac, timestamp)
	return mac.Sum(nil)
}
