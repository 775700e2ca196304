package catalog

import (
	"sync"
	"time"
)

// maxRemembered bounds the memory; beyond it everything is read anew.
const maxRemembered = 10_000

// memory keeps values for TTL. Failures are not kept, so a name that was not
// found costs a read each time and nothing that a stranger sends stays.
type memory[V any] struct {
	now func() time.Time

	mu    sync.Mutex
	m     map[string]remembered[V]
	epoch uint64 // grows with each forgetting: a value read before is not kept after
}

type remembered[V any] struct {
	v     V
	until time.Time
}

func newMemory[V any](now func() time.Time) *memory[V] {
	return &memory[V]{now: now, m: map[string]remembered[V]{}}
}

func (m *memory[V]) get(id string, read func() (V, error)) (V, error) {
	now := m.now()
	m.mu.Lock()
	r, ok := m.m[id]
	epoch := m.epoch
	m.mu.Unlock()
	if ok && now.Before(r.until) {
		return r.v, nil
	}
	v, err := read()
	if err != nil {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.epoch == epoch {
		if len(m.m) >= maxRemembered {
			clear(m.m)
		}
		m.m[id] = remembered[V]{v, now.Add(TTL)}
	}
	return v, nil
}

func (m *memory[V]) forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	delete(m.m, id)
}

func (m *memory[V]) forgetAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	clear(m.m)
}
