package secret

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

// seeded is a reader of the same random bytes in every run.
func seeded() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{42}) }

// wantUniform checks by chi-squared that the characters of text are drawn evenly from
// alphabet. The reader is seeded, so the outcome does not vary.
func wantUniform(t *testing.T, text, alphabet string) {
	t.Helper()
	counts := make(map[rune]int)
	for _, c := range text {
		if !strings.ContainsRune(alphabet, c) {
			t.Fatalf("drew %q, which is not in %q", c, alphabet)
		}
		counts[c]++
	}
	want := float64(len(text)) / float64(len(alphabet))
	var chi float64
	for _, c := range alphabet {
		d := float64(counts[c]) - want
		chi += d * d / want
	}
	// The mean of chi-squared is its degrees of freedom, n-1; twice that plus 20 is far out.
	if limit := 2*float64(len(alphabet)-1) + 20; chi > limit {
		t.Errorf("chi-squared over %d characters: got %.1f, want at most %.1f", len(alphabet), chi, limit)
	}
}

func TestDigitsAreUniform(t *testing.T) {
	wantUniform(t, Digits(seeded(), 200_000), "0123456789")
}

func TestIDIsUniform(t *testing.T) {
	all := make([]byte, 128)
	for i := range all {
		all[i] = byte(i)
	}
	for _, n := range []int{1, 2, 3, 62, 100, 127, 128} {
		wantUniform(t, ID(seeded(), 100_000, string(all[:n])), string(all[:n]))
	}
}

func TestDigitsKeepLeadingZeros(t *testing.T) {
	if got := Digits(strings.NewReader(strings.Repeat("\x00", 32)), 6); got != "000000" {
		t.Errorf("Digits(zeros): got %q, want 000000", got)
	}
}

func TestDigitsDrawAgainWhatWouldBias(t *testing.T) {
	// 250 to 255 would make 0 to 5 more likely.
	in := "\xfa\xff\x01\xf9\x0a" + strings.Repeat("\x00", 27)
	if got := Digits(strings.NewReader(in), 3); got != "190" {
		t.Errorf("Digits: got %q, want 190", got)
	}
}

func TestRandomFromTheSystem(t *testing.T) {
	for name, draw := range map[string]func() string{
		"Digits": func() string { return Digits(nil, 40) },
		"ID":     func() string { return ID(nil, 40, "abcdef") },
		"Token":  func() string { return Token(nil, 32) },
		"UUID":   func() string { return UUID(nil) },
		"TemporaryPassword": func() string {
			return TemporaryPassword(nil, PasswordRules{Length: 20})
		},
	} {
		if one, two := draw(), draw(); one == two {
			t.Errorf("%s(nil): got %q twice", name, one)
		}
	}
}

func TestTokenAndUUID(t *testing.T) {
	if got := Token(strings.NewReader("\xff\xff\xff\xfe"), 4); got != "_____g" {
		t.Errorf("Token: got %q, want _____g", got)
	}
	want := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	random := seeded()
	for range 100 {
		if got := UUID(random); !want.MatchString(got) {
			t.Errorf("UUID: got %q, want version 4", got)
		}
	}
}

func TestBrokenReaderPanics(t *testing.T) {
	for name, draw := range map[string]func(){
		"Digits": func() { Digits(iotest.ErrReader(errors.New("broken")), 6) },
		"Token":  func() { Token(strings.NewReader("short"), 6) },
		"UUID":   func() { UUID(strings.NewReader("short")) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s with a broken reader: got a value, want a panic", name)
				}
			}()
			draw()
		}()
	}
}
