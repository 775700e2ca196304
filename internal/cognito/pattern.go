package cognito

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"
	"unicode/utf8"
)

// pattern is a constraint on a whole string. Most are one character class,
// repeated; those are matched without a regular expression engine.
type pattern struct {
	text string // as the model has it, for messages
	expr string // the same in RE2

	once     sync.Once
	re       *regexp.Regexp // nil if a class will do
	ascii    [utf8.RuneSelf]bool
	ranges   []rune // lo, hi pairs in order
	nonempty bool
}

// matches reports whether all of s fits.
func (p *pattern) matches(s string) bool {
	p.once.Do(p.compile)
	if p.re != nil {
		return p.re.MatchString(s)
	}
	if s == "" {
		return !p.nonempty
	}
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if !p.ascii[c] {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !p.inRanges(r) {
			return false
		}
		i += size
	}
	return true
}

func (p *pattern) inRanges(r rune) bool {
	lo, hi := 0, len(p.ranges)/2
	for lo < hi {
		mid := (lo + hi) / 2
		switch {
		case r < p.ranges[2*mid]:
			hi = mid
		case r > p.ranges[2*mid+1]:
			lo = mid + 1
		default:
			return true
		}
	}
	return false
}

func (p *pattern) compile() {
	if p.compileClass() {
		return
	}
	p.re = regexp.MustCompile(`\A(?:` + p.expr + `)\z`)
}

// compileClass reports whether the pattern is one class, repeated without end.
func (p *pattern) compileClass() bool {
	re, err := syntax.Parse(p.expr, syntax.Perl)
	if err != nil {
		return false
	}
	if n := len(re.Sub); re.Op == syntax.OpConcat && n == 3 &&
		re.Sub[0].Op == syntax.OpBeginText && re.Sub[n-1].Op == syntax.OpEndText {
		re = re.Sub[1]
	}
	if re.Op != syntax.OpPlus && re.Op != syntax.OpStar {
		return false
	}
	switch class := re.Sub[0]; class.Op {
	case syntax.OpAnyChar:
		p.ranges = []rune{0, utf8.MaxRune}
	case syntax.OpCharClass:
		p.ranges = slices.Clone(class.Rune)
	default:
		return false
	}
	p.nonempty = re.Op == syntax.OpPlus
	for c := range p.ascii {
		p.ascii[c] = p.inRanges(rune(c))
	}
	return true
}
