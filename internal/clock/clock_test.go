package clock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"rockpool/internal/clock"
)

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock.Clock
		start := time.Now().Round(0)
		wantNow(t, &c, "zero value", start)

		if got, want := c.Advance(2*time.Hour), start.Add(2*time.Hour); !got.Equal(want) {
			t.Errorf("Advance(2h): got %v, want %v", got, want)
		}
		wantNow(t, &c, "after Advance", start.Add(2*time.Hour))

		time.Sleep(time.Minute)
		wantNow(t, &c, "a minute later", start.Add(2*time.Hour+time.Minute))

		then := time.Date(2040, 2, 29, 12, 0, 0, 0, time.UTC)
		c.Set(then)
		time.Sleep(time.Second)
		wantNow(t, &c, "after Set", then.Add(time.Second))

		c.Reset()
		wantNow(t, &c, "after Reset", start.Add(time.Minute+time.Second))
	})
}

func wantNow(t *testing.T, c *clock.Clock, when string, want time.Time) {
	t.Helper()
	if got := c.Now(); !got.Equal(want) {
		t.Errorf("Now() %s: got %v, want %v", when, got, want)
	}
}
