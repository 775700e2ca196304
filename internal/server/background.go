package server

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"rockpool/internal/store"
)

// How often the database is swept, how much at a time, and how long what
// ended is kept.
const (
	sweepEvery    = time.Minute
	sweepLimit    = 500
	keepEnded     = time.Hour // so that a late answer is told "expired"
	keepCounters  = 25 * time.Hour
	keepEvents    = 2 * 365 * 24 * time.Hour
	sweepAtMost   = 20 * time.Second
	sweepInterval = 50 * time.Millisecond // between two portions, so that requests come through
)

// background is work that no request waits for.
type background struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func startBackground(s store.Store, now func() time.Time, logger *slog.Logger) *background {
	ctx, cancel := context.WithCancel(context.Background())
	b := &background{cancel: cancel}
	b.done.Go(func() {
		tick := time.NewTicker(sweepEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := sweep(ctx, s, now()); err != nil && !errors.Is(err, context.Canceled) {
					logger.WarnContext(ctx, "sweeping the database failed; it is tried again in a minute", "error", err)
				}
			}
		}
	})
	return b
}

func (b *background) stop() {
	b.cancel()
	b.done.Wait()
}

// sweep deletes what ended, portion by portion.
func sweep(ctx context.Context, s store.Store, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, sweepAtMost)
	defer cancel()
	for {
		gone, err := s.Sweep(ctx, store.SweepTimes{
			Ended: now.Add(-keepEnded), Counters: now.Add(-keepCounters), Events: now.Add(-keepEvents), Limit: sweepLimit,
		})
		if err != nil {
			return err
		}
		purged := 0
		err = s.Update(ctx, func(tx store.Tx) (err error) {
			purged, err = tx.PurgePools(sweepLimit)
			return err
		})
		if err != nil || gone+purged == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(sweepInterval):
		}
	}
}
