//go:build !race

package timingtest

import (
	"runtime"
	"slices"
	"testing"
	"time"
)

// pairs is how often two requests are compared.
const pairs = 150

// compare times two requests in turns and returns by how much b takes longer
// than a: the difference of the lower quartiles, which the noise of a busy
// machine hardly reaches, while work that is missing moves them by what it
// costs. i tells the turns apart.
func compare(t *testing.T, a, b func(i int)) time.Duration {
	t.Helper()
	for i := range 10 { // caches, prepared statements
		a(i)
		b(i)
	}
	runtime.GC()
	var as, bs []time.Duration
	for i := range pairs {
		if i%2 == 0 { // neither always follows the other
			as = append(as, took(a, i))
			bs = append(bs, took(b, i))
		} else {
			bs = append(bs, took(b, i))
			as = append(as, took(a, i))
		}
	}
	return quartile(bs) - quartile(as)
}

func took(f func(int), i int) time.Duration {
	start := time.Now()
	f(i)
	return time.Since(start)
}

func quartile(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/4]
}

// tries is how often a difference must show to be believed: what is really
// there shows every time, a busy neighbour does not.
const tries = 4

// differs tells whether a and b take different times: by more than limit, in
// the same direction, in every try.
func differs(t *testing.T, limit time.Duration, a, b func(i int)) (yes bool, last time.Duration) {
	t.Helper()
	sign := 0
	for range tries {
		last = compare(t, a, b)
		now := 0
		switch {
		case last > limit:
			now = 1
		case last < -limit:
			now = -1
		}
		if now == 0 || sign != 0 && now != sign {
			return false, last
		}
		sign = now
	}
	return true, last
}
