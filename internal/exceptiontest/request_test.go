package exceptiontest_test

import (
	"iter"
	"maps"
	"reflect"
	"regexp"
	"strings"

	"rockpool/internal/cognito"
)

// req is a request, or a part of one, as it goes over the wire.
type req map[string]any

// with returns a copy of r with other members. A member set to nil is left out.
func (r req) with(others ...req) req {
	out := maps.Clone(r)
	for _, o := range others {
		for name, value := range o {
			if value == nil {
				delete(out, name)
			} else {
				out[name] = value
			}
		}
	}
	return out
}

// required are the members without which the model refuses a request.
func required(op *cognito.Operation) []string {
	_, violations, _ := cognito.Decode(op, []byte("{}"))
	if violations == nil {
		return nil
	}
	var out []string
	for _, v := range violations.Violations {
		missing := null.FindStringSubmatch(v)
		for f := range fieldsOf(op) {
			if missing != nil && strings.EqualFold(f, missing[1]) {
				out = append(out, f)
			}
		}
	}
	return out
}

var null = regexp.MustCompile(`^Value (?:null|'0') at '(\w+)'`)

func has(op *cognito.Operation, member string) bool {
	for f := range fieldsOf(op) {
		if f == member {
			return true
		}
	}
	return false
}

// fieldsOf goes through the names of an operation's members.
func fieldsOf(op *cognito.Operation) iter.Seq[string] {
	return func(yield func(string) bool) {
		t := reflect.TypeOf(op.New()).Elem()
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if !yield(name) {
				return
			}
		}
	}
}

// request is a request that op can do something with: its required members,
// and the access token if it takes one, with the values that the stage knows
// for their names. What only this operation wants is in particular.
func (s *stage) request(op *cognito.Operation, others ...req) req {
	s.t.Helper()
	out := req{}
	for _, name := range required(op) {
		_, particular := s.particular[op.Name][name]
		value, ok := s.values[name]
		if !ok && !particular {
			s.t.Fatalf("%s wants %s: add a value for it to the stage", op.Name, name)
		}
		out[name] = value
	}
	if has(op, "AccessToken") {
		out["AccessToken"] = s.values["AccessToken"]
	}
	return out.with(append([]req{s.particular[op.Name]}, others...)...)
}
