package encsdk

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"maps"
	"strings"
	"testing"
)

const keyARN = "arn:aws:kms:us-east-1:000000000000:key/k"

// ring is a keyring with one data key, and remembers what it was asked for.
type ring struct {
	key     []byte
	err     error
	keyID   string
	context map[string]string
}

func (r *ring) GenerateDataKey(_ context.Context, keyID string, encryptionContext map[string]string) (DataKey, error) {
	r.keyID, r.context = keyID, maps.Clone(encryptionContext)
	return DataKey{Plaintext: bytes.Clone(r.key), KeyARN: keyARN, Encrypted: []byte("wrapped")}, r.err
}

func newRing() *ring { return &ring{key: bytes.Repeat([]byte{7}, DataKeySize)} }

// cut takes a message apart. It knows the one form that is written here.
type cut struct {
	t    *testing.T
	rest []byte
}

func (c *cut) take(n int) []byte {
	c.t.Helper()
	if len(c.rest) < n {
		c.t.Fatalf("the message ends %d bytes too early", n-len(c.rest))
	}
	out := c.rest[:n]
	c.rest = c.rest[n:]
	return out
}

func (c *cut) field() []byte {
	c.t.Helper()
	return c.take(int(binary.BigEndian.Uint16(c.take(2))))
}

func (c *cut) want(name string, want []byte) {
	c.t.Helper()
	if got := c.take(len(want)); !bytes.Equal(got, want) {
		c.t.Errorf("%s: got %x, want %x", name, got, want)
	}
}

// open reads a message field by field, as the format has them, and checks all
// that is checked when one is decrypted.
func open(t *testing.T, message []byte, r *ring) string {
	t.Helper()
	c := &cut{t, message}
	c.want("version, type and suite", []byte{1, 0x80, 0x03, 0x78})
	id := [16]byte(c.take(16))
	encoded, err := EncodeContext(r.context)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.field(); !bytes.Equal(got, encoded) {
		t.Errorf("encryption context: got %q, want what the keyring saw, %q", got, encoded)
	}
	c.want("number of data keys", []byte{0, 1})
	for _, want := range []string{"aws-kms", keyARN, "wrapped"} {
		if got := c.field(); string(got) != want {
			t.Errorf("data key: got %q, want %q", got, want)
		}
	}
	c.want("content type to frame length", []byte{2, 0, 0, 0, 0, 12, 0, 0, 0x10, 0})
	header := message[:len(message)-len(c.rest)]

	aead, err := derive(r.key, id)
	if err != nil {
		t.Fatal(err)
	}
	c.want("nonce of the header", make([]byte, 12))
	if _, err := aead.Open(nil, make([]byte, 12), c.take(16), header); err != nil {
		t.Errorf("header: %v", err)
	}

	c.want("final frame, number 1", []byte{0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1})
	nonce := c.take(12)
	size := c.take(4)
	aad := append(id[:], "AWSKMSEncryptionClient Final Frame\x00\x00\x00\x01\x00\x00\x00\x00"...)
	plaintext, err := aead.Open(nil, nonce, c.take(int(binary.BigEndian.Uint32(size))+16), append(aad, size...))
	if err != nil {
		t.Errorf("frame: %v", err)
	}
	digest := sha512.Sum384(message[:len(message)-len(c.rest)])
	if signature := c.field(); !ecdsa.VerifyASN1(publicKey(t, r.context), digest[:], signature) {
		t.Error("the signature is wrong")
	}
	if len(c.rest) > 0 {
		t.Errorf("the message goes on for %d bytes", len(c.rest))
	}
	return string(plaintext)
}

func publicKey(t *testing.T, encryptionContext map[string]string) *ecdsa.PublicKey {
	t.Helper()
	point, err := base64.StdEncoding.DecodeString(encryptionContext["aws-crypto-public-key"])
	if err != nil {
		t.Fatal(err)
	}
	x, y := elliptic.UnmarshalCompressed(elliptic.P384(), point)
	if x == nil {
		t.Fatalf("aws-crypto-public-key: got %x, want a point", point)
	}
	uncompressed := append([]byte{4}, make([]byte, 96)...)
	x.FillBytes(uncompressed[1:49])
	y.FillBytes(uncompressed[49:])
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P384(), uncompressed)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestEncrypt(t *testing.T) {
	for _, plaintext := range []string{"", "123456", "p&lt;ss", strings.Repeat("x", MaxPlaintext)} {
		r := newRing()
		message, err := Encrypt(t.Context(), r, "the key", []byte(plaintext), map[string]string{"userpool-id": "us-east-1_Example01"})
		if err != nil {
			t.Fatalf("Encrypt(%.9q): %v", plaintext, err)
		}
		if got := open(t, message, r); got != plaintext {
			t.Errorf("Encrypt(%.9q): got a message with %.9q", plaintext, got)
		}
		if r.keyID != "the key" || r.context["userpool-id"] != "us-east-1_Example01" || len(r.context) != 2 {
			t.Errorf("Encrypt(%.9q): asked for key %q with %v, want the key, the context and the public key", plaintext, r.keyID, r.context)
		}
	}
}

// With one data key, two messages still have different keys and signers.
func TestMessagesDiffer(t *testing.T) {
	r := newRing()
	first, err := Encrypt(t.Context(), r, "k", []byte("123456"), nil)
	if err != nil {
		t.Fatal(err)
	}
	signer := r.context["aws-crypto-public-key"]
	second, err := Encrypt(t.Context(), r, "k", []byte("123456"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(first[4:20], second[4:20]) || signer == r.context["aws-crypto-public-key"] {
		t.Error("Encrypt: got two messages with one id or one signing key")
	}
}

func TestEncryptRefuses(t *testing.T) {
	ctx := t.Context()
	if _, err := Encrypt(ctx, newRing(), "k", make([]byte, MaxPlaintext+1), nil); err == nil {
		t.Error("Encrypt: took a plaintext that is too long")
	}
	if _, err := Encrypt(ctx, newRing(), "k", nil, map[string]string{"k": strings.Repeat("v", 70_000)}); err == nil {
		t.Error("Encrypt: took an encryption context that is too long")
	}
	if _, err := Encrypt(ctx, &ring{key: make([]byte, 16)}, "k", nil, nil); err == nil {
		t.Error("Encrypt: took a data key that is too short")
	}
	failing := newRing()
	failing.err = errors.New("no key today")
	if _, err := Encrypt(ctx, failing, "k", nil, nil); !errors.Is(err, failing.err) {
		t.Errorf("Encrypt: got %v, want %v", err, failing.err)
	}
}
