package store

import (
	"time"

	"rockpool/internal/idp"
)

// Sessions keeps marks of what may be used only once, sessions among it, and
// what sign-ins that wait for an answer cannot carry in their handles.
type Sessions interface {
	// SessionState returns a state, expired ones included, or ErrNotFound.
	SessionState(poolID string, id []byte) (*idp.SessionState, error)

	// CreateSessionState stores a new state, or returns ErrExists.
	CreateSessionState(s *idp.SessionState) error

	// Spend marks something that may be used once and is not stored itself,
	// such as the secret block of an SRP sign-in. It returns ErrExists if the
	// mark is there already. The mark may go after expiresAt, which is a part
	// of it: the same thing must always be marked with the same time. A mark
	// may outlive its pool until then.
	Spend(poolID string, id []byte, expiresAt time.Time) error

	// Spent tells whether Spend has marked something, for those who want to
	// know before they begin with what ends in Spend.
	Spent(poolID string, id []byte, expiresAt time.Time) (bool, error)
}
