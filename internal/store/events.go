package store

import "rockpool/internal/idp"

// Events keeps the records of attempts.
type Events interface {
	// AddEvent stores a record.
	AddEvent(e *idp.Event) error

	// ListEvents returns at most limit records of a subject, newest first,
	// older than the one with the id given ("" for the newest).
	ListEvents(poolID, subject, beforeID string, limit int) ([]*idp.Event, error)
}
