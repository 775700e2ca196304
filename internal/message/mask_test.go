package message

import (
	"crypto/hmac"
	"crypto/sha256"
	"regexp"
	"testing"
)

func TestMask(t *testing.T) {
	tests := []struct {
		medium     Medium
		dest, want string
	}{
		{Email, "test@test.com", "t***@t***"},
		{Email, "é@ü.example", "é***@ü***"},
		{Email, `"a@b"@example.com`, `"***@e***`},
		{Email, "nobody", "n***@***"},
		{Email, "", "***@***"},
		{SMS, "+12065551234", "+*******1234"},
		{SMS, "+4930123456", "+******3456"},
		{SMS, "+1234", "+****"},
		{SMS, "", "+"},
	}
	for _, tt := range tests {
		if got := Mask(tt.medium, tt.dest); got != tt.want {
			t.Errorf("Mask(%s, %q): got %q, want %q", tt.medium, tt.dest, got, tt.want)
		}
	}
}

func testMAC(s string) []byte {
	h := hmac.New(sha256.New, []byte("key"))
	h.Write([]byte(s))
	return h.Sum(nil)
}

// A name that is a destination shows its own mask, as a real user's would.
func TestSimulatedDestinationOfAddress(t *testing.T) {
	if got := SimulatedDestination(Email, "Test@Test.com", testMAC); got != "t***@t***" {
		t.Errorf("SimulatedDestination(email): got %q, want t***@t***", got)
	}
	if got := SimulatedDestination(SMS, "+12065551234", testMAC); got != "+*******1234" {
		t.Errorf("SimulatedDestination(phone): got %q, want +*******1234", got)
	}
}

func TestSimulatedDestinationOfName(t *testing.T) {
	email := regexp.MustCompile(`^[a-z]\*\*\*@[a-z]\*\*\*$`)
	phone := regexp.MustCompile(`^\+\*{7}[0-9]{4}$`)
	seen := map[string]bool{}
	for _, name := range []string{"ada", "bob", "carol", "+12", "@", "x@", "dave", "erin", "frank"} {
		e, p := SimulatedDestination(Email, name, testMAC), SimulatedDestination(SMS, name, testMAC)
		if !email.MatchString(e) || !phone.MatchString(p) {
			t.Errorf("SimulatedDestination(%q): got %q and %q", name, e, p)
		}
		seen[e], seen[p] = true, true
	}
	if len(seen) < 12 {
		t.Errorf("SimulatedDestination: 9 names gave only %d destinations", len(seen))
	}
}

// The same name gets the same answer, in any case of letters.
func TestSimulatedDestinationStable(t *testing.T) {
	if a, b := SimulatedDestination(Email, "Ada", testMAC), SimulatedDestination(Email, "ada", testMAC); a != b {
		t.Errorf("SimulatedDestination: got %q and %q for one name", a, b)
	}
}
