package secret

import (
	"crypto/rand"
	"fmt"

	tinkaead "github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Master is the key over all keys. It is safe for concurrent use.
type Master struct {
	aead aead
}

// poolKeyPurpose is what Master seals a pool's data key as.
const poolKeyPurpose = "pool data key"

func newMaster(handle *keyset.Handle) (*Master, error) {
	a, err := tinkaead.New(handle)
	if err != nil {
		return nil, err
	}
	return &Master{aead: a}, nil
}

// NewPoolKey makes a pool's data key. sealed is what to store; it opens for this pool only.
func (m *Master) NewPoolKey(poolID string) (key *PoolKey, sealed []byte, err error) {
	data := make([]byte, poolKeySize)
	rand.Read(data) // never fails: see crypto/rand
	if sealed, err = seal(m.aead, poolKeyPurpose, poolID, data); err != nil {
		return nil, nil, err
	}
	if key, err = newPoolKey(data); err != nil {
		return nil, nil, err
	}
	return key, sealed, nil
}

// OpenPoolKey opens a data key that NewPoolKey or Rewrap sealed.
func (m *Master) OpenPoolKey(poolID string, sealed []byte) (*PoolKey, error) {
	data, err := open(m.aead, poolKeyPurpose, poolID, sealed)
	if err != nil {
		return nil, fmt.Errorf("data key of pool %s: %w", poolID, err)
	}
	return newPoolKey(data)
}

// Rewrap seals a data key anew, under the newest key of the master keyset. The data
// key stays, and with it everything sealed under it.
func (m *Master) Rewrap(poolID string, sealed []byte) ([]byte, error) {
	data, err := open(m.aead, poolKeyPurpose, poolID, sealed)
	if err != nil {
		return nil, fmt.Errorf("data key of pool %s: %w", poolID, err)
	}
	return seal(m.aead, poolKeyPurpose, poolID, data)
}

// Seal seals a secret that belongs to no pool. The purposes of Seal and the data keys
// of pools are apart, whatever the purpose is called.
func (m *Master) Seal(purpose, id string, plaintext []byte) ([]byte, error) {
	return seal(m.aead, "global "+purpose, id, plaintext)
}

// Open opens what Seal sealed for the same purpose and id, or returns ErrOpen.
func (m *Master) Open(purpose, id string, sealed []byte) ([]byte, error) {
	return open(m.aead, "global "+purpose, id, sealed)
}
