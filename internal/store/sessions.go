package store

import (
	"time"

	"rockpool/internal/idp"
)

// Sessions keeps sign-ins that wait for an answer, and marks of what may be
// used only once.
type Sessions interface {
	// Session returns a session, spent and expired ones included, or
	// ErrNotFound.
	Session(poolID string, id []byte) (*idp.Session, error)

	// CreateSession stores a new session, or returns ErrExists.
	CreateSession(s *idp.Session) error

	// SpendSession marks a session as spent. It returns ErrNotFound if it is
	// spent already or gone, so that of two answers exactly one succeeds.
	SpendSession(poolID string, id []byte) error

	// Spend marks something that may be used once and is not stored itself,
	// such as the secret block of an SRP sign-in. It returns ErrExists if the
	// mark is there already. The mark may go after expiresAt.
	Spend(poolID string, id []byte, expiresAt time.Time) error

	// Spent tells whether Spend has marked something, for those who want to
	// know before they begin with what ends in Spend.
	Spent(poolID string, id []byte) (bool, error)
}
