//go:build linux

package crashtest

import (
	"net/http"
	"testing"
	"time"

	"rockpool/internal/process"
)

// failsWithin is how long a request may take whose database does not answer.
const failsWithin = 10 * time.Second

// A database that goes away costs its requests, not the server.
func TestLostDatabase(t *testing.T) {
	pg := newCluster(t)
	s := newSite(t, pg.url())
	server := s.start(t)
	s.createPool(t, server)
	p := newPerson(0, 0, 0)
	ctx := limited(t, 90*time.Second)
	must(t, s.signUp(ctx, server, p))
	must(t, s.confirmSignUp(ctx, server, p))

	for _, end := range []func(*testing.T){pg.stop, pg.kill} {
		end(t)
		for range 3 {
			start := time.Now()
			_, err := s.tryPassword(ctx, server, p, p.password)
			if e := answered(err); e == nil || e.Status != http.StatusInternalServerError || e.Code != "InternalErrorException" {
				t.Errorf("InitiateAuth without database: got %v, want status 500 InternalErrorException", err)
			}
			if took := time.Since(start); took > failsWithin {
				t.Errorf("InitiateAuth without database took %v, want at most %v", took, failsWithin)
			}
		}
		if !server.Alive() {
			t.Fatalf("the server ended with its database:\n%s", server.LogTail())
		}
		pg.start(t)
		s.recovers(t, server, p)
	}
}

// recovers waits until a sign-in works again.
func (s *site) recovers(t *testing.T, server *process.Process, p *person) {
	t.Helper()
	ctx := limited(t, 30*time.Second)
	var err error
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if _, err = s.tryPassword(ctx, server, p, p.password); err == nil {
			return
		}
	}
	t.Fatalf("InitiateAuth 15 s after the cause went: got %v, want nil\n%s", err, server.LogTail())
}
