package smtp

import (
	"strings"
	"testing"
)

func TestParseURL(t *testing.T) {
	tests := []struct {
		in   string
		want Config
	}{
		{"smtp://relay.example", Config{Host: "relay.example", Port: "25"}},
		{"smtp://relay.example:2525/", Config{Host: "relay.example", Port: "2525"}},
		{"smtp://u:p@localhost", Config{Host: "localhost", Port: "25", User: "u", Password: "p"}},
		{"smtps://u%40x:p%2F%3A@mail.example", Config{Host: "mail.example", Port: "465", Security: TLS, User: "u@x", Password: "p/:"}},
		{"smtp+starttls://[::1]?insecure=true", Config{Host: "::1", Port: "587", Security: StartTLS, Insecure: true}},
		{"smtps://m.example?ca=/etc/ca.pem&from=Ada+<a@example.com>", Config{Host: "m.example", Port: "465", Security: TLS, CAFile: "/etc/ca.pem", From: "Ada <a@example.com>"}},
	}
	for _, tt := range tests {
		got, err := ParseURL(tt.in)
		got.Dial = nil
		if err != nil || got.Host != tt.want.Host || got.Port != tt.want.Port || got.Security != tt.want.Security || got.User != tt.want.User ||
			got.Password != tt.want.Password || got.From != tt.want.From || got.CAFile != tt.want.CAFile || got.Insecure != tt.want.Insecure {
			t.Errorf("ParseURL(%q): got %+v, %v, want %+v", tt.in, got, err, tt.want)
		}
	}
}

// A wrong setting says what to mend and keeps the password to itself.
func TestParseURLErrors(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", "unknown scheme"},
		{"mail.example:25", ""},
		{"http://u:hunter2@mail.example", "unknown scheme"},
		{"smtps://u:hunter2%zz@mail.example", "escaped"},
		{"smtps://u:hunter2 @mail.example", "escaped"},
		{"smtps://u:hunter2/x@mail.example", "escaped"},
		{"smtps://u:hunter2#x@mail.example", ""},
		{"smtps://", "host is missing"},
		{"smtps://:465", "host is missing"},
		{"smtps://mail.example:0", "port"},
		{"smtps://mail.example:99999", "port"},
		{"smtps://mail.example/path", "after the host"},
		{"smtps://u@mail.example", "both a user and a password"},
		{"smtps://:hunter2@mail.example", "both a user and a password"},
		{"smtp://u:hunter2@mail.example", "unencrypted"},
		{"smtps://u:hunter2@mail.example?insecure=true", "loopback"},
		{"smtp://localhost?insecure=true", "TLS"},
		{"smtps://localhost?insecure=yes", "only be true"},
		{"smtp://localhost?ca=x", "TLS"},
		{"smtps://mail.example?from=nobody", "not an address"},
		{"smtps://mail.example?from=a@b.example&from=c@d.example", "exactly one"},
		{"smtps://mail.example?frm=a@b.example", "unknown option"},
		{"smtps://mail.example?from=%zz", "not well-formed"},
	}
	for _, tt := range tests {
		_, err := ParseURL(tt.in)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("ParseURL(%q): got %v, want an error with %q", tt.in, err, tt.want)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("ParseURL(%q): the error %q shows the password", tt.in, err)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	f.Add("smtps://u:p@mail.example:465?from=a@b.example")
	f.Add("smtp+starttls://[::1]:25?ca=x&insecure=true")
	f.Fuzz(func(t *testing.T, raw string) {
		c, err := ParseURL(raw)
		if err != nil {
			return
		}
		if c.Password != "" && c.Security == Plain && !isLoopback(c.Host) {
			t.Errorf("ParseURL(%q) sends a password in the clear", raw)
		}
		if c.Insecure && !isLoopback(c.Host) {
			t.Errorf("ParseURL(%q) trusts any certificate off loopback", raw)
		}
	})
}

func TestNewBadCAFile(t *testing.T) {
	for _, file := range []string{"testdata/none.pem", "url.go"} {
		if _, err := New(Config{Host: "h", Port: "465", Security: TLS, CAFile: file}); err == nil || !strings.Contains(err.Error(), "CA file") {
			t.Errorf("New with CA file %s: got %v, want an error about it", file, err)
		}
	}
}
