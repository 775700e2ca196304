package sqlstore

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// storable tells whether every engine can keep a text.
func storable(s string) bool {
	return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s)
}

// arguments makes the arguments of a statement ready: no bytes are empty
// bytes, not NULL. It reports false if one of them is a text that cannot be
// kept.
func arguments(args []any) bool {
	for i, a := range args {
		switch v := a.(type) {
		case string:
			if !storable(v) {
				return false
			}
		case []byte:
			if v == nil {
				args[i] = []byte{}
			}
		}
	}
	return true
}

// micros and fromMicros turn times into columns and back. The zero time
// survives.
func micros(t time.Time) int64     { return t.UnixMicro() }
func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// flag turns truth into a column.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// fromBlob turns a column into bytes; none are nil.
func fromBlob(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

func toJSON(what string, v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("store: encoding %s: %w", what, err)
	}
	return string(b), nil
}

// fromJSON decodes what toJSON made. Most users have nothing pending and no
// former passwords, so that is the fast case.
func fromJSON(what, text string, v any) error {
	if text == "null" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("store: decoding %s: %w", what, err)
	}
	return nil
}

// fold brings a searched value into the form in which it is compared.
func fold(s string) string { return strings.ToLower(s) }

// successor returns the least text that is greater than every text with the
// prefix p, or "" if there is none. UTF-8 sorts by code points, so the last
// rune that can grow grows.
func successor(p string) string {
	runes := []rune(p)
	for i := len(runes) - 1; i >= 0; i-- {
		switch r := runes[i]; {
		case r == utf8.MaxRune:
			continue
		case r == 0xD7FF: // what follows up to 0xDFFF is no text
			return string(runes[:i]) + "\uE000"
		default:
			return string(runes[:i]) + string(r+1)
		}
	}
	return ""
}
