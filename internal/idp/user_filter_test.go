package idp

import (
	"strings"
	"testing"
)

func TestParseUserFilter(t *testing.T) {
	tests := []struct {
		text string
		want UserFilter
	}{
		{"", UserFilter{}},
		{"  ", UserFilter{}},
		{`email = "ada@example.com"`, UserFilter{"email", false, "ada@example.com"}},
		{`email="ada@example.com"`, UserFilter{"email", false, "ada@example.com"}},
		{"\tgiven_name  ^=  \"A\"\n", UserFilter{"given_name", true, "A"}},
		{`name = "Ada \"the first\" \\ King"`, UserFilter{"name", false, `Ada "the first" \ King`}},
		{`name = ""`, UserFilter{"name", false, ""}},
		{`name = "日本 =^ "`, UserFilter{"name", false, "日本 =^ "}},
		{`cognito:user_status = "CONFIRMED"`, UserFilter{"cognito:user_status", false, "CONFIRMED"}},
		{`status = "Enabled"`, UserFilter{"status", false, "Enabled"}},
	}
	for _, tt := range tests {
		got, err := ParseUserFilter(tt.text)
		if err != nil || got != tt.want {
			t.Errorf("ParseUserFilter(%q): got %+v, %v, want %+v", tt.text, got, err, tt.want)
		}
	}
}

func TestParseUserFilterRefuses(t *testing.T) {
	tests := []struct {
		text string
		want *Error
	}{
		{`email`, ErrFilter},
		{`= "x"`, ErrFilter},
		{`email "x"`, ErrFilter},
		{`email = x`, ErrFilter},
		{`email = 'x'`, ErrFilter},
		{`email = "x`, ErrFilter},
		{`email = "x\"`, ErrFilter},
		{`email = "x" and name = "y"`, ErrFilter},
		{`email ^ = "x"`, ErrFilter},
		{`email == "x"`, ErrFilter},
		{`sub ^= "x"`, ErrFilter},
		{`status ^= "En"`, ErrFilter},
		{`custom:x = "y"`, ErrSearchAttribute("custom:x")},
		{`Email = "y"`, ErrSearchAttribute("Email")},
	}
	for _, tt := range tests {
		if _, err := ParseUserFilter(tt.text); !tt.want.Is(err) {
			t.Errorf("ParseUserFilter(%q): got %v, want %v", tt.text, err, tt.want)
		}
	}
}

// Whatever is read can be written down again and means the same.
func FuzzParseUserFilter(f *testing.F) {
	for _, s := range []string{`email = "a"`, `name^="\\\""`, `status = "Enabled"`, `x`, `"`, `sub="\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseUserFilter(text)
		if err != nil || got.Field == "" {
			return
		}
		op := " = "
		if got.Prefix {
			op = " ^= "
		}
		written := got.Field + op + `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(got.Value) + `"`
		again, err := ParseUserFilter(written)
		if err != nil || again != got {
			t.Errorf("ParseUserFilter(%q): got %+v, %v, want %+v as for %q", written, again, err, got, text)
		}
	})
}
