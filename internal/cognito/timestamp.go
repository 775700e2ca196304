package cognito

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// Timestamp is a moment as the API writes it: a number of seconds since 1970
// with up to three decimals. The zero Timestamp is absent.
type Timestamp struct {
	t time.Time
}

// At is the Timestamp of a moment, to the millisecond below.
func At(t time.Time) Timestamp {
	if t.IsZero() {
		return Timestamp{}
	}
	return Timestamp{time.UnixMilli(t.UnixMilli()).UTC()}
}

// Time is the moment in UTC, or the zero time if the Timestamp is absent.
func (ts Timestamp) Time() time.Time { return ts.t }

// IsZero reports whether the Timestamp is absent.
func (ts Timestamp) IsZero() bool { return ts.t.IsZero() }

// MarshalJSON writes epoch seconds such as 1715100742.022, without the noise of
// a floating point number.
func (ts Timestamp) MarshalJSON() ([]byte, error) {
	if ts.IsZero() {
		return []byte("null"), nil
	}
	ms := ts.t.UnixMilli()
	var b []byte
	if ms < 0 {
		b, ms = append(b, '-'), -ms
	}
	b = strconv.AppendInt(b, ms/1000, 10)
	frac := fmt.Sprintf(".%03d", ms%1000)
	return append(b, strings.TrimRight(strings.TrimRight(frac, "0"), ".")...), nil
}

// UnmarshalJSON reads epoch seconds. null is absent.
func (ts *Timestamp) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*ts = Timestamp{}
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil || data[0] == '"' {
		return errors.New("cognito: timestamp is not a number")
	}
	got, ok := parseTimestamp(string(n))
	if !ok {
		return errors.New("cognito: timestamp is out of range")
	}
	*ts = got
	return nil
}

// Timestamps are taken from the year 1 to the year 9999, in milliseconds.
const (
	minTimestamp = -62135596800_000
	maxTimestamp = 253402300799_999
)

// maxNumber bounds a number's text, so that exponents cannot make big.Rat work.
const maxNumber = 32

// parseTimestamp reads a JSON number. Digits below the millisecond are cut off.
func parseTimestamp(number string) (Timestamp, bool) {
	if len(number) > maxNumber {
		return Timestamp{}, false
	}
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		exp, err := strconv.Atoi(number[i+1:])
		if err != nil || exp > maxNumber || exp < -maxNumber {
			return Timestamp{}, false
		}
	}
	r, ok := new(big.Rat).SetString(number)
	if !ok {
		return Timestamp{}, false
	}
	r.Mul(r, big.NewRat(1000, 1))
	ms := new(big.Int).Div(r.Num(), r.Denom())
	if !ms.IsInt64() || ms.Int64() <= minTimestamp || ms.Int64() > maxTimestamp {
		return Timestamp{}, false
	}
	return Timestamp{time.UnixMilli(ms.Int64()).UTC()}, true
}
