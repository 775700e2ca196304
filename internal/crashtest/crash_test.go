//go:build linux

package crashtest

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"rockpool/internal/process"
)

const (
	rounds  = 30 // how often the server is killed, on each engine
	workers = 6  // how many people live at a time
)

func TestCrashSQLite(t *testing.T) {
	crash(t, newSite(t, ""), func(*testing.T, int) {})
}

// In every fifth round the database is killed too, just before the server.
func TestCrashPostgres(t *testing.T) {
	pg := newCluster(t)
	crash(t, newSite(t, pg.url()), func(t *testing.T, round int) {
		if round%5 == 4 {
			pg.kill(t)
			time.Sleep(20 * time.Millisecond) // requests meet a server without a database
			pg.start(t)
		}
	})
}

// crash starts a server, lets people use it, kills it at some moment and
// compares, over and over. before runs just before the server is killed.
func crash(t *testing.T, s *site, before func(t *testing.T, round int)) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var everybody []*person
	var found findings
	acknowledged := 0
	for round := range rounds {
		server := s.start(t)
		if round == 0 {
			s.createPool(t, server)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		lives := s.load(ctx, server, round, random)
		time.Sleep(time.Duration(10+random.IntN(240)) * time.Millisecond)
		before(t, round)
		server.Kill()
		cancel()
		people := lives(t)

		again := s.start(t)
		for _, p := range people {
			if p.signedUp == yes {
				acknowledged++
			}
		}
		for _, p := range people {
			p.found = &found
		}
		s.verifyAll(t, again, people)
		everybody = append(everybody, people...)
		if err := again.Stop(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("failed in round %d", round)
		}
	}
	if acknowledged < rounds {
		t.Errorf("only %d sign-ups were acknowledged in %d rounds: the test shows nothing", acknowledged, rounds)
	}
	last := s.start(t)
	for _, p := range everybody { // what a later crash must not have taken away
		p.next, p.code, p.spent, p.sessions = "", "", nil, nil
	}
	s.verifyAll(t, last, everybody)
	t.Logf("%d people, %d acknowledged sign-ups; of the writes that nobody acknowledged, %d had happened and %d not",
		len(everybody), acknowledged, found.whole.Load(), found.absent.Load())
	if found.whole.Load()+found.absent.Load() == 0 {
		t.Error("no write was ever under way when the server was killed: the test shows nothing")
	}
}

// load lets people live until the server is gone. The function it returns
// waits for them.
func (s *site) load(ctx context.Context, server *process.Process, round int, random *rand.Rand) func(*testing.T) []*person {
	var (
		wg       sync.WaitGroup
		mu       sync.Mutex
		people   []*person
		failures []error
	)
	for w := range workers {
		own := rand.New(rand.NewPCG(random.Uint64(), random.Uint64()))
		wg.Go(func() {
			for n := 0; ; n++ {
				p := newPerson(round, w, n)
				err := s.live(ctx, server, p, own)
				mu.Lock()
				people = append(people, p)
				if e := answered(err); e != nil && e.Code != "InternalErrorException" {
					failures = append(failures, err)
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	return func(t *testing.T) []*person {
		wg.Wait()
		for _, err := range failures {
			t.Errorf("while the server ran: %v", err)
		}
		return people
	}
}

// verifyAll verifies people, some at a time.
func (s *site) verifyAll(t *testing.T, server *process.Process, people []*person) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	queue := make(chan *person)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for p := range queue {
				if err := s.verify(ctx, server, p); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, p := range people {
		queue <- p
	}
	close(queue)
	wg.Wait()
}
