package storetest

import (
	"fmt"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var sweepTests = []test{
	{"Sweep/OnlyWhatEnded", testSweepEnded},
	{"Sweep/Bounded", testSweepBounded},
}

func testSweepEnded(t *testing.T, s store.Store) {
	const old, fresh = "old", "new"
	update(t, s, func(tx store.Tx) error {
		for i, name := range []string{old, fresh} {
			end := now.Add(time.Duration(2*i-1) * time.Second)
			code, attempts, state, family := sampleCode(name, 1), sampleAttempts(name), sampleState(byte(i)), sampleFamily(name, name)
			code.ExpiresAt, attempts.Last, state.ExpiresAt, family.ExpiresAt = end, end.Add(-time.Hour), end, end
			for _, err := range []error{
				tx.PutCode(code), tx.PutAttempts(attempts), tx.CreateSessionState(state), tx.CreateFamily(family),
				tx.Spend(pool1, []byte(name), end), tx.AddEvent(sampleEvent("ada", name, end.Add(-24*time.Hour))),
			} {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	before := store.SweepTimes{Ended: now, Counters: now.Add(-time.Hour), Events: now.Add(-24 * time.Hour), Limit: 100}
	for i, n := range []int{6, 0} {
		if got, err := s.Sweep(t.Context(), before); err != nil || got != n {
			t.Errorf("Sweep, time %d: got %d, %v, want %d", i+1, got, err, n)
		}
	}
	wantView(t, s, "Code, swept", store.ErrNotFound, codeOf(old))
	wantView(t, s, "SessionState, swept", store.ErrNotFound, stateOf(0))
	wantView(t, s, "Family, swept", store.ErrNotFound, familyOf(old))
	if a := read(t, s, attemptsOf(old)); a.Count != 0 {
		t.Errorf("Attempts, swept: got %+v", a)
	}
	update(t, s, func(tx store.Tx) error { return tx.Spend(pool1, []byte(old), now.Add(-time.Second)) })

	read(t, s, codeOf(fresh))
	read(t, s, stateOf(1))
	read(t, s, familyOf(fresh))
	if a := read(t, s, attemptsOf(fresh)); a.Count == 0 {
		t.Error("Attempts: swept too early")
	}
	wantUpdate(t, s, "Spend of a mark that is not over", store.ErrExists, func(tx store.Tx) error { return tx.Spend(pool1, []byte(fresh), now.Add(time.Second)) })
	events := read(t, s, func(tx store.Tx) ([]*idp.Event, error) { return tx.ListEvents(pool1, "ada", "", 10) })
	if len(events) != 1 || events[0].ID != fresh {
		t.Errorf("ListEvents after Sweep: got %v, want %s alone", events, fresh)
	}
	// The zero times sweep nothing.
	if got, err := s.Sweep(t.Context(), store.SweepTimes{Limit: 100}); err != nil || got != 0 {
		t.Errorf("Sweep with zero times: got %d, %v, want 0", got, err)
	}
}

func testSweepBounded(t *testing.T, s store.Store) {
	const each = 25
	update(t, s, func(tx store.Tx) error {
		for i := range each {
			code := sampleCode(fmt.Sprint("u", i), 1)
			code.ExpiresAt = now.Add(-time.Duration(i) * time.Second)
			if err := tx.PutCode(code); err != nil {
				return err
			}
			if err := tx.AddEvent(sampleEvent("ada", fmt.Sprintf("e%02d", i), now.Add(-time.Duration(i)*time.Second))); err != nil {
				return err
			}
		}
		return nil
	})
	before := store.SweepTimes{Ended: now.Add(time.Hour), Counters: now.Add(time.Hour), Events: now.Add(time.Hour), Limit: 10}
	for _, n := range []int{20, 20, 10, 0} {
		got, err := s.Sweep(t.Context(), before)
		if err != nil || got != n {
			t.Errorf("Sweep: got %d, %v, want %d", got, err, n)
		}
		// The oldest go first, so that a listing has no holes.
		left := read(t, s, func(tx store.Tx) ([]*idp.Event, error) { return tx.ListEvents(pool1, "ada", "", 100) })
		for i, e := range left {
			if id := fmt.Sprintf("e%02d", i); e.ID != id {
				t.Fatalf("after Sweep the event at %d is %s, want %s", i, e.ID, id)
			}
		}
	}
}
