package catalog

import (
	"errors"
	"testing"
	"time"
)

func TestMemoryReadsAgainAfterTTL(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	m := newMemory[int](func() time.Time { return now })
	reads := 0
	get := func() int {
		v, err := m.get("a", func() (int, error) { reads++; return reads, nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for range 2 {
		if got := get(); got != 1 {
			t.Errorf("value within the time: got %d, want 1", got)
		}
	}
	now = now.Add(TTL)
	if got := get(); got != 2 {
		t.Errorf("value after the time: got %d, want 2", got)
	}
}

func TestMemoryForgets(t *testing.T) {
	m := newMemory[int](time.Now)
	n := 0
	read := func() (int, error) { n++; return n, nil }
	for _, forget := range []func(){func() { m.forget("a") }, m.forgetAll} {
		before, _ := m.get("a", read)
		forget()
		if after, _ := m.get("a", read); after == before {
			t.Errorf("value after forgetting: got %d again", after)
		}
	}
}

func TestMemoryKeepsNoFailure(t *testing.T) {
	m := newMemory[int](time.Now)
	errNo := errors.New("no")
	if _, err := m.get("a", func() (int, error) { return 0, errNo }); !errors.Is(err, errNo) {
		t.Errorf("get: got %v, want %v", err, errNo)
	}
	if v, err := m.get("a", func() (int, error) { return 7, nil }); v != 7 || err != nil {
		t.Errorf("get after a failure: got %d, %v, want 7", v, err)
	}
}

// A value that was read before a change and arrives after it must not stay.
func TestMemoryDropsWhatWasReadBeforeAForgetting(t *testing.T) {
	m := newMemory[string](time.Now)
	if _, err := m.get("a", func() (string, error) { m.forget("a"); return "old", nil }); err != nil {
		t.Fatal(err)
	}
	if v, _ := m.get("a", func() (string, error) { return "new", nil }); v != "new" {
		t.Errorf("get: got %q, want new", v)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory[int](time.Now)
	for i := range maxRemembered + 10 {
		if _, err := m.get(string(rune(i+1)), func() (int, error) { return i, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(m.m); n > maxRemembered {
		t.Errorf("values kept: got %d, want at most %d", n, maxRemembered)
	}
}
