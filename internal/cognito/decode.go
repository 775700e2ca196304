package cognito

import (
	"bytes"
	"encoding/base64"
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// Decode reads the body of a request to an operation and checks it against the
// model. Exactly one of its results is not nil.
//
// The body is one JSON object; an empty body counts as {}. Members that the
// operation does not have are ignored. null is absent, as a member and as a
// value in a map; in a list it is a violation, because dropping it would
// change what the caller sees as the second or third element. A request that
// is not well-formed, or has the wrong type somewhere, is refused as such
// whatever constraints it breaks.
func Decode(op *Operation, body []byte) (in any, violations *ValidationError, err *SerializationError) {
	in = op.New()
	d := decoder{scanner: scanner{data: body}}
	if err := d.body(op.input, reflect.ValueOf(in).Elem()); err != nil {
		return nil, nil, err
	}
	if len(d.violations) > 0 {
		e := &ValidationError{Violations: d.violations}
		if r, ok := in.(Request); ok {
			e.Target = r.Target()
		}
		return nil, e, nil
	}
	return in, nil, nil
}

// decoder fills a request from JSON and notes the constraints it breaks.
type decoder struct {
	scanner
	path       []step
	violations []string
}

func (d *decoder) body(s *shape, v reflect.Value) *SerializationError {
	if !utf8.Valid(d.data) {
		return malformed
	}
	if d.peek() == 0 && d.pos == len(d.data) {
		d.data, d.pos = []byte("{}"), 0
	}
	if d.peek() != '{' {
		return malformed
	}
	if err := d.structure(s, v, s.sensitive); err != nil {
		return err
	}
	if d.peek(); d.pos != len(d.data) {
		return malformed
	}
	return nil
}

// value reads one value, which is not null, into v. Hidden values are not
// repeated in violations.
func (d *decoder) value(s *shape, v reflect.Value, hidden bool) *SerializationError {
	hidden = hidden || s.sensitive
	if v.Kind() == reflect.Pointer {
		p := reflect.New(v.Type().Elem())
		v.Set(p)
		v = p.Elem()
	}
	switch s.kind {
	case kindString:
		text, err := d.string()
		if err != nil {
			return err
		}
		v.SetString(text)
		if !s.fits(text) {
			d.violateString(s, text, hidden)
		}
	case kindInteger, kindLong:
		n, err := d.integer(s.kind)
		if err != nil {
			return err
		}
		v.SetInt(n)
		d.checkNumber(s, n, hidden)
	case kindBoolean:
		switch {
		case d.literal("true"):
			v.SetBool(true)
		case d.literal("false"):
			v.SetBool(false)
		default:
			return d.mismatch("a Boolean")
		}
	case kindTimestamp:
		return d.timestamp(v)
	case kindBlob:
		return d.blob(s, v, hidden)
	case kindDocument:
		return d.document(v)
	case kindList:
		return d.list(s, v, hidden)
	case kindMap:
		return d.mapping(s, v, hidden)
	case kindStructure:
		return d.structure(s, v, hidden)
	}
	return nil
}

func (d *decoder) structure(s *shape, v reflect.Value, hidden bool) *SerializationError {
	if d.peek() != '{' {
		return d.mismatch("")
	}
	if !d.enter() {
		return malformed
	}
	var seen, present uint64
	var unknown nameSet
	for first := true; ; first = false {
		more, ok := d.next('}', first)
		if !ok {
			return malformed
		}
		if !more {
			break
		}
		name, ok := d.name()
		if !ok {
			return malformed
		}
		i := s.member(name)
		if i < 0 {
			if len(unknown.many) >= maxElements {
				return &SerializationError{tooManyNames}
			}
			if !unknown.add(name) || !d.skip() {
				return malformed
			}
			continue
		}
		bit := uint64(1) << i
		if seen&bit != 0 {
			return malformed
		}
		seen |= bit
		if d.literal("null") {
			continue
		}
		present |= bit
		if err := d.at(step{text: s.members[i].name}, s.members[i].shape, v.Field(i), hidden); err != nil {
			return err
		}
	}
	d.checkPresent(s, present)
	return nil
}

// at reads a value one step further down the path.
func (d *decoder) at(next step, s *shape, v reflect.Value, hidden bool) *SerializationError {
	d.path = append(d.path, next)
	err := d.value(s, v, hidden)
	d.path = d.path[:len(d.path)-1]
	return err
}

// member finds a member by name, or returns -1.
func (s *shape) member(name []byte) int {
	for i := range s.members {
		if s.members[i].name == string(name) {
			return i
		}
	}
	return -1
}

func (d *decoder) string() (string, *SerializationError) {
	if d.peek() != '"' {
		return "", d.mismatch("a String")
	}
	text, ok := d.text()
	if !ok {
		return "", malformed
	}
	return string(text), nil
}

func (d *decoder) integer(k kind) (int64, *SerializationError) {
	bits, want := 32, "an Integer"
	if k == kindLong {
		bits, want = 64, "a Long"
	}
	if c := d.peek(); c != '-' && (c < '0' || c > '9') {
		return 0, d.mismatch(want)
	}
	start := d.pos
	text, ok := d.number()
	if !ok {
		return 0, malformed
	}
	n, err := strconv.ParseInt(string(text), 10, bits)
	if err != nil {
		d.pos = start
		return 0, d.mismatch(want)
	}
	return n, nil
}

func (d *decoder) timestamp(v reflect.Value) *SerializationError {
	if c := d.peek(); c != '-' && (c < '0' || c > '9') {
		return d.mismatch("a Timestamp")
	}
	text, ok := d.number()
	if !ok {
		return malformed
	}
	ts, ok := parseTimestamp(string(text))
	if !ok {
		return &SerializationError{"NUMBER_VALUE can not be converted to a Timestamp"}
	}
	v.Set(reflect.ValueOf(ts))
	return nil
}

func (d *decoder) blob(s *shape, v reflect.Value, hidden bool) *SerializationError {
	if d.peek() != '"' {
		return d.mismatch("a Blob")
	}
	text, ok := d.text()
	if !ok {
		return malformed
	}
	// DecodeString passes over line ends, which base64 in JSON has no use for.
	if bytes.ContainsAny(text, "\r\n") {
		return &SerializationError{invalidBase64}
	}
	data, err := base64.StdEncoding.Strict().AppendDecode([]byte{}, text)
	if err != nil {
		return &SerializationError{invalidBase64}
	}
	v.SetBytes(data)
	d.checkSize(s, len(data), s.limit(math.MaxInt), v, true)
	return nil
}

func (d *decoder) document(v reflect.Value) *SerializationError {
	d.peek()
	start := d.pos
	if !d.skip() {
		return malformed
	}
	v.SetBytes(bytes.Clone(d.data[start:d.pos]))
	return nil
}

// mismatch is the error of a value with the wrong type. Want is what a scalar
// would have been, with its article; empty for lists, maps and structures.
func (d *decoder) mismatch(want string) *SerializationError {
	var have string
	switch c := d.peek(); {
	case c == '{':
		return &SerializationError{unexpectedStructure}
	case c == '[':
		return &SerializationError{unexpectedList}
	case c == '"':
		have = "STRING_VALUE"
	case c == '-' || '0' <= c && c <= '9':
		have = "NUMBER_VALUE"
	case d.literal("true"):
		have = "TRUE_VALUE"
	case d.literal("false"):
		have = "FALSE_VALUE"
	default:
		return malformed
	}
	if want == "" {
		return &SerializationError{unexpectedScalar}
	}
	return &SerializationError{have + " can not be converted to " + want}
}
