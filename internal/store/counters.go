package store

import "rockpool/internal/idp"

// Counters keeps what was attempted.
type Counters interface {
	// Attempts returns the counter of a subject, or an empty one with the key
	// filled in if there is none.
	Attempts(poolID, subject string, kind idp.AttemptKind) (*idp.Attempts, error)

	// PutAttempts stores a counter.
	PutAttempts(a *idp.Attempts) error

	// ClearAttempts forgets the counters of the given kinds, where there are
	// any.
	ClearAttempts(poolID, subject string, kinds ...idp.AttemptKind) error
}
