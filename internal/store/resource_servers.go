package store

import "rockpool/internal/idp"

// ResourceServers keeps the resource servers of pools with their scopes.
type ResourceServers interface {
	// ResourceServer returns a resource server, or ErrNotFound. Letter case
	// counts.
	ResourceServer(poolID, identifier string) (*idp.ResourceServer, error)

	// ListResourceServers returns at most limit resource servers of a pool in
	// the order of their identifiers, beginning after the identifier given
	// ("" for the first).
	ListResourceServers(poolID, after string, limit int) ([]*idp.ResourceServer, error)

	// CountResourceServers returns the number of resource servers of a pool,
	// but not more than limit.
	CountResourceServers(poolID string, limit int) (int, error)

	// CreateResourceServer stores a new resource server. It returns ErrExists
	// if the identifier is taken, and ErrNotFound if there is no such pool.
	CreateResourceServer(r *idp.ResourceServer) error

	// UpdateResourceServer replaces a resource server and its scopes, or
	// returns ErrNotFound.
	UpdateResourceServer(r *idp.ResourceServer) error

	// DeleteResourceServer removes a resource server, or returns ErrNotFound.
	// What clients say of its scopes stays.
	DeleteResourceServer(poolID, identifier string) error
}
