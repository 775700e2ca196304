package encsdk

import (
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
)

// Keyring makes data keys.
type Keyring interface {
	// GenerateDataKey makes a data key for one message and encrypts it under
	// the key that keyID names. Whoever decrypts it has to present the same
	// encryption context. What an error says may be logged.
	GenerateDataKey(ctx context.Context, keyID string, encryptionContext map[string]string) (DataKey, error)
}

// DataKey is the key of one message.
type DataKey struct {
	Plaintext []byte // DataKeySize bytes
	KeyARN    string // of the key under which it is encrypted
	Encrypted []byte // as AWS KMS returned it
}

// DataKeySize is the length of a data key, in bytes.
const DataKeySize = 32

// errContext means that an encryption context cannot be written.
var errContext = errors.New("the encryption context is too long")

// EncodeContext writes an encryption context in its canonical form, sorted by
// key, without the number of its bytes.
func EncodeContext(encryptionContext map[string]string) ([]byte, error) {
	if len(encryptionContext) == 0 {
		return nil, nil
	}
	out := binary.BigEndian.AppendUint16(nil, uint16(len(encryptionContext)))
	for _, key := range slices.Sorted(maps.Keys(encryptionContext)) {
		out = appendField(appendField(out, key), encryptionContext[key])
		if len(out) > maxField {
			return nil, errContext // and no field in it is longer than that
		}
	}
	return out, nil
}

// maxField is the longest field, whose length takes two bytes.
const maxField = 1<<16 - 1

func appendField[T string | []byte](out []byte, field T) []byte {
	return append(binary.BigEndian.AppendUint16(out, uint16(len(field))), field...)
}
