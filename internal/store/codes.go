package store

import "rockpool/internal/idp"

// Codes keeps one-time codes.
type Codes interface {
	// Code returns the code of a subject for a purpose, expired ones
	// included, or ErrNotFound.
	Code(poolID, subject string, purpose idp.Purpose) (*idp.Code, error)

	// PutCode stores a code, replacing any earlier one with the same purpose.
	PutCode(c *idp.Code) error

	// DeleteCode removes exactly the code given. It returns ErrNotFound if it
	// is gone or was replaced, so that of two requests that redeem one code,
	// exactly one succeeds.
	DeleteCode(c *idp.Code) error
}
