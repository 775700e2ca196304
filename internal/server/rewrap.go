package server

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/secret"
	"rockpool/internal/store"
)

const (
	rewrapPage  = 100
	rewrapTries = 5 // while somebody else changes the same pool
)

// Rewrap seals everything that the master key seals - the keys of pools, the
// secrets of access keys - anew under the newest key of the master keyset, and
// returns how many of each there are. It may run beside servers, and again
// after it was interrupted.
func Rewrap(ctx context.Context, s store.Store, m *secret.Master) (pools, keys int, err error) {
	for after := ""; ; {
		var ids []string
		err := s.View(ctx, func(tx store.Tx) error {
			page, err := tx.ListPools(after, rewrapPage)
			ids = ids[:0]
			for _, p := range page {
				ids = append(ids, p.ID)
			}
			return err
		})
		if err != nil {
			return pools, keys, fmt.Errorf("listing pools: %w", err)
		}
		if len(ids) == 0 {
			break
		}
		for _, id := range ids {
			if err := rewrapPool(ctx, s, m, id); err != nil {
				return pools, keys, fmt.Errorf("pool %s: %w", id, err)
			}
			pools++
		}
		after = ids[len(ids)-1]
	}
	keys, err = rewrapAccessKeys(ctx, s, m)
	return pools, keys, err
}

func rewrapPool(ctx context.Context, s store.Store, m *secret.Master, id string) (err error) {
	for range rewrapTries {
		err = s.Update(ctx, func(tx store.Tx) error {
			p, err := tx.Pool(id)
			if errors.Is(err, store.ErrNotFound) {
				return nil // deleted meanwhile
			}
			if err != nil {
				return err
			}
			if p.SealedKey, err = m.Rewrap(id, p.SealedKey); err != nil {
				return err
			}
			return tx.UpdatePool(p)
		})
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return err
}

func rewrapAccessKeys(ctx context.Context, s store.Store, m *secret.Master) (n int, err error) {
	for after := ""; ; {
		var found int
		last := after
		err := s.Update(ctx, func(tx store.Tx) error {
			page, err := tx.ListAccessKeys(after, rewrapPage)
			if err != nil {
				return err
			}
			found = len(page)
			for _, k := range page {
				clear, err := m.Open(purposeAccessKey, k.ID, k.Sealed)
				if err != nil {
					return fmt.Errorf("opening access key %s: %w", k.ID, err)
				}
				if k.Sealed, err = m.Seal(purposeAccessKey, k.ID, clear); err != nil {
					return fmt.Errorf("sealing access key %s: %w", k.ID, err)
				}
				if err := tx.PutAccessKey(k); err != nil {
					return err
				}
				last = k.ID
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		if found == 0 {
			return n, nil
		}
		n, after = n+found, last
	}
}
