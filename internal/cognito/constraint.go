package cognito

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds on what a violation repeats: characters of a value, and of a map's
// key inside a path.
const (
	maxEcho    = 1024
	maxEchoKey = 128
)

const notNull = "Member must not be null"

func atLeast(what string, n int64) string {
	return "Member must have " + what + " greater than or equal to " + strconv.FormatInt(n, 10)
}

func atMost(what string, n int64) string {
	return "Member must have " + what + " less than or equal to " + strconv.FormatInt(n, 10)
}

// fits reports whether a string keeps the shape's constraints. Length counts
// characters (code points), and comes first, so that patterns see bounded text
// where the model bounds it.
func (s *shape) fits(text string) bool {
	if s.tooLong(text) || s.tooShort(text) {
		return false
	}
	if s.pattern != nil && !s.pattern.matches(text) {
		return false
	}
	return len(s.enum) == 0 || slices.Contains(s.enum, text)
}

func (s *shape) tooLong(text string) bool {
	return s.hasMax && int64(len(text)) > s.max && int64(utf8.RuneCountInString(text)) > s.max
}

func (s *shape) tooShort(text string) bool {
	if !s.hasMin || int64(len(text)) >= s.min*utf8.UTFMax {
		return false
	}
	return int64(utf8.RuneCountInString(text)) < s.min
}

// violateString notes every constraint that a string breaks: the pattern
// before the length, as the service has it.
func (d *decoder) violateString(s *shape, text string, hidden bool) {
	v := quote(text, hidden)
	if s.pattern != nil && !s.tooLong(text) && !s.pattern.matches(text) {
		d.violate(v, patternRule(s))
	}
	if s.tooShort(text) {
		d.violate(v, atLeast("length", s.min))
	}
	if s.tooLong(text) {
		d.violate(v, atMost("length", s.max))
	}
	if len(s.enum) > 0 && !slices.Contains(s.enum, text) {
		d.violate(v, enumRule(s))
	}
}

func patternRule(s *shape) string {
	return "Member must satisfy regular expression pattern: " + s.pattern.text
}

func enumRule(s *shape) string {
	return "Member must satisfy enum value set: [" + strings.Join(s.enum, ", ") + "]"
}

func (d *decoder) checkNumber(s *shape, n int64, hidden bool) {
	if s.hasMin && n < s.min {
		d.violate(quote(strconv.FormatInt(n, 10), hidden), atLeast("value", s.min))
	}
	if s.hasMax && n > s.max {
		d.violate(quote(strconv.FormatInt(n, 10), hidden), atMost("value", s.max))
	}
}

// checkSize checks how many elements a collection, or bytes a blob, has.
func (d *decoder) checkSize(s *shape, n, limit int, v reflect.Value, hidden bool) {
	if s.hasMin && int64(n) < s.min {
		d.violate(echo(s, v, hidden), atLeast("length", s.min))
	}
	if n > limit {
		d.violate(echo(s, v, hidden), atMost("length", int64(limit)))
	}
}

// violateElements notes that strings in a collection, or the keys of a map,
// break constraints. The service names all of them at once.
func (d *decoder) violateElements(s, elem *shape, subject string, v reflect.Value, hidden bool) {
	var rules []string
	if elem.hasMax {
		rules = append(rules, atMost("length", elem.max))
	}
	if elem.hasMin {
		rules = append(rules, atLeast("length", elem.min))
	}
	if elem.pattern != nil {
		rules = append(rules, patternRule(elem))
	}
	if len(elem.enum) > 0 {
		rules = append(rules, enumRule(elem))
	}
	d.violate(echo(s, v, hidden), subject+" must satisfy constraint: ["+strings.Join(rules, ", ")+"]")
}

// checkPresent notes the required members of a structure that are absent.
func (d *decoder) checkPresent(s *shape, present uint64) {
	for i := range s.members {
		m := &s.members[i]
		if present&(1<<i) != 0 || !m.required && !m.absentIsZero {
			continue
		}
		d.path = append(d.path, step{text: m.name})
		if m.required {
			d.violate("null", notNull)
		} else {
			d.checkNumber(m.shape, 0, m.shape.sensitive)
		}
		d.path = d.path[:len(d.path)-1]
	}
}

// violate notes that the value at the current path breaks a rule. An empty
// value is not mentioned.
func (d *decoder) violate(value, rule string) {
	if len(d.violations) >= maxViolations {
		return
	}
	var b strings.Builder
	b.WriteString("Value ")
	if value != "" {
		b.WriteString(value)
		b.WriteByte(' ')
	}
	b.WriteString("at '")
	for i, step := range d.path {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(step.String())
	}
	b.WriteString("' failed to satisfy constraint: ")
	b.WriteString(rule)
	d.violations = append(d.violations, b.String())
}

// quote is how a violation repeats a value; it is empty for hidden ones.
func quote(text string, hidden bool) string {
	if hidden {
		return ""
	}
	return "'" + cut(text, maxEcho) + "'"
}

// echo is how a violation repeats a collection of strings. Others, and those
// with anything sensitive inside, are not repeated.
func echo(s *shape, v reflect.Value, hidden bool) string {
	if hidden || s.elem == nil || s.elem.kind != kindString || s.elem.sensitive {
		return ""
	}
	var b strings.Builder
	if s.kind == kindList {
		for i := range v.Len() {
			if b.Len() > maxEcho*utf8.UTFMax {
				break
			}
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(v.Index(i).String())
		}
		return quote("["+b.String()+"]", false)
	}
	values, ok := v.Interface().(map[string]string)
	if !ok || s.key.sensitive {
		return ""
	}
	for i, key := range slices.Sorted(maps.Keys(values)) {
		if b.Len() > maxEcho*utf8.UTFMax {
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(key + "=" + values[key])
	}
	return quote("{"+b.String()+"}", false)
}

// cut shortens text to so many characters, and shows where it did.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	count := 0
	for i := range text {
		if count++; count > n {
			return text[:i] + "..."
		}
	}
	return text
}

// step is one step on the path to a value: the name of a member, the number of
// an element and the word "member", or the key of a map.
type step struct {
	text string
	key  bool
}

// String is how the service names a step: members begin with a small letter.
func (s step) String() string {
	if s.key {
		return cut(s.text, maxEchoKey)
	}
	if c := s.text[0]; 'A' <= c && c <= 'Z' {
		return string(c+'a'-'A') + s.text[1:]
	}
	return s.text
}
