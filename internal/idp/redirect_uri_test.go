package idp

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestCheckURI(t *testing.T) {
	tests := []struct {
		uri  string
		want func(string) *Error
	}{
		{"https://example.com", nil},
		{"https://example.com/cb?x=1", nil},
		{"http://localhost", nil},
		{"http://LOCALHOST:3000/cb", nil},
		{"http://127.0.0.1:3000/cb", nil},
		{"http://[::1]:3000/cb", nil},
		{"myapp://callback", nil},
		{"com.example.app:/callback", nil},
		{"urn:ietf:wg:oauth:2.0:oob", nil},
		{"", ErrURINotAbsolute},
		{"/cb", ErrURINotAbsolute},
		{"//example.com/cb", ErrURINotAbsolute},
		{"example.com", ErrURINotAbsolute},
		{"https://", ErrURINotAbsolute},
		{"https:cb", ErrURINotAbsolute},
		{"https:///cb", ErrURINotAbsolute},
		{"http:localhost", ErrURINotAbsolute},
		{`https://example.com\@example.org`, ErrURINotAbsolute},
		{"https://example.com/%zz", ErrURINotAbsolute},
		{"https://example.com/#x", ErrURIFragment},
		{"https://example.com/#", ErrURIFragment},
		{"http://example.com", ErrURIPlainHTTP},
		{"HTTP://example.com", ErrURIPlainHTTP},
		{"http://localhost.example.com", ErrURIPlainHTTP},
		{"http://localhost@example.com", ErrURIPlainHTTP},
		{"http://127.0.0.2", ErrURIPlainHTTP},
		{"javascript:alert(1)", ErrURIScheme},
		{"JavaScript:alert(1)", ErrURIScheme},
		{"data:text/html,x", ErrURIScheme},
		{"file:///etc/passwd", ErrURIScheme},
	}
	for _, tt := range tests {
		t.Run(tt.uri, func(t *testing.T) {
			var want *Error
			if tt.want != nil {
				want = tt.want(tt.uri)
			}
			wantErr(t, "checkURI("+tt.uri+")", checkURI(tt.uri), want)
		})
	}
}

// Whatever is accepted neither leaves this machine unencrypted nor is run by
// a browser.
func FuzzCheckURI(f *testing.F) {
	for _, seed := range []string{"https://example.com/cb", "http://localhost:3000", "http://[::1]/", "app://x", "javascript:0", "http://a@localhost"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		if checkURI(uri) != nil {
			return
		}
		scheme, _, _ := strings.Cut(strings.ToLower(uri), ":")
		if slices.Contains(browserSchemes, scheme) || strings.Contains(uri, "#") {
			t.Errorf("checkURI(%q): got nil, want an error", uri)
		}
		if scheme != "http" {
			return
		}
		u, err := url.Parse(uri)
		if err != nil || !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, strings.ToLower(u.Hostname())) {
			t.Errorf("checkURI(%q): got nil, want an error: it is plain HTTP", uri)
		}
	})
}
