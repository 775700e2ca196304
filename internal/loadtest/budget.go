package loadtest

import "time"

// Budget is the processor time that a request may cost: a multiple of its
// cryptography, and something for the rest.
type Budget struct {
	Times float64
	Plus  time.Duration
}

// Over returns the budget over the measured cryptography of a request.
func (b Budget) Over(cryptography time.Duration) time.Duration {
	return time.Duration(b.Times*float64(cryptography)) + b.Plus
}

// MaxGrowth is how much more a request may cost with 100,000 users than with
// 1,000.
const MaxGrowth = 0.15
