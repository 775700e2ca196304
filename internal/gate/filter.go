package gate

import (
	"net/netip"
	"path"
	"sync"
	"time"

	"rockpool/internal/config"
)

// Action is what a filter does with a request that it matches.
type Action string

// The actions of filters.
const (
	Block Action = "block"
	Allow Action = "allow" // no further filter is asked
	Count Action = "count"
)

// Filter is a rule about requests to pools: from some addresses, or from
// addresses that send too many.
type Filter struct {
	Name       string
	Action     Action
	pools      []string
	operations []string
	networks   []netip.Prefix
	rate       int
	window     time.Duration
	now        func() time.Time

	mu   sync.Mutex
	seen map[netip.Addr]*window
}

// window counts what an address sent in the current and the former window, so
// that the rate slides.
type window struct {
	start        time.Time
	count, prior int
}

// maxAddresses bounds the memory of a rate rule; beyond it the oldest windows
// are forgotten.
const maxAddresses = 100_000

// NewFilters makes filters of checked settings.
func NewFilters(settings []config.Filter, now func() time.Time) ([]*Filter, error) {
	var out []*Filter
	for _, s := range settings {
		f := &Filter{
			Name: s.Name, Action: Action(s.Action), pools: s.Pools, operations: s.Operations,
			rate: s.Rate, window: 5 * time.Minute, now: now, seen: map[netip.Addr]*window{},
		}
		if f.Action == "" {
			f.Action = Block
		}
		if s.Window != "" {
			d, err := time.ParseDuration(s.Window)
			if err != nil {
				return nil, err
			}
			f.window = d
		}
		for _, a := range s.Addresses {
			p, err := config.ParseNetwork(a)
			if err != nil {
				return nil, err
			}
			f.networks = append(f.networks, p)
		}
		out = append(out, f)
	}
	return out, nil
}

// Matches tells whether the rule is about a request, and counts it if the rule
// is about rates.
func (f *Filter) Matches(pool, operation, address string) bool {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		ip = netip.IPv6Unspecified()
	}
	ip = ip.Unmap()
	return anyGlob(f.pools, pool) && anyGlob(f.operations, operation) && f.isFrom(ip) && f.tooMany(ip)
}

func anyGlob(patterns []string, s string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(p, s); err == nil && ok {
			return true
		}
	}
	return len(patterns) == 0
}

func (f *Filter) isFrom(ip netip.Addr) bool {
	for _, n := range f.networks {
		if n.Contains(ip) {
			return true
		}
	}
	return len(f.networks) == 0
}

// tooMany counts a request of an address and tells whether it sent more than
// the rate in the time that ends now. A rule without a rate is about every
// request.
func (f *Filter) tooMany(ip netip.Addr) bool {
	if f.rate == 0 {
		return true
	}
	now := f.now()
	f.mu.Lock()
	defer f.mu.Unlock()
	w := f.seen[ip]
	if w == nil {
		f.makeRoom(now)
		w = &window{start: now}
		f.seen[ip] = w
	}
	if passed := now.Sub(w.start); passed >= f.window {
		w.prior = 0
		if passed < 2*f.window {
			w.prior = w.count
		}
		w.count, w.start = 0, w.start.Add(passed.Truncate(f.window))
	}
	w.count++
	left := 1 - float64(now.Sub(w.start))/float64(f.window)
	return float64(w.count)+float64(w.prior)*left > float64(f.rate)
}

func (f *Filter) makeRoom(now time.Time) {
	if len(f.seen) < maxAddresses {
		return
	}
	for ip, w := range f.seen {
		if now.Sub(w.start) >= 2*f.window {
			delete(f.seen, ip)
		}
	}
	for ip := range f.seen {
		if len(f.seen) < maxAddresses {
			return
		}
		delete(f.seen, ip)
	}
}
