package store

import "rockpool/internal/idp"

// Users keeps users, and the identifiers under which they are found.
type Users interface {
	// User returns a user by the canonical username, or ErrNotFound.
	User(poolID, username string) (*idp.User, error)

	// FindUser returns the user who has one of the identifiers, the first in
	// the order given, or ErrNotFound.
	FindUser(poolID string, ids []idp.Identifier) (*idp.User, error)

	// Owner returns the username of the user who has an identifier, or
	// ErrNotFound.
	Owner(poolID string, id idp.Identifier) (username string, err error)

	// CreateUser stores a new user with the identifiers. If one of them is
	// taken it returns an *IdentifierTaken and nothing is stored; callers
	// must return from the transaction with an error then.
	CreateUser(u *idp.User, ids []idp.Identifier) error

	// UpdateUser replaces a user and the set of identifiers. It returns
	// ErrNotFound if the user is gone and an *IdentifierTaken if another user
	// has one of the identifiers.
	UpdateUser(u *idp.User, ids []idp.Identifier) error

	// SetUser replaces a user whose identifiers and searched attributes did
	// not change (a new password, another status). It returns ErrNotFound if
	// the user is gone.
	SetUser(u *idp.User) error

	// SetPassword replaces the password, the former ones and the time of
	// change of a user of whom nothing else has changed, which costs less than
	// SetUser. It returns ErrNotFound if the user is gone.
	SetPassword(u *idp.User) error

	// DeleteUser removes a user with identifiers, codes, counters, sessions,
	// families, passkeys and memberships in groups, or returns ErrNotFound.
	DeleteUser(poolID, username string) error

	// ListUsers returns a page of users and the cursor of the next page, nil
	// if there is none. It reads as many rows as it returns, whatever the
	// number of users.
	ListUsers(poolID string, q UserQuery) (users []*idp.User, next *UserCursor, err error)

	// CountUsers returns the number of users of a pool, but not more than
	// limit.
	CountUsers(poolID string, limit int) (int, error)
}

// IdentifierTaken means that another user has an identifier.
type IdentifierTaken struct {
	Kind  string // idp.IdentifierUsername or an attribute
	Owner string // the username of the user who has it
}

func (e *IdentifierTaken) Error() string { return "identifier " + e.Kind + " is taken" }

// UserQuery says which users to list: all, or those whose field is equal to a
// value or begins with it.
type UserQuery struct {
	// Field is "" for all users, else one of username, email, phone_number,
	// name, given_name, family_name, preferred_username, sub,
	// cognito:user_status, status.
	Field  string
	Prefix bool // begins with, rather than equals
	// Value is compared without regard to case, except for username, sub and
	// status. For status it is "Enabled" or "Disabled".
	Value string

	After *UserCursor // nil for the first page
	Limit int
}

// UserCursor is the place in a listing where the next page begins: after the
// user with this value of the field and this username.
type UserCursor struct {
	Value    string
	Username string
}
