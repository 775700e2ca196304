package idp_test

import (
	"strings"
	"testing"

	"rockpool/internal/idp"
)

func TestWebAuthnOriginAllowed(t *testing.T) {
	hash := strings.Repeat("A", 42) + "E"
	tests := []struct {
		relyingParty, origin string
		want                 bool
	}{
		{"example.com", "https://example.com", true},
		{"example.com", "https://login.example.com", true},
		{"example.com", "https://a.b.example.com:8443", true},
		{"example.com", "https://badexample.com", false},
		{"example.com", "https://example.com.evil.org", false},
		{"example.com", "https://example.org", false},
		{"login.example.com", "https://example.com", false},
		{"example.com", "http://example.com", false},
		{"example.com", "HTTPS://EXAMPLE.COM", false}, // browsers write origins in small letters
		{"example.com", "https://example.com/", false},
		{"example.com", "https://example.com/path", false},
		{"example.com", "https://example.com?x", false},
		{"example.com", "https://example.com#x", false},
		{"example.com", "https://evil.org@example.com", false},
		{"example.com", "https://evil.org\\.example.com", false},
		{"example.com", "https://example.com:", false},
		{"example.com", "https://example.com:0", false},
		{"example.com", "https://example.com:65536", false},
		{"example.com", "https://example.com.", false},
		{"example.com", "https://.example.com.", false},
		{"example.com", "ftp://example.com", false},
		{"example.com", "null", false},
		{"example.com", "", false},
		{"", "https://", false},
		{"", "https://example.com", false},

		{"localhost", "http://localhost", true},
		{"localhost", "http://localhost:9229", true},
		{"localhost", "https://localhost:9229", true},
		{"localhost", "http://app.localhost:3000", true},
		{"shop.auth.localhost", "http://shop.auth.localhost:9229", true},
		{"localhost", "http://127.0.0.1:9229", false},
		{"localhost", "http://notlocalhost", false},

		{"example.com", "android:apk-key-hash:" + hash, true},
		{"example.com", "android:apk-key-hash:" + hash + "=", false},
		{"example.com", "android:apk-key-hash:" + hash[1:], false},
		{"example.com", "android:apk-key-hash:" + hash[:20] + "\n" + hash[20:], false},
		{"example.com", "android:apk-key-hash:", false},
	}
	for _, tt := range tests {
		if got := idp.WebAuthnOriginAllowed(tt.relyingParty, tt.origin); got != tt.want {
			t.Errorf("WebAuthnOriginAllowed(%q, %q): got %v, want %v", tt.relyingParty, tt.origin, got, tt.want)
		}
	}
}
