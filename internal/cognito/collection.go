package cognito

import (
	"reflect"
	"strconv"
)

// limit is how many elements of a collection are kept. Those beyond are read
// and counted only: there will be a violation.
func (s *shape) limit(otherwise int) int {
	if s.hasMax {
		return int(s.max)
	}
	return otherwise
}

func (d *decoder) list(s *shape, v reflect.Value, hidden bool) *SerializationError {
	if d.peek() != '[' {
		return d.mismatch("")
	}
	if !d.enter() {
		return malformed
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	limit, n, broken := s.limit(maxElements), 0, false
	for ; ; n++ {
		more, ok := d.next(']', n == 0)
		if !ok {
			return malformed
		}
		if !more {
			break
		}
		if n >= limit {
			if !d.skip() {
				return malformed
			}
			continue
		}
		fits, err := d.element(s.elem, v, n, hidden)
		if err != nil {
			return err
		}
		broken = broken || !fits
	}
	if broken {
		d.violateElements(s, s.elem, "Member", v, hidden)
	}
	d.checkSize(s, n, limit, v, hidden)
	return nil
}

// element reads element n of a list. For strings it reports whether they fit,
// because the service speaks of all strings of a list at once; other elements
// speak for themselves.
func (d *decoder) element(s *shape, list reflect.Value, n int, hidden bool) (fits bool, err *SerializationError) {
	if d.literal("null") {
		d.path = append(d.path, step{text: strconv.Itoa(n + 1)}, step{text: "member"})
		d.violate("null", notNull)
		d.path = d.path[:len(d.path)-2]
		return true, nil
	}
	at := list.Len()
	list.Grow(1)
	list.SetLen(at + 1)
	if s.kind == kindString {
		text, err := d.string()
		if err != nil {
			return false, err
		}
		list.Index(at).SetString(text)
		return s.fits(text), nil
	}
	d.path = append(d.path, step{text: strconv.Itoa(n + 1)})
	err = d.at(step{text: "member"}, s, list.Index(at), hidden)
	d.path = d.path[:len(d.path)-1]
	return true, err
}

func (d *decoder) mapping(s *shape, v reflect.Value, hidden bool) *SerializationError {
	if d.peek() != '{' {
		return d.mismatch("")
	}
	if !d.enter() {
		return malformed
	}
	v.Set(reflect.MakeMap(v.Type()))
	var names nameSet
	limit, n := s.limit(maxElements), 0
	keysFit, valuesFit := true, true
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
		if n >= limit {
			if !d.skip() {
				return malformed
			}
			n++
			continue
		}
		if !names.add(name) {
			return malformed
		}
		if d.literal("null") {
			continue
		}
		n++
		key := string(name)
		keysFit = keysFit && s.key.fits(key)
		fits, err := d.mapValue(s.elem, v, key, hidden)
		if err != nil {
			return err
		}
		valuesFit = valuesFit && fits
	}
	if !keysFit {
		d.violateElements(s, s.key, "Map keys", v, hidden || s.key.sensitive)
	}
	if !valuesFit {
		d.violateElements(s, s.elem, "Map value", v, hidden)
	}
	d.checkSize(s, n, limit, v, hidden)
	return nil
}

// mapValue reads the value of a key. Like element, it reports on strings only.
func (d *decoder) mapValue(s *shape, m reflect.Value, key string, hidden bool) (fits bool, err *SerializationError) {
	if s.kind == kindString {
		text, err := d.string()
		if err != nil {
			return false, err
		}
		if plain, ok := m.Interface().(map[string]string); ok {
			plain[key] = text
		} else {
			m.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(text).Convert(m.Type().Elem()))
		}
		return s.fits(text), nil
	}
	value := reflect.New(m.Type().Elem()).Elem()
	d.path = append(d.path, step{text: key, key: true})
	err = d.at(step{text: "member"}, s, value, hidden)
	d.path = d.path[:len(d.path)-1]
	if err == nil {
		m.SetMapIndex(reflect.ValueOf(key), value)
	}
	return true, err
}
