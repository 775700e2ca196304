package store

import "rockpool/internal/idp"

// Pools keeps user pools.
type Pools interface {
	// Pool returns a pool, prepared. It returns ErrNotFound if there is none.
	Pool(id string) (*idp.UserPool, error)

	// PoolVersion returns the version of a pool, which grows with each
	// change, or ErrNotFound.
	PoolVersion(id string) (int64, error)

	// ListPools returns at most limit pools in the order of their ids,
	// beginning after the id given ("" for the first).
	ListPools(after string, limit int) ([]*idp.UserPool, error)

	// CountPools returns the number of pools, but not more than limit.
	CountPools(limit int) (int, error)

	// CreatePool stores a new pool with Version 1. It returns ErrExists if
	// the id is taken, or belongs to a deleted pool that is not purged yet.
	CreatePool(p *idp.UserPool) error

	// UpdatePool replaces a pool and adds one to its version, if the stored
	// version is still p.Version; else it returns ErrNotFound, so that of two
	// changes made at once none is lost.
	UpdatePool(p *idp.UserPool) error

	// DeletePool removes a pool and its clients, so that nothing of it can be
	// found any more, and marks everything else of it for PurgePools. It
	// returns ErrNotFound if there is none.
	DeletePool(id string) error

	// PurgePools deletes a bounded number of rows (users, codes, families …)
	// of deleted pools and returns how many went, at most limit; zero means
	// that nothing is left to purge.
	PurgePools(limit int) (int, error)
}
