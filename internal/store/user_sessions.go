package store

import "rockpool/internal/idp"

// UserSessions keeps where users are signed in, in pools that keep track of
// it. Records are read by user and never across users. The record of a token
// session goes when its family is revoked (see Families).
type UserSessions interface {
	// UserSession returns a record, expired ones included, or ErrNotFound.
	UserSession(poolID, username, id string) (*idp.UserSession, error)

	// ListUserSessions returns at most limit records of a user, expired ones
	// included, in the order of their ids, beginning after the id given (""
	// for the first).
	ListUserSessions(poolID, username, after string, limit int) ([]*idp.UserSession, error)

	// CreateUserSession stores a new record, or returns ErrExists.
	CreateUserSession(s *idp.UserSession) error

	// TouchUserSession stores the LastActive, Device and Address of a record.
	// What was stored of a later moment stays, so that the clocks of nodes may
	// differ a little. It returns ErrNotFound if there is no record.
	TouchUserSession(s *idp.UserSession) error

	// DeleteUserSession removes a record, or returns ErrNotFound.
	DeleteUserSession(poolID, username, id string) error

	// ForgetUserSessions marks every record of a pool for Sweep to delete, and
	// KeepUserSessions takes the mark away: what is left then stays.
	ForgetUserSessions(poolID string) error
	KeepUserSessions(poolID string) error
}
