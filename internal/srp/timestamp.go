package srp

import (
	"errors"
	"strings"
	"time"
)

// ErrTimestamp reports a TIMESTAMP that is not of the form clients send.
var ErrTimestamp = errors.New("srp: not a timestamp")

// timestampLayout is Java's "EEE MMM d HH:mm:ss z yyyy" in UTC.
const timestampLayout = "Mon Jan 2 15:04:05 UTC 2006"

// FormatTimestamp writes a time as TIMESTAMP.
func FormatTimestamp(t time.Time) string { return t.UTC().Format(timestampLayout) }

// ParseTimestamp reads TIMESTAMP. A day padded with zero is accepted, and the name of
// the weekday is not compared with the date. What was sent must still be signed
// as sent, so keep the text.
func ParseTimestamp(text string) (time.Time, error) {
	// time.Parse would take fractions of a second too; ones in the text mean another format.
	if len(text) > len("Wed May 07 00:09:40 UTC 2025") || strings.ContainsAny(text, ".,") {
		return time.Time{}, ErrTimestamp
	}
	t, err := time.Parse(timestampLayout, text)
	if err != nil {
		return time.Time{}, ErrTimestamp
	}
	return t, nil
}
