package localkms_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"rockpool/internal/encsdk/localkms"
)

const keyARN = "arn:aws:kms:us-east-1:000000000000:key/k"

func newKMS(t testing.TB, fill byte) *localkms.KMS {
	t.Helper()
	k, err := localkms.New(bytes.Repeat([]byte{fill}, localkms.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestDecrypt(t *testing.T) {
	k := newKMS(t, 1)
	about := map[string]string{"userpool-id": "p1"}
	key, err := k.GenerateDataKey(t.Context(), keyARN, about)
	if err != nil {
		t.Fatal(err)
	}
	if id, plaintext, err := k.Decrypt(key.Encrypted, about); err != nil || id != keyARN || !bytes.Equal(plaintext, key.Plaintext) {
		t.Errorf("Decrypt: got %q, %v, want the key of %q", id, err, keyARN)
	}
	for name, bad := range map[string]struct {
		kms     *localkms.KMS
		sealed  []byte
		context map[string]string
	}{
		"another context": {k, key.Encrypted, map[string]string{"userpool-id": "p2"}},
		"no context":      {k, key.Encrypted, nil},
		"another secret":  {newKMS(t, 2), key.Encrypted, about},
		"another key":     {k, bytes.Replace(key.Encrypted, []byte("key/k"), []byte("key/l"), 1), about},
		"cut off":         {k, key.Encrypted[:len(key.Encrypted)-1], about},
		"nothing":         {k, nil, about},
	} {
		if _, _, err := bad.kms.Decrypt(bad.sealed, bad.context); !errors.Is(err, localkms.ErrInvalidCiphertext) {
			t.Errorf("Decrypt with %s: got %v, want %v", name, err, localkms.ErrInvalidCiphertext)
		}
	}
}

func TestShortSecret(t *testing.T) {
	if _, err := localkms.New(make([]byte, localkms.MinSecret-1)); err == nil {
		t.Error("New: took a secret that is too short")
	}
}

// FuzzDecrypt holds that nothing but what was wrapped can be opened.
func FuzzDecrypt(f *testing.F) {
	k := newKMS(f, 1)
	wrapped, err := hex.DecodeString("01002861726e3a6177733a6b6d733a75732d656173742d313a3030303030303030303030303a6b65792f6b" +
		"0a6988b94cbb4168f5142da967ee412c70a59c6264d195833e28b77564b18206d593a9c2213e717171bce30238474ad07c31ec7b5ee6bfaa5fa31cb4")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wrapped)
	f.Add([]byte{1, 0, 0})
	f.Add([]byte{1, 0xFF, 0xFF, 'k'})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		_, _, err := k.Decrypt(sealed, nil)
		if bytes.Equal(sealed, wrapped) != (err == nil) || err != nil && !errors.Is(err, localkms.ErrInvalidCiphertext) {
			t.Errorf("Decrypt(%x): got %v", sealed, err)
		}
	})
}
