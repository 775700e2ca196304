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

func allStorable(args []any) bool {
	for _, a := range args {
		if s, ok := a.(string); ok && !storable(s) {
			return false
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

// blob turns bytes into a column that is never NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
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

func fromJSON(what, text string, v any) error {
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
