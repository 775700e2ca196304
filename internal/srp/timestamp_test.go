package srp

import (
	"errors"
	"testing"
	"time"
)

func TestParseTimestamp(t *testing.T) {
	want := time.Date(2025, 5, 7, 0, 9, 40, 0, time.UTC)
	for _, text := range []string{
		"Wed May 7 00:09:40 UTC 2025",
		"Wed May 07 00:09:40 UTC 2025",
		"Tue May 7 00:09:40 UTC 2025", // the weekday is not checked
	} {
		if got, err := ParseTimestamp(text); err != nil || !got.Equal(want) {
			t.Errorf("ParseTimestamp(%q): got %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseTimestampRefuses(t *testing.T) {
	for _, text := range []string{
		"", "now", "1746576580", "2025-05-07T00:09:40Z",
		"Wed May 7 00:09:40 CET 2025", "Wed May 7 00:09:40 +0000 2025",
		"Wed May 32 00:09:40 UTC 2025", "Wed Feb 30 00:09:40 UTC 2025", "Wed May 7 24:09:40 UTC 2025",
		"Wed May 7 00:09:40.5 UTC 2025", "Mer Mai 7 00:09:40 UTC 2025",
		"Wed May 7 00:09:40 UTC 2025 ", " Wed May 7 00:09:40 UTC 2025", "Wed May 7 00:09:40 UTC 20255",
	} {
		if got, err := ParseTimestamp(text); !errors.Is(err, ErrTimestamp) {
			t.Errorf("ParseTimestamp(%q): got %v, %v, want %v", text, got, err, ErrTimestamp)
		}
	}
}

func FuzzParseTimestamp(f *testing.F) {
	f.Add("Wed May 7 00:09:40 UTC 2025")
	f.Add("Sat Dec 31 23:59:59 UTC 0000")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseTimestamp(text)
		if err != nil {
			return
		}
		if got.Location() != time.UTC || got.Nanosecond() != 0 {
			t.Errorf("ParseTimestamp(%q): got %v, want whole seconds in UTC", text, got)
		}
		again, err := ParseTimestamp(FormatTimestamp(got))
		if err != nil || !again.Equal(got) {
			t.Errorf("ParseTimestamp(FormatTimestamp(%v)): got %v, %v", got, again, err)
		}
	})
}
