package cognito

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTimestampMarshal(t *testing.T) {
	tests := []struct {
		ms   int64
		want string
	}{
		{1715100742022, "1715100742.022"},
		{1715100742100, "1715100742.1"},
		{1715100742000, "1715100742"},
		{1715100740000, "1715100740"},
		{1715100742999, "1715100742.999"},
		{0, "0"},
		{-1500, "-1.5"},
	}
	for _, tt := range tests {
		got, err := json.Marshal(At(time.UnixMilli(tt.ms)))
		if err != nil || string(got) != tt.want {
			t.Errorf("Marshal(%d ms): got %s, %v, want %s", tt.ms, got, err, tt.want)
		}
		var back Timestamp
		if err := json.Unmarshal(got, &back); err != nil || back.Time().UnixMilli() != tt.ms {
			t.Errorf("Unmarshal(%s): got %v, %v, want %d ms", got, back.Time(), err, tt.ms)
		}
	}
}

func TestTimestampKeepsMilliseconds(t *testing.T) {
	moment := time.Date(2026, 3, 1, 12, 0, 0, 123_999_999, time.FixedZone("", 3600))
	want := time.Date(2026, 3, 1, 11, 0, 0, 123_000_000, time.UTC)
	if got := At(moment).Time(); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("At(%v).Time(): got %v, want %v", moment, got, want)
	}
}

func TestTimestampAbsent(t *testing.T) {
	if ts := At(time.Time{}); !ts.IsZero() || !ts.Time().IsZero() {
		t.Errorf("At(zero): got %v, want the zero Timestamp", ts.Time())
	}
	got, err := json.Marshal(UserType{Username: "ada", UserStatus: UserStatusConfirmed})
	if want := `{"Username":"ada","UserStatus":"CONFIRMED"}`; err != nil || string(got) != want {
		t.Errorf("Marshal(UserType): got %s, %v, want %s", got, err, want)
	}
}

func TestParseTimestamp(t *testing.T) {
	tests := []struct {
		number string
		want   int64
		ok     bool
	}{
		{"1715100742.0", 1715100742000, true},
		{"1.7151007420229e9", 1715100742022, true},
		{"1e400", 0, false},
		{"1e99999999999999999999", 0, false},
		{"1e-99999999", 0, false},
		{"1e30", 0, false},
		{"-99999999999999", 0, false},
		{"1.0000000000000000000000000000000000000001", 0, false},
	}
	for _, tt := range tests {
		got, ok := parseTimestamp(tt.number)
		if ok != tt.ok || ok && got.Time().UnixMilli() != tt.want {
			t.Errorf("parseTimestamp(%s): got %v, %v, want %d, %v", tt.number, got.Time(), ok, tt.want, tt.ok)
		}
	}
}

func TestTimestampUnmarshalRefuses(t *testing.T) {
	for _, data := range []string{`"1715100742"`, `true`, `{}`, `1e99`} {
		var ts Timestamp
		if err := json.Unmarshal([]byte(data), &ts); err == nil {
			t.Errorf("Unmarshal(%s): got %v, want an error", data, ts.Time())
		}
	}
}
