package server

import (
	"context"
	"fmt"

	"rockpool/internal/store"
)

// emptyAtOnce is how many pools go in one transaction.
const emptyAtOnce = 50

// Empty deletes everything that is stored and forgets what was remembered of
// it. It is for development: requests that are under way may still answer from
// what was there.
func (s *Server) Empty(ctx context.Context) error {
	db := s.options.Store
	for left := true; left; {
		err := db.Update(ctx, func(tx store.Tx) error {
			pools, err := tx.ListPools("", emptyAtOnce)
			if err != nil {
				return err
			}
			for _, p := range pools {
				if err := tx.DeletePool(p.ID); err != nil {
					return err
				}
			}
			keys, err := tx.ListAccessKeys("", emptyAtOnce)
			if err != nil {
				return err
			}
			for _, k := range keys {
				if err := tx.DeleteAccessKey(k.ID); err != nil {
					return err
				}
			}
			left = len(pools)+len(keys) > 0
			return nil
		})
		if err != nil {
			return fmt.Errorf("deleting pools: %w", err)
		}
	}
	// What a deleted pool held must be gone before a pool of the same id
	// comes back.
	for purged := 1; purged > 0; {
		err := db.Update(ctx, func(tx store.Tx) (err error) {
			purged, err = tx.PurgePools(sweepLimit)
			return err
		})
		if err != nil {
			return fmt.Errorf("purging pools: %w", err)
		}
	}
	s.API.Catalog.ForgetAll()
	return nil
}
