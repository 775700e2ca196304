package store

import "rockpool/internal/idp"

// Events keeps the records of attempts.
type Events interface {
	// AddEvent stores a record, or returns ErrExists if there is one of the
	// same subject with its id.
	AddEvent(e *idp.Event) error

	// ListEvents returns at most limit records of a subject, newest first,
	// older than the one with the id given ("" for the newest); none if that
	// one was swept meanwhile, because then every older one was.
	ListEvents(poolID, subject, beforeID string, limit int) ([]*idp.Event, error)
}
