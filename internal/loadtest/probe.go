package loadtest

import (
	"errors"
	"fmt"
	"runtime"
	"time"
)

// probeEvery is how long a probe rests between two operations, so that it
// takes a tenth of one core.
const probeEvery = 8 * time.Millisecond

// probe measures cryptography while the server is under load. The same
// operation takes longer there than alone, because it shares cores and caches
// with everything else; what a request cannot do without must be measured
// where the request is, or the ratio says more about the machine than about
// the server.
type probe struct {
	stop chan struct{}
	done chan struct{}
	sums samples
	err  error
}

// samples are sums over calls of each operation, in their order.
type samples []struct {
	sum   time.Duration
	calls int
}

// cryptography returns the means.
func (s samples) cryptography(ops []operation) (c Cryptography, err error) {
	for i, op := range ops {
		if s[i].calls == 0 {
			return c, errors.New("the run was too short to measure cryptography beside it")
		}
		*op.figure(&c) = s[i].sum / time.Duration(s[i].calls)
	}
	return c, nil
}

// startProbe starts with the operation after those that were timed so far.
func startProbe(ops []operation, former samples) *probe {
	p := &probe{stop: make(chan struct{}), done: make(chan struct{}), sums: make(samples, len(ops))}
	go func() {
		defer close(p.done)
		runtime.LockOSThread() // its processor time is read
		defer runtime.UnlockOSThread()
		first := 0
		for _, s := range former {
			first += s.calls
		}
		for i := first % len(ops); ; i = (i + 1) % len(ops) {
			if p.err = p.time(i, ops[i]); p.err != nil {
				return
			}
			select {
			case <-p.stop:
				if complete(former, p.sums) {
					return
				}
			case <-time.After(probeEvery):
			}
		}
	}()
	return p
}

// complete tells whether every operation was timed; a short run may not come
// to all of them.
func complete(former, now samples) bool {
	for i := range now {
		if former[i].calls+now[i].calls == 0 {
			return false
		}
	}
	return true
}

// time runs an operation twice and times the second call: the first finds
// caches as no server under load would.
func (p *probe) time(i int, op operation) error {
	if err := op.do(); err != nil {
		return err
	}
	before, err := threadCPU()
	if err != nil {
		return err
	}
	if err := op.do(); err != nil {
		return err
	}
	after, err := threadCPU()
	p.sums[i].sum += after - before
	p.sums[i].calls++
	return err
}

// end stops the probe and adds what it measured to s.
func (p *probe) end(s samples) error {
	close(p.stop)
	<-p.done
	if p.err != nil {
		return fmt.Errorf("measuring cryptography: %w", p.err)
	}
	for i, m := range p.sums {
		s[i].sum += m.sum
		s[i].calls += m.calls
	}
	return nil
}
