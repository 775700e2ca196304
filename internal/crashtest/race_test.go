//go:build linux

package crashtest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"rockpool/internal/process"
)

// Two servers on one database redeem one code at once: exactly one wins, and
// the password is the winner's.
func TestCodeRedeemedOnceAcrossNodes(t *testing.T) {
	pg := newCluster(t)
	s := newSite(t, pg.url())
	first := s.start(t)
	s.createPool(t, first)
	beside := *s
	beside.options.Data = t.TempDir()
	beside.options.Listen = ""
	second := beside.start(t)

	ctx := limited(t, 60*time.Second)
	for n := range 20 {
		p := newPerson(0, 0, n)
		must(t, s.signUp(ctx, first, p))
		must(t, s.confirmSignUp(ctx, first, p))
		must(t, s.forgotPassword(ctx, first, p))

		const each = 3
		nodes := []*process.Process{first, second}
		errs := make([]error, each*len(nodes))
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = s.redeem(ctx, nodes[i%len(nodes)], p, p.code, password(i)) })
		}
		wg.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err == nil && winner >= 0:
				t.Errorf("ConfirmForgotPassword: requests %d and %d both redeemed the code", winner, i)
			case err == nil:
				winner = i
			case process.Code(err) != "ExpiredCodeException":
				t.Errorf("ConfirmForgotPassword: got %v, want nil or ExpiredCodeException", err)
			}
		}
		if winner < 0 {
			t.Fatalf("ConfirmForgotPassword: nobody redeemed the code: %v", errs)
		}
		if _, err := s.tryPassword(ctx, nodes[n%2], p, password(winner)); err != nil {
			t.Errorf("InitiateAuth with the winner's password: got %v, want nil", err)
		}
		loser := (winner + 1) % len(errs)
		if _, err := s.tryPassword(ctx, nodes[n%2], p, password(loser)); process.Code(err) != "NotAuthorizedException" {
			t.Errorf("InitiateAuth with a loser's password: got %v, want NotAuthorizedException", err)
		}
	}
}

func password(i int) string { return fmt.Sprintf("Racing-passw0rd-%d", i) }
