package gate

import (
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/config"
)

func TestEveryOperationHasACategoryWithARate(t *testing.T) {
	for name := range cognito.Operations {
		if c := CategoryOf(name, nil); perSecond[c] == 0 {
			t.Errorf("CategoryOf(%s): got %q, want a category with a rate", name, c)
		}
	}
	for name := range named {
		if cognito.Operations[name] == nil {
			t.Errorf("category table names %s, which is no operation", name)
		}
	}
}

func TestCategoryOf(t *testing.T) {
	answer := &cognito.RespondToAuthChallengeRequest{ChallengeName: cognito.ChallengeNameNewPasswordRequired}
	for _, tt := range []struct {
		op   string
		in   any
		want Category
	}{
		{"ConfirmForgotPassword", nil, "UserAccountRecovery"},
		{"RespondToAuthChallenge", answer, "UserAccountRecovery"},
		{"RespondToAuthChallenge", &cognito.RespondToAuthChallengeRequest{}, "UserAuthentication"},
		{"DescribeUserPoolClient", nil, "UserPoolClientRead"},
		{"AdminSetUserMFAPreference", nil, "UserResourceUpdate"},
		{"CreateGroup", nil, "UserPoolResourceUpdate"},
		{"ListDevices", nil, "UserResourceRead"},
	} {
		if got := CategoryOf(tt.op, tt.in); got != tt.want {
			t.Errorf("CategoryOf(%s): got %s, want %s", tt.op, got, tt.want)
		}
	}
}

func TestRatesRefuseTheRequestBeyondASecondsWorth(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	r := NewRates(func() time.Time { return now })
	for i := range 30 {
		if !r.Allow("p1", "ForgotPassword", nil) {
			t.Fatalf("Allow of request %d: got false, want true", i+1)
		}
	}
	if r.Allow("p1", "ForgotPassword", nil) {
		t.Error("Allow of request 31 in one second: got true, want false")
	}
	if !r.Allow("p2", "ForgotPassword", nil) {
		t.Error("Allow in another pool: got false, want true")
	}
	now = now.Add(time.Second)
	if !r.Allow("p1", "ForgotPassword", nil) {
		t.Error("Allow a second later: got false, want true")
	}
}

func TestChallengeAnswersHaveThreeTimesTheRate(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	r := NewRates(func() time.Time { return now })
	n := 0
	for r.Allow("p1", "RespondToAuthChallenge", &cognito.RespondToAuthChallengeRequest{}) {
		n++
	}
	if n != 360 {
		t.Errorf("answers allowed in one second: got %d, want 360", n)
	}
}

func newFilter(t *testing.T, s config.Filter, now func() time.Time) *Filter {
	t.Helper()
	fs, err := NewFilters([]config.Filter{s}, now)
	if err != nil {
		t.Fatal(err)
	}
	return fs[0]
}

func TestFilterMatchesPoolsOperationsAndAddresses(t *testing.T) {
	f := newFilter(t, config.Filter{Pools: []string{"us-east-1_A*"}, Operations: []string{"SignUp"}, Addresses: []string{"192.0.2.0/24", "2001:db8::1"}}, time.Now)
	for _, tt := range []struct {
		pool, op, address string
		want              bool
	}{
		{"us-east-1_Abc", "SignUp", "192.0.2.9", true},
		{"us-east-1_Abc", "SignUp", "::ffff:192.0.2.9", true},
		{"us-east-1_Abc", "SignUp", "2001:db8::1", true},
		{"us-east-1_Abc", "SignUp", "198.51.100.1", false},
		{"us-east-1_Abc", "InitiateAuth", "192.0.2.9", false},
		{"us-east-1_Xbc", "SignUp", "192.0.2.9", false},
	} {
		if got := f.Matches(tt.pool, tt.op, tt.address); got != tt.want {
			t.Errorf("Matches(%s, %s, %s): got %v, want %v", tt.pool, tt.op, tt.address, got, tt.want)
		}
	}
}

func TestRateRuleMatchesFromTheRequestBeyondTheRate(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	f := newFilter(t, config.Filter{Rate: 3, Window: "1m"}, func() time.Time { return now })
	for i := range 3 {
		if f.Matches("p", "SignUp", "192.0.2.1") {
			t.Errorf("Matches of request %d: got true, want false", i+1)
		}
	}
	if !f.Matches("p", "SignUp", "192.0.2.1") {
		t.Error("Matches of request 4: got false, want true")
	}
	if f.Matches("p", "SignUp", "192.0.2.2") {
		t.Error("Matches of another address: got true, want false")
	}
	now = now.Add(3 * time.Minute)
	if f.Matches("p", "SignUp", "192.0.2.1") {
		t.Error("Matches after the window: got true, want false")
	}
}

// Two operations may name nothing but the session of a sign-in.
func TestSessionOf(t *testing.T) {
	for _, tt := range []struct {
		in   any
		want string
	}{
		{&cognito.AssociateSoftwareTokenRequest{Session: "a"}, "a"},
		{&cognito.VerifySoftwareTokenRequest{Session: "b"}, "b"},
		{&cognito.VerifySoftwareTokenRequest{AccessToken: "c"}, ""},
		{&cognito.RespondToAuthChallengeRequest{Session: "d"}, ""}, // names the client
	} {
		if got := sessionOf(tt.in); got != tt.want {
			t.Errorf("sessionOf(%T): got %q, want %q", tt.in, got, tt.want)
		}
	}
}
