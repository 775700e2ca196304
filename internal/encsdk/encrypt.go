package encsdk

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
)

// The constants of the format and of the suite.
const (
	version1       = 0x01
	typeData       = 0x80
	suite          = 0x0378
	contentFramed  = 0x02
	nonceSize      = 12
	frameLength    = 4096
	lastFrame      = 0xFFFFFFFF
	firstSequence  = 1
	providerKMS    = "aws-kms"
	publicKeyName  = "aws-crypto-public-key"
	bodyAADContent = "AWSKMSEncryptionClient Final Frame"
)

// MaxPlaintext is the largest plaintext: one frame, which is plenty for codes
// and passwords.
const MaxPlaintext = frameLength

// Encrypt writes a message that holds plaintext, under a new data key of the
// keyring. The encryption context is bound to the message and readable in it.
func Encrypt(ctx context.Context, keys Keyring, keyID string, plaintext []byte, encryptionContext map[string]string) ([]byte, error) {
	if len(plaintext) > MaxPlaintext {
		return nil, errors.New("encsdk: the plaintext is too long")
	}
	signer, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("encsdk: making a signing key: %w", err)
	}
	encryptionContext = maps.Clone(encryptionContext)
	if encryptionContext == nil {
		encryptionContext = map[string]string{}
	}
	if encryptionContext[publicKeyName], err = compress(&signer.PublicKey); err != nil {
		return nil, err
	}
	key, err := keys.GenerateDataKey(ctx, keyID, encryptionContext)
	if err != nil {
		return nil, err
	}
	if len(key.Plaintext) != DataKeySize || len(key.KeyARN) > maxField || len(key.Encrypted) > maxField {
		return nil, errors.New("encsdk: the keyring made an unusable data key")
	}
	defer clear(key.Plaintext)

	var id [16]byte
	rand.Read(id[:])
	header, err := header(id, key, encryptionContext)
	if err != nil {
		return nil, err
	}
	aead, err := derive(key.Plaintext, id)
	if err != nil {
		return nil, err
	}
	message := frame(seal(aead, header), aead, id, plaintext)
	digest := sha512.Sum384(message)
	signature, err := ecdsa.SignASN1(rand.Reader, signer, digest[:])
	if err != nil {
		return nil, fmt.Errorf("encsdk: signing: %w", err)
	}
	return appendField(message, signature), nil
}

// compress writes a public key as a compressed point, in base64.
func compress(k *ecdsa.PublicKey) (string, error) {
	point, err := k.Bytes() // 04, X, Y
	if err != nil {
		return "", fmt.Errorf("encsdk: writing a public key: %w", err)
	}
	x := point[:1+(len(point)-1)/2]
	x[0] = 2 + point[len(point)-1]&1
	return base64.StdEncoding.EncodeToString(x), nil
}

// header writes the header, without the tag that authenticates it.
func header(id [16]byte, key DataKey, encryptionContext map[string]string) ([]byte, error) {
	encoded, err := EncodeContext(encryptionContext)
	if err != nil {
		return nil, err
	}
	h := []byte{version1, typeData}
	h = binary.BigEndian.AppendUint16(h, suite)
	h = append(h, id[:]...)
	h = appendField(h, encoded)
	h = binary.BigEndian.AppendUint16(h, 1) // one encrypted data key
	h = appendField(h, providerKMS)
	h = appendField(h, key.KeyARN)
	h = appendField(h, key.Encrypted)
	h = append(h, contentFramed, 0, 0, 0, 0, nonceSize)
	return binary.BigEndian.AppendUint32(h, frameLength), nil
}

// derive makes the message's own key of a data key.
func derive(dataKey []byte, id [16]byte) (cipher.AEAD, error) {
	info := append(binary.BigEndian.AppendUint16(nil, suite), id[:]...)
	key, err := hkdf.Key(sha512.New384, dataKey, nil, string(info), DataKeySize)
	if err != nil {
		return nil, fmt.Errorf("encsdk: deriving a key: %w", err)
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("encsdk: %w", err)
	}
	return cipher.NewGCM(block)
}

// seal appends to a header what authenticates it. Its nonce is zero, and every
// frame has another one; the key is of this message alone.
func seal(aead cipher.AEAD, header []byte) []byte {
	nonce := make([]byte, nonceSize)
	tag := aead.Seal(nil, nonce, nil, header)
	return append(append(header, nonce...), tag...)
}

// frame appends the body: one frame, the last.
func frame(message []byte, aead cipher.AEAD, id [16]byte, plaintext []byte) []byte {
	nonce := binary.BigEndian.AppendUint32(make([]byte, nonceSize-4), firstSequence)
	aad := append(id[:], bodyAADContent...)
	aad = binary.BigEndian.AppendUint32(aad, firstSequence)
	aad = binary.BigEndian.AppendUint64(aad, uint64(len(plaintext)))

	message = binary.BigEndian.AppendUint32(message, lastFrame)
	message = binary.BigEndian.AppendUint32(message, firstSequence)
	message = append(message, nonce...)
	message = binary.BigEndian.AppendUint32(message, uint32(len(plaintext)))
	return aead.Seal(message, nonce, plaintext, aad)
}
