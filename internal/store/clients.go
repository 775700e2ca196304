package store

import "rockpool/internal/idp"

// Clients keeps app clients. Their ids are unique across pools.
type Clients interface {
	// Client returns a client, or ErrNotFound.
	Client(id string) (*idp.Client, error)

	// ListClients returns at most limit clients of a pool in the order of
	// their ids, beginning after the id given ("" for the first).
	ListClients(poolID, after string, limit int) ([]*idp.Client, error)

	// CountClients returns the number of clients of a pool, but not more
	// than limit.
	CountClients(poolID string, limit int) (int, error)

	// CreateClient stores a new client with Version 1. It returns ErrExists
	// if the id is taken, and ErrNotFound if there is no such pool.
	CreateClient(c *idp.Client) error

	// UpdateClient replaces a client and adds one to its version, if the
	// stored version is still c.Version; else it returns ErrNotFound.
	UpdateClient(c *idp.Client) error

	// DeleteClient removes a client, or returns ErrNotFound.
	DeleteClient(poolID, id string) error
}
