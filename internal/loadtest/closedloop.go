package loadtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// portion is load that is ready to be sent.
type portion struct {
	// step makes one request (or the requests of one sign-in); i counts from
	// 0 and no two calls get the same.
	step func(ctx context.Context, i int, random *rand.Rand) error
	// count bounds the number of steps; 0 leaves that to the time.
	count int
}

// tally is what was measured in one or more portions.
type tally struct {
	steps     int
	took, cpu time.Duration
	latencies []time.Duration

	// ops are probed while the load runs; none if empty.
	ops    []operation
	probed samples
}

// run sends a portion over some connections until its steps are done or d is
// over, and adds what it took to t. cpu reads the server's clock.
func (t *tally) run(ctx context.Context, p portion, connections int, d time.Duration, cpu func() (time.Duration, error)) (err error) {
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		next   atomic.Int64
		failed error
	)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	before, err := cpu()
	if err != nil {
		return err
	}
	if len(t.ops) > 0 {
		beside := startProbe(t.ops, t.probed)
		defer func() { err = errors.Join(err, beside.end(t.probed)) }()
	}
	start := time.Now()
	for range connections {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
			latencies := make([]time.Duration, 0, 4096)
			var err error
			for began := start; began.Sub(start) < d; {
				i := int(next.Add(1)) - 1
				if p.count > 0 && i >= p.count {
					break
				}
				if err = p.step(ctx, i, random); err != nil {
					cancel()
					break
				}
				ended := time.Now()
				latencies = append(latencies, ended.Sub(began))
				began = ended
			}
			mu.Lock()
			defer mu.Unlock()
			t.latencies = append(t.latencies, latencies...)
			t.steps += len(latencies)
			if err != nil && failed == nil {
				failed = err
			}
		})
	}
	wg.Wait()
	t.took += time.Since(start)
	after, err := cpu()
	if err != nil {
		return err
	}
	t.cpu += after - before
	return failed
}

// Result is what one request, or one sign-in, took.
type Result struct {
	PerSecond float64
	P50, P99  time.Duration
	CPU       time.Duration // of the server
}

func (t *tally) result() (Result, error) {
	if t.steps == 0 {
		return Result{}, fmt.Errorf("nothing was measured")
	}
	slices.Sort(t.latencies)
	return Result{
		PerSecond: float64(t.steps) / t.took.Seconds(),
		P50:       t.latencies[len(t.latencies)/2],
		P99:       t.latencies[len(t.latencies)*99/100],
		CPU:       t.cpu / time.Duration(t.steps),
	}, nil
}

// median returns the result whose CPU time is in the middle.
func median(results []Result) Result {
	sorted := slices.Clone(results)
	slices.SortFunc(sorted, func(a, b Result) int { return int(a.CPU - b.CPU) })
	return sorted[len(sorted)/2]
}
