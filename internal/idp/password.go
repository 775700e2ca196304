package idp

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rockpool/internal/cognito"
)

// MaxPasswordLength is the longest password the service takes, in characters.
const MaxPasswordLength = 256

// PasswordPolicy says what a password must have.
type PasswordPolicy struct {
	MinimumLength int // characters
	Uppercase     bool
	Lowercase     bool
	Numbers       bool
	Symbols       bool
	HistorySize   int           // a new password may not equal one of the last n; 0 is off
	TemporaryLife time.Duration // how long a temporary password works
}

func passwordPolicy(p *cognito.PasswordPolicyType) PasswordPolicy {
	out := PasswordPolicy{MinimumLength: 8, Uppercase: true, Lowercase: true, Numbers: true, Symbols: true, TemporaryLife: 7 * 24 * time.Hour}
	if p == nil {
		return out
	}
	if p.MinimumLength != nil {
		out.MinimumLength = int(*p.MinimumLength)
	}
	out.Uppercase = isTrue(p.RequireUppercase)
	out.Lowercase = isTrue(p.RequireLowercase)
	out.Numbers = isTrue(p.RequireNumbers)
	out.Symbols = isTrue(p.RequireSymbols)
	if p.PasswordHistorySize != nil {
		out.HistorySize = int(*p.PasswordHistorySize)
	}
	if p.TemporaryPasswordValidityDays != nil && *p.TemporaryPasswordValidityDays > 0 {
		out.TemporaryLife = time.Duration(*p.TemporaryPasswordValidityDays) * 24 * time.Hour
	}
	return out
}

func isTrue(b *bool) bool { return b != nil && *b }

// PasswordPolicyDoesNot and PasswordPolicyDidNot are the two sentences with
// which operations report a password that breaks the policy.
const (
	PasswordPolicyDoesNot = "Password does not conform to policy: "
	PasswordPolicyDidNot  = "Password did not conform with policy: "
)

// ErrPasswordReused means the password is one of the user's last ones.
var ErrPasswordReused = &Error{"PasswordHistoryPolicyViolationException", "Password has previously been used."}

// passwordSymbols satisfy RequireSymbols; a blank does too inside a password.
const passwordSymbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"

// Check returns nil if a password keeps the policy, else an
// InvalidPasswordException that names the first rule it breaks. The prefix is
// one of PasswordPolicyDoesNot and PasswordPolicyDidNot.
func (p PasswordPolicy) Check(password, prefix string) error {
	if rule := p.violation(password); rule != "" {
		return &Error{"InvalidPasswordException", prefix + rule}
	}
	return nil
}

func (p PasswordPolicy) violation(password string) string {
	length := utf8.RuneCountInString(password)
	lacks := func(needed bool, has func(rune) bool) bool { return needed && !strings.ContainsFunc(password, has) }
	switch {
	case length < p.MinimumLength:
		return "Password not long enough"
	case length > MaxPasswordLength:
		return "Password must not be longer than 256 characters"
	case edgeSpace(password):
		return `Password must satisfy regular expression pattern: ^\S.*\S$`
	case lacks(p.Lowercase, func(r rune) bool { return 'a' <= r && r <= 'z' }):
		return "Password must have lowercase characters"
	case lacks(p.Uppercase, func(r rune) bool { return 'A' <= r && r <= 'Z' }):
		return "Password must have uppercase characters"
	case lacks(p.Numbers, func(r rune) bool { return '0' <= r && r <= '9' }):
		return "Password must have numeric characters"
	case lacks(p.Symbols, func(r rune) bool { return r == ' ' || strings.ContainsRune(passwordSymbols, r) }):
		return "Password must have symbol characters"
	}
	return ""
}

func edgeSpace(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsSpace(first) || unicode.IsSpace(last)
}

// Password is what is kept of a user's password: never itself, always a
// verifier of the Secure Remote Password protocol, sealed.
type Password struct {
	Verifier []byte    // sealed with the pool's key
	SetAt    time.Time // when it was set; a temporary one lives from here
}
