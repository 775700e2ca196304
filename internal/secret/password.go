package secret

import (
	"io"
	"strings"
)

// People type temporary passwords from a mail, so characters that look alike (0 O o,
// 1 I l) or that mail and shells treat specially are left out.
const (
	upperCase = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	lowerCase = "abcdefghijkmnpqrstuvwxyz"
	digits    = "23456789"
	symbols   = "!#%+-=?@_*"
)

const minTemporaryPassword = 8

// PasswordRules is what a temporary password must satisfy.
type PasswordRules struct {
	Length                      int // at least this long, and never under 8
	Upper, Lower, Digit, Symbol bool
}

// TemporaryPassword draws a password that satisfies the rules. It is made of letters
// and digits, and of symbols where the rules ask for one. All passwords that it
// can return are equally likely.
func TemporaryPassword(random io.Reader, rules PasswordRules) string {
	alphabet := upperCase + lowerCase + digits
	if rules.Symbol {
		alphabet += symbols
	}
	n := max(rules.Length, minTemporaryPassword)
	for {
		// Drawing again until the rules hold keeps the choice uniform; putting required
		// characters in place would not. With every rule on, about half of the draws pass.
		password := ID(random, n, alphabet)
		if rules.hold(password) {
			return password
		}
	}
}

func (r PasswordRules) hold(password string) bool {
	return (!r.Upper || strings.ContainsAny(password, upperCase)) &&
		(!r.Lower || strings.ContainsAny(password, lowerCase)) &&
		(!r.Digit || strings.ContainsAny(password, digits)) &&
		(!r.Symbol || strings.ContainsAny(password, symbols))
}
