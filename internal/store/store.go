// Package store says what Rockpool asks of a database. It owns the contracts
// and no code that fulfils them: sqlstore holds the queries, sqlite and
// postgres open an engine, and storetest is the suite that each engine passes.
//
// Every key starts with the pool, so that an engine that distributes rows can
// keep a pool's users apart. Nothing here is kept in the memory of a node.
package store

import (
	"context"
	"errors"
)

var (
	// ErrNotFound means that there is no such row.
	ErrNotFound = errors.New("not found")

	// ErrExists means that a row with the same key exists already.
	ErrExists = errors.New("exists already")
)

// Store is a database of user pools. It is safe for use by many goroutines
// and, where the engine is shared, by many nodes.
type Store interface {
	// View calls f with a transaction that sees one state of the database,
	// at most once. What f writes fails.
	View(ctx context.Context, f func(Tx) error) error

	// Update calls f with a serializable transaction and commits it if f
	// returns nil; else nothing of it happens and the error of f is returned.
	// When Update returns nil the change is durable; when it returns the error
	// of f, what f has read is. f may be called again
	// when the engine asks for it, so it must not do anything but use its
	// transaction and set variables that it sets anew each time; nor may it
	// use the store itself, whose writer waits for it.
	//
	// A panic in f becomes an error, here and in View. An error of the
	// database is returned even if f hides it. If ctx ends before f is called,
	// f is not called and the error is that of ctx.
	Update(ctx context.Context, f func(Tx) error) error

	// Ready tells whether the database answers and can be written.
	Ready(ctx context.Context) error

	// Sweep deletes a bounded number of rows that ended before now: codes,
	// sessions, spent marks, registrations of passkeys, counters, families,
	// user sessions, events. It returns how many went; while it returns more
	// than zero there may be more.
	Sweep(ctx context.Context, before SweepTimes) (int, error)

	Close() error
}

// Tx is a transaction. Values that are passed in or returned are the caller's
// to change. It is used by one goroutine, and fails once its closure is over.
//
// Times are kept to the microsecond. A text with a NUL, or that is not UTF-8,
// finds nothing as a key and fails to be written as one.
type Tx interface {
	Pools
	Clients
	Users
	Codes
	Counters
	Sessions
	UserSessions
	Families
	Devices
	SigningKeys
	AccessKeys
	Events
	Groups
	ResourceServers
	Passkeys
}
