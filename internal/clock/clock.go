// Package clock is a clock that can be moved, for development and for tests:
// whoever waits for a code to expire does not want to wait. Production runs on
// time.Now and has no such clock.
package clock

import (
	"sync"
	"time"
)

// Clock runs as fast as the real one, from wherever it was moved to. Its zero
// value shows the real time. It is safe for concurrent use.
type Clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

// Now is the time that the clock shows. It has no monotonic part: differences
// of two readings must show how the clock was moved in between.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time { return time.Now().Round(0).Add(c.ahead) }

// Advance moves the clock by d, backwards if d is negative, and returns the
// time that it shows then.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	return c.now()
}

// Set moves the clock to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = t.Round(0).Sub(time.Now().Round(0))
}

// Reset moves the clock back to the real time.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = 0
}
