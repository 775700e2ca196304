package secret

import (
	"crypto/rand"
	"fmt"
	"os"
	"sync"
	"time"

	tinkaead "github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Master is the key over all keys. It is safe for concurrent use.
//
// One that was read from a file looks into the file again when something does
// not open, so that a server goes on while its master key is rotated.
type Master struct {
	mu   sync.Mutex
	aead aead
	path string    // "" if it was not read from a file
	read time.Time // the file's modification time when it was read
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

// present is the key as it is known now.
func (m *Master) present() aead {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.aead
}

// open opens sealed bytes, with a newer key from the file if need be.
func (m *Master) open(purpose, id string, sealed []byte) ([]byte, error) {
	clear, err := open(m.present(), purpose, id, sealed)
	if err == nil || !m.reread() {
		return clear, err
	}
	return open(m.present(), purpose, id, sealed)
}

// reread takes over a file that has changed, and tells whether it had. A file
// that cannot be read now may be on its way, so the present key stays.
func (m *Master) reread() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.path == "" {
		return false
	}
	info, err := os.Stat(m.path)
	if err != nil || info.ModTime().Equal(m.read) {
		return false
	}
	fresh, err := OpenMasterKey(m.path)
	if err != nil {
		return false
	}
	m.aead, m.read = fresh.aead, fresh.read
	return true
}

// NewPoolKey makes a pool's data key. sealed is what to store; it opens for this pool only.
func (m *Master) NewPoolKey(poolID string) (key *PoolKey, sealed []byte, err error) {
	data := make([]byte, poolKeySize)
	rand.Read(data) // never fails: see crypto/rand
	if sealed, err = seal(m.present(), poolKeyPurpose, poolID, data); err != nil {
		return nil, nil, err
	}
	if key, err = newPoolKey(data); err != nil {
		return nil, nil, err
	}
	return key, sealed, nil
}

// OpenPoolKey opens a data key that NewPoolKey or Rewrap sealed.
func (m *Master) OpenPoolKey(poolID string, sealed []byte) (*PoolKey, error) {
	data, err := m.open(poolKeyPurpose, poolID, sealed)
	if err != nil {
		return nil, fmt.Errorf("data key of pool %s: %w", poolID, err)
	}
	return newPoolKey(data)
}

// Rewrap seals a data key anew, under the newest key of the master keyset. The data
// key stays, and with it everything sealed under it.
func (m *Master) Rewrap(poolID string, sealed []byte) ([]byte, error) {
	data, err := m.open(poolKeyPurpose, poolID, sealed)
	if err != nil {
		return nil, fmt.Errorf("data key of pool %s: %w", poolID, err)
	}
	return seal(m.present(), poolKeyPurpose, poolID, data)
}

// Seal seals a secret that belongs to no pool. The purposes of Seal and the data keys
// of pools are apart, whatever the purpose is called.
func (m *Master) Seal(purpose, id string, plaintext []byte) ([]byte, error) {
	return seal(m.present(), "global "+purpose, id, plaintext)
}

// Open opens what Seal sealed for the same purpose and id, or returns ErrOpen.
func (m *Master) Open(purpose, id string, sealed []byte) ([]byte, error) {
	return m.open("global "+purpose, id, sealed)
}
