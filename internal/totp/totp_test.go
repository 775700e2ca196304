package totp

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"testing"
	"time"
)

// The vectors of RFC 6238, appendix B, for SHA-1, of whose eight digits the
// last six are ours.
func TestCodeVectors(t *testing.T) {
	secret := []byte("12345678901234567890")
	for seconds, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := Code(secret, Step(time.Unix(seconds, 0))); got != want {
			t.Errorf("Code at %d s: got %s, want %s", seconds, got, want)
		}
	}
}

// The vectors of RFC 4226, appendix D.
func TestCodeCounters(t *testing.T) {
	secret := []byte("12345678901234567890")
	for step, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := Code(secret, int64(step)); got != want {
			t.Errorf("Code(%d): got %s, want %s", step, got, want)
		}
	}
}

func TestCheckWindow(t *testing.T) {
	secret := []byte("12345678901234567890")
	now := time.Unix(1111111111, 0)
	for off, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		step, ok := Check(secret, Code(secret, Step(now)+off), now)
		if ok != want || ok && step != Step(now)+off {
			t.Errorf("Check of a code that is %d steps off: got step %d, %v, want %v", off, step-Step(now), ok, want)
		}
	}
	for _, code := range []string{"", "0", "50471", "0050471", "05047l"} {
		if _, ok := Check(secret, code, now); ok {
			t.Errorf("Check(%q): got true, want false", code)
		}
	}
}

func TestSecretTravels(t *testing.T) {
	secret, err := NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text := Encode(secret)
	if len(secret) != 32 || len(text) != 52 {
		t.Errorf("NewSecret: got %d bytes, written in %d characters, want 32 and 52", len(secret), len(text))
	}
	if got, err := Decode(text); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("Decode(Encode(secret)): got %x, %v, want the secret", got, err)
	}
	if _, err := base32.StdEncoding.DecodeString(text + "===="); err != nil {
		t.Errorf("a padded reader of base32: %v", err)
	}
}

func TestEnd(t *testing.T) {
	now := time.Unix(1111111111, 0)
	end := End(Step(now))
	if Step(end) != Step(now)+1 || Step(end.Add(-time.Nanosecond)) != Step(now) {
		t.Errorf("End(%d): got %v, want the last moment of the step", Step(now), end)
	}
}
