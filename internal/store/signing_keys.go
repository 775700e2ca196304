package store

import "rockpool/internal/idp"

// SigningKeys keeps the keys that sign a pool's tokens.
type SigningKeys interface {
	// SigningKeys returns every key of a pool, oldest first.
	SigningKeys(poolID string) ([]*idp.SigningKey, error)

	// PutSigningKey stores a key, replacing one with the same id.
	PutSigningKey(k *idp.SigningKey) error

	// DeleteSigningKey removes a key, or returns ErrNotFound.
	DeleteSigningKey(poolID, id string) error
}

// AccessKeys keeps the keys that sign API requests.
type AccessKeys interface {
	// AccessKey returns a key, or ErrNotFound.
	AccessKey(id string) (*idp.AccessKey, error)

	// ListAccessKeys returns at most limit keys in the order of their ids,
	// beginning after the id given.
	ListAccessKeys(after string, limit int) ([]*idp.AccessKey, error)

	// PutAccessKey stores a key, replacing one with the same id.
	PutAccessKey(k *idp.AccessKey) error

	// DeleteAccessKey removes a key, or returns ErrNotFound.
	DeleteAccessKey(id string) error
}
