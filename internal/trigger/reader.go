package trigger

import (
	"encoding/json"
	"fmt"
)

// The kinds of JSON values.
const (
	kindNull   = "null"
	kindString = "a string"
	kindNumber = "a number"
	kindBool   = "a boolean"
	kindArray  = "an array"
	kindObject = "an object"
)

func kind(v any) string {
	switch v.(type) {
	case nil:
		return kindNull
	case string:
		return kindString
	case json.Number:
		return kindNumber
	case bool:
		return kindBool
	case []any:
		return kindArray
	default:
		return kindObject
	}
}

// reader takes typed members out of an object. The first member of a wrong
// type makes the whole answer unusable; after it, everything reads as absent.
// In a response, null means the same as an absent member, because null is how
// the event says that a member has not been filled in.
type reader struct {
	members map[string]any
	path    string
	err     *error
}

// fail records what is wrong with the answer.
func (r *reader) fail(format string, args ...any) {
	if *r.err == nil {
		*r.err = fmt.Errorf(format, args...)
	}
}

// get returns a member if it is of the kind and nil if it is absent.
func (r *reader) get(key, want string) any {
	v := r.members[key]
	if v == nil || *r.err != nil {
		return nil
	}
	if got := kind(v); got != want {
		r.fail("%s.%s is %s, not %s", r.path, key, got, want)
		return nil
	}
	return v
}

// need asks for a member that must be there.
func (r *reader) need(key, want string) {
	if v, ok := r.members[key]; !ok {
		r.fail("%s.%s is missing", r.path, key)
	} else if got := kind(v); got != want {
		r.fail("%s.%s is %s, not %s", r.path, key, got, want)
	}
}

// needIfPresent asks for the kind of a member that may be absent but not null.
func (r *reader) needIfPresent(key, want string) {
	if _, ok := r.members[key]; ok {
		r.need(key, want)
	}
}

func (r *reader) bool(key string) bool {
	v, _ := r.get(key, kindBool).(bool)
	return v
}

func (r *reader) text(key string) string {
	v, _ := r.get(key, kindString).(string)
	return v
}

// object returns a reader of a member, or nil if it is absent.
func (r *reader) object(key string) *reader {
	v, ok := r.get(key, kindObject).(map[string]any)
	if !ok {
		return nil
	}
	return &reader{members: v, path: r.path + "." + key, err: r.err}
}

// texts returns a list of strings.
func (r *reader) texts(key string) []string {
	list, ok := r.get(key, kindArray).([]any)
	if !ok {
		return nil
	}
	out := make([]string, 0, len(list))
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			r.fail("%s.%s holds %s, not only strings", r.path, key, kind(v))
			return nil
		}
		out = append(out, s)
	}
	return out
}

// textMap returns an object whose values are strings.
func (r *reader) textMap(key string) map[string]string {
	o := r.object(key)
	if o == nil {
		return nil
	}
	out := make(map[string]string, len(o.members))
	for k, v := range o.members {
		s, ok := v.(string)
		if !ok {
			r.fail("%s.%s holds %s, not only strings", r.path, key, kind(v))
			return nil
		}
		out[k] = s
	}
	return out
}
