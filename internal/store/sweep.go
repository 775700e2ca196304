package store

import "time"

// SweepTimes says what Sweep may delete.
type SweepTimes struct {
	Ended    time.Time // codes, sessions, spent marks, registrations of passkeys and families that expired before
	Counters time.Time // counters whose last attempt is older
	Events   time.Time // events that are older
	Limit    int       // at most so many rows of each kind, the oldest first
}
