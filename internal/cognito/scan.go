package cognito

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// maxDepth is how deep arrays and objects may be nested, the body included.
	maxDepth = 64

	// maxElements bounds lists and maps that the model does not bound, and the
	// names of an object that no request has.
	maxElements = 1000
)

// scanner reads JSON from left to right, more strictly than encoding/json: the
// names in an object differ, surrogates come in pairs, and there is no NUL,
// which some databases cannot keep. The data is valid UTF-8 already.
type scanner struct {
	data  []byte
	pos   int
	depth int
}

// malformed is the error of JSON that is not JSON.
var malformed = &SerializationError{}

// peek returns the next byte that is not space, or 0 at the end.
func (s *scanner) peek() byte {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// enter goes into the object or array that begins here.
func (s *scanner) enter() bool {
	s.pos++
	s.depth++
	return s.depth <= maxDepth
}

// next moves to the next element of an array or object, and out of it after
// the last.
func (s *scanner) next(end byte, first bool) (more, ok bool) {
	c := s.peek()
	if c == end {
		s.pos++
		s.depth--
		return false, true
	}
	if first {
		return true, c != 0
	}
	if c != ',' {
		return false, false
	}
	s.pos++
	c = s.peek()
	return true, c != end && c != 0
}

// name reads the name of a member and the colon after it.
func (s *scanner) name() ([]byte, bool) {
	if s.peek() != '"' {
		return nil, false
	}
	name, ok := s.text()
	if !ok || s.peek() != ':' {
		return nil, false
	}
	s.pos++
	return name, true
}

// literal reads true, false or null, if it stands here.
func (s *scanner) literal(word string) bool {
	s.peek()
	end := s.pos + len(word)
	if end > len(s.data) || string(s.data[s.pos:end]) != word {
		return false
	}
	s.pos = end
	return true
}

// number reads a number and returns its text.
func (s *scanner) number() ([]byte, bool) {
	start := s.pos
	s.one('-', '-')
	if !s.one('0', '0') && s.digits() == 0 {
		return nil, false
	}
	if s.one('.', '.') && s.digits() == 0 {
		return nil, false
	}
	if s.one('e', 'E') {
		s.one('+', '-')
		if s.digits() == 0 {
			return nil, false
		}
	}
	return s.data[start:s.pos], true
}

// one reads either of two bytes, if it stands here.
func (s *scanner) one(a, b byte) bool {
	if s.pos < len(s.data) && (s.data[s.pos] == a || s.data[s.pos] == b) {
		s.pos++
		return true
	}
	return false
}

func (s *scanner) digits() int {
	start := s.pos
	for s.pos < len(s.data) && '0' <= s.data[s.pos] && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos - start
}

// text reads the string that begins here. What it returns is part of the data
// unless there are escapes.
func (s *scanner) text() ([]byte, bool) {
	s.pos++
	start := s.pos
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return s.data[start : s.pos-1], true
		case c == '\\':
			return s.escapedText(append(make([]byte, 0, 2*(s.pos-start)+16), s.data[start:s.pos]...))
		case c < ' ':
			return nil, false
		}
	}
	return nil, false
}

// escapedText reads on from the first escape of a string.
func (s *scanner) escapedText(out []byte) ([]byte, bool) {
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		s.pos++
		switch {
		case c == '"':
			return out, true
		case c < ' ':
			return nil, false
		case c != '\\':
			out = append(out, c)
		default:
			r, ok := s.escape()
			if !ok {
				return nil, false
			}
			out = utf8.AppendRune(out, r)
		}
	}
	return nil, false
}

// escape reads an escape after its backslash.
func (s *scanner) escape() (rune, bool) {
	if s.pos >= len(s.data) {
		return 0, false
	}
	c := s.data[s.pos]
	s.pos++
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
	default:
		return 0, false
	}
	r, ok := s.hex4()
	if !ok || r == 0 {
		return 0, false
	}
	if !utf16.IsSurrogate(r) {
		return r, true
	}
	if !s.one('\\', '\\') || !s.one('u', 'u') {
		return 0, false
	}
	low, ok := s.hex4()
	pair := utf16.DecodeRune(r, low)
	return pair, ok && pair != utf8.RuneError
}

func (s *scanner) hex4() (rune, bool) {
	if s.pos+4 > len(s.data) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s.data[s.pos:s.pos+4]), 16, 16)
	s.pos += 4
	return rune(n), err == nil
}

// skip reads any value, only to see that it is well-formed.
func (s *scanner) skip() bool {
	switch c := s.peek(); {
	case c == '"':
		_, ok := s.text()
		return ok
	case c == '{':
		return s.skipObject()
	case c == '[':
		return s.skipArray()
	case c == '-' || '0' <= c && c <= '9':
		_, ok := s.number()
		return ok
	default:
		return s.literal("true") || s.literal("false") || s.literal("null")
	}
}

func (s *scanner) skipArray() bool {
	if !s.enter() {
		return false
	}
	for first := true; ; first = false {
		more, ok := s.next(']', first)
		if !more || !ok {
			return ok
		}
		if !s.skip() {
			return false
		}
	}
}

func (s *scanner) skipObject() bool {
	if !s.enter() {
		return false
	}
	var names nameSet
	for first := true; ; first = false {
		more, ok := s.next('}', first)
		if !more || !ok {
			return ok
		}
		name, ok := s.name()
		if !ok || !names.add(name) || !s.skip() {
			return false
		}
	}
}

// nameSet holds the names seen in one object: a few in order, many in a map.
type nameSet struct {
	few  [][]byte
	many map[string]struct{}
}

// add reports whether the name is new and there is room for it.
func (n *nameSet) add(name []byte) bool {
	const few = 12
	if n.many != nil {
		if _, dup := n.many[string(name)]; dup || len(n.many) >= maxElements {
			return false
		}
		n.many[string(name)] = struct{}{}
		return true
	}
	for _, other := range n.few {
		if string(other) == string(name) {
			return false
		}
	}
	n.few = append(n.few, name)
	if len(n.few) > few {
		n.many = make(map[string]struct{}, 4*few)
		for _, other := range n.few {
			n.many[string(other)] = struct{}{}
		}
	}
	return true
}
