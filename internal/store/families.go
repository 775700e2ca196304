package store

import "rockpool/internal/idp"

// Families keeps the token families of users.
type Families interface {
	// Family returns a token family, revoked and expired ones included, or
	// ErrNotFound.
	Family(poolID, id string) (*idp.Family, error)

	// CreateFamily stores a new family, or returns ErrExists.
	CreateFamily(f *idp.Family) error

	// RotateFamily stores the family's new RefreshHash, FormerHash and
	// FormerUntil, if its stored RefreshHash is still the one given and it is
	// not revoked; else it returns ErrNotFound, so that of two refreshes with
	// one token exactly one rotates it.
	RotateFamily(f *idp.Family, was []byte) error

	// RevokeFamily marks a family as revoked and deletes the record of its
	// token session, if there is one. It returns ErrNotFound if there is no
	// such family; revoking twice is fine.
	RevokeFamily(poolID, id string) error

	// RevokeFamilies marks every family of a user as revoked and deletes the
	// records of all their sessions, those of browsers included.
	RevokeFamilies(poolID, username string) error
}
