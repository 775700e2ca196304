package storetest

import (
	"fmt"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var eventTests = []test{
	{"Events/NewestFirst", testEventsNewestFirst},
	{"Events/KeptOnce", testEventKeptOnce},
}

func testEventsNewestFirst(t *testing.T, s store.Store) {
	var all []*idp.Event // newest first
	for i := range 7 {
		// Pairs share a moment; then the id decides.
		all = append(all, sampleEvent("ada", fmt.Sprintf("e%d", 9-i), now.Add(-time.Duration(i/2)*time.Second)))
	}
	all[2].Passed, all[2].Outcome, all[2].Type = false, "NotAuthorizedException", idp.EventSignUp
	for _, i := range []int{3, 0, 6, 5, 1, 2, 4} {
		update(t, s, func(tx store.Tx) error { return tx.AddEvent(all[i]) })
	}
	update(t, s, func(tx store.Tx) error { return tx.AddEvent(sampleEvent("grace", "e1", now)) })

	page := func(before string, limit int) []*idp.Event {
		return read(t, s, func(tx store.Tx) ([]*idp.Event, error) { return tx.ListEvents(pool1, "ada", before, limit) })
	}
	want(t, "ListEvents", page("", 100), all)
	before := ""
	for from := 0; from < len(all); from += 2 {
		got := page(before, 2)
		want(t, "ListEvents before "+before, got, all[from:min(from+2, len(all))])
		if len(got) == 0 {
			return
		}
		before = got[len(got)-1].ID
	}
	if got := page(before, 2); len(got) != 0 {
		t.Errorf("ListEvents before the oldest: got %v, want none", got)
	}
	if got := page("gone", 2); len(got) != 0 {
		t.Errorf("ListEvents before one that is gone: got %v, want none", got)
	}
}

func testEventKeptOnce(t *testing.T, s store.Store) {
	e := sampleEvent("ada", "e1", now)
	update(t, s, func(tx store.Tx) error { return tx.AddEvent(e) })
	wantUpdate(t, s, "AddEvent again", store.ErrExists, func(tx store.Tx) error { return tx.AddEvent(e) })
}
