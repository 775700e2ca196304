package secret

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"hash"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

const poolKeySize = 32

// PoolKey is one pool's data key, ready for use by any number of goroutines.
//
// It seals with XChaCha20-Poly1305 rather than AES-GCM: with 24 random bytes of
// nonce there is no count of messages after which a busy pool would have to change keys.
type PoolKey struct {
	aead   aead
	hashes sync.Pool // of hash.Hash: keyed HMACs, since keying one costs as much as a short message
}

func newPoolKey(data []byte) (*PoolKey, error) {
	if len(data) != poolKeySize {
		return nil, errors.New("secret: data key of the wrong length")
	}
	sealing, err := derive(data, "rockpool pool key: seal")
	if err != nil {
		return nil, err
	}
	hashing, err := derive(data, "rockpool pool key: mac")
	if err != nil {
		return nil, err
	}
	a, err := subtle.NewXChaCha20Poly1305(sealing)
	if err != nil {
		return nil, errors.New("secret: cannot use data key")
	}
	return &PoolKey{
		aead:   a,
		hashes: sync.Pool{New: func() any { return hmac.New(sha256.New, hashing) }},
	}, nil
}

func derive(data []byte, info string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, data, nil, info, poolKeySize)
	if err != nil {
		return nil, errors.New("secret: cannot derive from data key")
	}
	return key, nil
}

// Seal encrypts plaintext for one purpose and id. It fails only for plaintext near
// the size of memory.
func (k *PoolKey) Seal(purpose, id string, plaintext []byte) ([]byte, error) {
	return seal(k.aead, purpose, id, plaintext)
}

// Open decrypts what Seal sealed for the same purpose and id, or returns ErrOpen.
func (k *PoolKey) Open(purpose, id string, sealed []byte) ([]byte, error) {
	return open(k.aead, purpose, id, sealed)
}

// MAC is a keyed hash (HMAC-SHA256) of parts for one purpose: how one-time codes and
// tokens are stored, and how values stable for a name are made. Different parts never
// hash the same bytes.
func (k *PoolKey) MAC(purpose string, parts ...string) []byte {
	h := k.hashes.Get().(hash.Hash)
	defer k.hashes.Put(h)
	h.Reset()
	h.Write(bind(purpose))
	h.Write(bind(parts...))
	return h.Sum(nil)
}
