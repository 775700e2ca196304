package secret

import (
	"strings"
	"testing"
)

func TestTemporaryPasswordSatisfiesItsRules(t *testing.T) {
	random := seeded()
	for mask := range 16 {
		for _, length := range []int{0, 6, 8, 12, 99} {
			rules := PasswordRules{Length: length, Upper: mask&1 != 0, Lower: mask&2 != 0, Digit: mask&4 != 0, Symbol: mask&8 != 0}
			for range 50 {
				got := TemporaryPassword(random, rules)
				if len(got) != max(8, length) {
					t.Fatalf("TemporaryPassword(%+v): got %d characters, want %d", rules, len(got), max(8, length))
				}
				for _, class := range []struct {
					on    bool
					chars string
				}{
					{rules.Upper, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
					{rules.Lower, "abcdefghijklmnopqrstuvwxyz"},
					{rules.Digit, "0123456789"},
					{rules.Symbol, "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= "}, // the API's list
				} {
					if class.on && !strings.ContainsAny(got, class.chars) {
						t.Errorf("TemporaryPassword(%+v): got %q, want one of %q in it", rules, got, class.chars)
					}
				}
				if strings.ContainsAny(got, "0Oo1lI") {
					t.Errorf("TemporaryPassword(%+v): got %q, with characters that look alike", rules, got)
				}
			}
		}
	}
}

func TestTemporaryPasswordPositionsAreEven(t *testing.T) {
	// No position is reserved for a class: over many draws each has its share of digits.
	random := seeded()
	const draws = 20_000
	var at [8]int
	total := 0
	for range draws {
		for i, c := range TemporaryPassword(random, PasswordRules{Upper: true, Lower: true, Digit: true, Symbol: true}) {
			if strings.ContainsRune(digits, c) {
				at[i]++
				total++
			}
		}
	}
	for i, n := range at {
		if want := total / len(at); n < want*9/10 || n > want*11/10 {
			t.Errorf("digits at position %d: got %d, want about %d", i, n, want)
		}
	}
}
