package idp

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// proofsOf are methods that were proved at noon.
func proofsOf(methods string) Proofs {
	p := Proofs{}
	for _, m := range strings.Fields(methods) {
		p.Add(time.Unix(1795435200, 0), Method(m))
	}
	return p
}

func TestProofs(t *testing.T) {
	tests := []struct {
		methods, amr string
		level        AcrLevel
	}{
		{"", "", 0},
		{"pwd", "pwd", AcrLevel1},
		{"sms", "sms", AcrLevel2},
		{"email_otp", "email_otp", AcrLevel2},
		{"sms email_otp", "sms email_otp", AcrLevel2},
		{"otp", "otp", AcrLevel1},
		{"swk", "swk", AcrLevel3},
		{"hwk", "hwk", AcrLevel3},
		{"mfa swk", "swk mfa", AcrLevel3},
		{"sms pwd", "pwd sms mfa", AcrLevel3},
		{"email_otp pwd", "pwd email_otp mfa", AcrLevel3},
		{"swk pwd", "pwd swk mfa", AcrLevel3},
		{"swk otp", "otp swk", AcrLevel3},
		{"otp pwd", "pwd otp mfa", AcrLevel4},
		{"hwk email_otp sms otp pwd", "pwd otp sms email_otp hwk mfa", AcrLevel4},
	}
	for _, tt := range tests {
		p := proofsOf(tt.methods)
		if got := p.AMR(); !slices.Equal(got, strings.Fields(tt.amr)) {
			t.Errorf("AMR of %q: got %v, want %s", tt.methods, got, tt.amr)
		}
		if got := p.Level(); got != tt.level {
			t.Errorf("Level of %q: got %d, want %d", tt.methods, got, tt.level)
		}
	}
}

func TestProofsUnknown(t *testing.T) {
	var p Proofs
	if p.AMR() != nil || p.Level() != 0 {
		t.Errorf("no proofs: got %v and level %d, want none", p.AMR(), p.Level())
	}
}
