//go:build linux

package crashtest

import (
	"slices"
	"sync"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
)

// story is something that can be used once, and is used many times at once.
type story struct {
	name string

	// op is the operation that is raced, and losers are the errors with which
	// it may refuse.
	op     string
	losers []string

	// begin brings a new user, and what is to be used, to the start. n tells
	// the users of a story apart.
	begin func(t *testing.T, v *venue, story, n int) race
}

// race is a story about to be told.
type race struct {
	user *racer

	// answer is the i-th of the requests that are made at once.
	answer func(node *process.Process, i int) error

	// after, if not nil, checks what the request that won has left behind.
	// That the user can sign in is checked in any case.
	after func(winner int)
}

const (
	times = 6 // that each story is told
	each  = 4 // requests of a race, in turn on the servers
)

// Of many answers to one challenge, uses of one code, refreshes of one token,
// exactly one succeeds, on one server or on two. The others are refused with an
// error that says so, and the user can sign in afterwards.
func TestUsedOnce(t *testing.T) {
	stories := slices.Concat(firstFactorStories(), secondFactorStories(), otherChallengeStories(), codeStories(), deviceStories(), tokenStories())
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		tell(t, newVenue(t, "", 1), stories)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		tell(t, newVenue(t, newCluster(t).url(), 2), stories)
	})
}

// tell tells the stories, each with users of its own.
func tell(t *testing.T, v *venue, stories []story) {
	for i, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			for _, code := range s.losers {
				if !slices.Contains(cognito.Operations[s.op].Errors, code) || code == "InternalErrorException" {
					t.Fatalf("%s does not declare %s", s.op, code)
				}
			}
			for n := range times {
				s.run(t, s.begin(t, v, i, n))
			}
		})
	}
	v.checkLogs(t)
}

// run races once.
func (s story) run(t *testing.T, r race) {
	t.Helper()
	errs := make([]error, each)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range errs {
		node := r.user.nodes[i%len(r.user.nodes)]
		wg.Go(func() {
			<-start
			errs[i] = r.answer(node, i)
		})
	}
	close(start)
	wg.Wait()
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner >= 0:
			t.Errorf("%s: requests %d and %d both succeeded, want one", s.op, winner, i)
		case err == nil:
			winner = i
		case !slices.Contains(s.losers, process.Code(err)):
			t.Errorf("%s: got %v, want nil or one of %v", s.op, err, s.losers)
		}
	}
	if winner < 0 {
		t.Fatalf("%s: nobody succeeded: %v", s.op, errs)
	}
	if r.after != nil {
		r.after(winner)
	}
	r.user.signsIn()
}
