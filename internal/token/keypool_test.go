package token

import (
	"testing"
	"time"
)

func TestKeyPoolGivesEachKeyOnce(t *testing.T) {
	p := NewKeyPool(2)
	defer p.Close()
	seen := map[string]bool{}
	for range 5 {
		key, err := p.take()
		if err != nil {
			t.Fatal(err)
		}
		if key.N.BitLen() != keyBits || seen[key.N.String()] {
			t.Fatalf("take: got a key of %d bits, seen before: %t", key.N.BitLen(), seen[key.N.String()])
		}
		seen[key.N.String()] = true
	}
}

func TestKeyPoolMakesKeysAhead(t *testing.T) {
	p := NewKeyPool(2)
	defer p.Close()
	for deadline := time.Now().Add(30 * time.Second); len(p.ready) < 2; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d keys are ready, want 2", len(p.ready))
		}
	}
}

func TestKeyPoolWorksWhenClosed(t *testing.T) {
	p := NewKeyPool(1)
	p.Close()
	p.Close()
	for range 2 {
		if _, err := p.take(); err != nil {
			t.Errorf("take after Close: %v", err)
		}
	}
}

func TestNilKeyPool(t *testing.T) {
	var p *KeyPool
	defer p.Close()
	if _, err := p.take(); err != nil {
		t.Errorf("take: %v", err)
	}
}
