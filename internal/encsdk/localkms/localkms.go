// Package localkms is a key management service for development and tests: a
// keyring that works without a network, and the two operations of the AWS KMS
// API that it takes to make data keys and to open them. It owns how data keys
// are wrapped, which is nobody else's format, as that of AWS KMS is.
//
// Every key ARN is the name of a key: there is nothing to create. Whoever
// reaches the API can use every key, so it is for loopback only.
package localkms

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"rockpool/internal/encsdk"
)

// MinSecret is the length of the shortest secret, in bytes.
const MinSecret = 32

// KMS makes and opens data keys.
type KMS struct {
	secret []byte
}

var _ encsdk.Keyring = (*KMS)(nil)

// New returns a KMS whose keys are all derived from a secret.
func New(secret []byte) (*KMS, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("localkms: the secret has %d bytes, not at least %d", len(secret), MinSecret)
	}
	return &KMS{bytes.Clone(secret)}, nil
}

// GenerateDataKey implements [encsdk.Keyring].
func (k *KMS) GenerateDataKey(_ context.Context, keyID string, encryptionContext map[string]string) (encsdk.DataKey, error) {
	plaintext := make([]byte, encsdk.DataKeySize)
	rand.Read(plaintext)
	sealed, err := k.seal(keyID, plaintext, encryptionContext)
	if err != nil {
		return encsdk.DataKey{}, err
	}
	return encsdk.DataKey{Plaintext: plaintext, KeyARN: keyID, Encrypted: sealed}, nil
}

// form is the first byte of a wrapped key. What follows is the length of the
// key's name in two bytes, the name, a nonce, and the sealed text.
const form = 1

const maxName = 2048

func (k *KMS) seal(keyID string, plaintext []byte, encryptionContext map[string]string) ([]byte, error) {
	if keyID == "" || len(keyID) > maxName {
		return nil, errors.New("localkms: not the name of a key")
	}
	aead, err := k.aead(keyID)
	if err != nil {
		return nil, err
	}
	encoded, err := encsdk.EncodeContext(encryptionContext)
	if err != nil {
		return nil, err
	}
	out := binary.BigEndian.AppendUint16([]byte{form}, uint16(len(keyID)))
	out = append(out, keyID...)
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	return aead.Seal(append(out, nonce...), nonce, plaintext, encoded), nil
}

// ErrInvalidCiphertext means that a wrapped key is not one of this KMS, or was
// made for another encryption context.
var ErrInvalidCiphertext = errors.New("localkms: the ciphertext or its encryption context is not the right one")

// Decrypt opens a wrapped key and tells under which key it was wrapped.
func (k *KMS) Decrypt(sealed []byte, encryptionContext map[string]string) (keyID string, plaintext []byte, err error) {
	if len(sealed) < 3 || sealed[0] != form {
		return "", nil, ErrInvalidCiphertext
	}
	n := int(binary.BigEndian.Uint16(sealed[1:]))
	rest := sealed[3:]
	if n == 0 || n > maxName || len(rest) < n {
		return "", nil, ErrInvalidCiphertext
	}
	keyID, rest = string(rest[:n]), rest[n:]
	aead, err := k.aead(keyID)
	if err != nil {
		return "", nil, err
	}
	encoded, err := encsdk.EncodeContext(encryptionContext)
	if err != nil || len(rest) < aead.NonceSize() {
		return "", nil, ErrInvalidCiphertext
	}
	plaintext, err = aead.Open(nil, rest[:aead.NonceSize()], rest[aead.NonceSize():], encoded)
	if err != nil {
		return "", nil, ErrInvalidCiphertext
	}
	return keyID, plaintext, nil
}

// aead is the key of that name.
func (k *KMS) aead(keyID string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, k.secret, nil, "rockpool local KMS key "+keyID, 32)
	if err != nil {
		return nil, fmt.Errorf("localkms: deriving a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("localkms: %w", err)
	}
	return cipher.NewGCM(block)
}
