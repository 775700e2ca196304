package token

import (
	"context"
	"crypto/rsa"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
)

// maxRings bounds how many pools' keys are kept open.
const maxRings = 1000

// ring holds the opened keys of a pool, as they were read for one value of the
// catalog: it is as old as that value, and is read anew with it.
type ring struct {
	pool *catalog.Pool
	keys []*ringKey // oldest first
	jwks []byte
}

type ringKey struct {
	*idp.SigningKey
	private *rsa.PrivateKey
	header  string // of the tokens it signs, encoded
}

// signer returns the key that signs: the one that is to stop first, so that a
// new key waits until its predecessor's handover is over.
func (r *ring) signer(use idp.KeyUse, now time.Time) (*ringKey, error) {
	var best *ringKey
	for _, k := range r.keys {
		if k.Use != use || !k.Retired.IsZero() && !now.Before(k.Retired) {
			continue
		}
		if best == nil || !k.Retired.IsZero() && (best.Retired.IsZero() || k.Retired.Before(best.Retired)) {
			best = k
		}
	}
	if best == nil {
		return nil, fmt.Errorf("pool %s has no key that signs %s tokens", r.pool.ID, use)
	}
	return best, nil
}

// key returns the key with an id, or nil.
func (r *ring) key(kid string) *ringKey {
	for _, k := range r.keys {
		if k.ID == kid {
			return k
		}
	}
	return nil
}

// rings remembers the opened keys of pools. Its zero value is ready.
type rings struct {
	mu sync.Mutex
	m  map[string]*slot
}

type slot struct {
	load sync.Mutex // held while keys are read, so that they are read once
	ring atomic.Pointer[ring]
}

func (r *rings) slot(poolID string) *slot {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.m[poolID]
	if s == nil {
		if r.m == nil {
			r.m = map[string]*slot{}
		}
		for id := range r.m { // any will do: opening keys again is cheap
			if len(r.m) < maxRings {
				break
			}
			delete(r.m, id)
		}
		s = &slot{}
		r.m[poolID] = s
	}
	return s
}

func (r *rings) forget(poolID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.m, poolID)
}

// ring returns the opened keys of a pool.
func (s *Service) ring(ctx context.Context, pool *catalog.Pool) (*ring, error) {
	slot := s.rings.slot(pool.ID)
	if r := slot.ring.Load(); r != nil && r.pool == pool {
		return r, nil
	}
	slot.load.Lock()
	defer slot.load.Unlock()
	former := slot.ring.Load()
	if former != nil && former.pool == pool {
		return former, nil
	}
	rows, err := s.ensure(ctx, pool.ID, pool.Key)
	if err != nil {
		return nil, fmt.Errorf("reading signing keys: %w", err)
	}
	r := &ring{pool: pool}
	now := s.Now()
	for _, row := range rows {
		if gone(row, now) {
			continue
		}
		k := &ringKey{SigningKey: row}
		if former != nil && former.key(row.ID) != nil { // a kid never means another key
			k.private, k.header = former.key(row.ID).private, former.key(row.ID).header
		} else {
			if k.private, err = openKey(pool.Key, row); err != nil {
				return nil, err
			}
			k.header = encodeHeader(row.ID)
		}
		r.keys = append(r.keys, k)
	}
	if r.jwks, err = encodeJWKS(r.keys); err != nil {
		return nil, err
	}
	slot.ring.Store(r)
	return r, nil
}
