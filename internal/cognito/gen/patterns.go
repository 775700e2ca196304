package main

import (
	"fmt"
	"regexp"
	"strings"
)

// passwordPattern is what the service quotes for passwords today. The model
// still has [\S]+, which forbids the inner spaces that the service accepts.
const passwordPattern = `^[\S]+.*[\S]+$`

// patternOf is the pattern that violations of a shape quote.
func patternOf(name string, s *shape) string {
	if name == "PasswordType" {
		return passwordPattern
	}
	return s.Pattern
}

// translations are patterns that no rule below can turn into RE2.
var translations = map[string]string{
	// Only an empty password is refused here. All else about passwords is the
	// pool's policy, which has its own words for surrounding white space.
	passwordPattern: `(?s).+`,
}

// Java's white space and line ends, which RE2 knows in part only.
const (
	javaSpace   = `\t\n\x0B\f\r `
	javaNewline = `\n\r\x{85}\x{2028}\x{2029}`
)

// translate turns a Java pattern into the RE2 expression that matches the same
// whole values. It knows the constructs that the model uses.
func translate(pattern string) (string, error) {
	expr, ok := translations[pattern]
	if !ok {
		expr = javaToRE2(pattern)
	}
	if _, err := regexp.Compile(expr); err != nil {
		return "", fmt.Errorf("pattern %s needs a translation: %w", pattern, err)
	}
	return expr, nil
}

func javaToRE2(pattern string) string {
	if strings.HasPrefix(pattern, "(?s)") {
		return pattern
	}
	var b strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case strings.HasPrefix(pattern[i:], `[\S]`):
			b.WriteString(`[^` + javaSpace + `]`)
			i += len(`[\S]`) - 1
		case strings.HasPrefix(pattern[i:], `\s`) && inClass:
			b.WriteString(javaSpace)
			i++
		case c == '\\' && i+1 < len(pattern):
			b.WriteString(pattern[i : i+2])
			i++
		case c == '.' && !inClass:
			b.WriteString(`[^` + javaNewline + `]`)
		default:
			if c == '[' {
				inClass = true
			} else if c == ']' {
				inClass = false
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}
