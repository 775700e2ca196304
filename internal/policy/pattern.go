package policy

import "strings"

// pattern is text in which "*" stands for anything, also for nothing and for
// slashes and colons. It is kept split at its stars.
type pattern []string

func compile(s string) pattern { return strings.Split(s, "*") }

// matches looks for every piece at the first place where it fits, which is
// enough when nothing but "*" is special. Every piece starts where the one
// before it ended, so the time is linear in the length of s.
func (p pattern) matches(s string) bool {
	first, last := p[0], p[len(p)-1]
	if len(p) == 1 {
		return s == first
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, piece := range p[1 : len(p)-1] {
		i := strings.Index(s, piece)
		if i < 0 {
			return false
		}
		s = s[i+len(piece):]
	}
	return true
}

func anyMatches(patterns []pattern, s string) bool {
	for _, p := range patterns {
		if p.matches(s) {
			return true
		}
	}
	return false
}
