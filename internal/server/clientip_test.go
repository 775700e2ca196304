package server

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClientIP(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct {
		name, remote string
		forwarded    []string
		proxies      []netip.Prefix
		want         string
	}{
		{"no proxy", "192.0.2.1:5", nil, nil, "192.0.2.1"},
		{"nobody is believed", "192.0.2.1:5", []string{"198.51.100.7"}, nil, "192.0.2.1"},
		{"a stranger claims to be a proxy", "192.0.2.1:5", []string{"198.51.100.7"}, proxies, "192.0.2.1"},
		{"a proxy", "10.0.0.1:5", []string{"198.51.100.7"}, proxies, "198.51.100.7"},
		{"two proxies", "10.0.0.1:5", []string{"198.51.100.7, 10.0.0.2"}, proxies, "198.51.100.7"},
		{"two headers", "10.0.0.1:5", []string{"198.51.100.7", "10.0.0.2"}, proxies, "198.51.100.7"},
		{"what the client wrote itself", "10.0.0.1:5", []string{"203.0.113.9, 198.51.100.7"}, proxies, "198.51.100.7"},
		{"no header", "10.0.0.1:5", nil, proxies, "10.0.0.1"},
		{"nonsense", "10.0.0.1:5", []string{"somebody"}, proxies, "10.0.0.1"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:5", []string{"::ffff:198.51.100.7"}, proxies, "198.51.100.7"},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = tt.remote
		for _, f := range tt.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		if got := clientIP(tt.proxies)(r); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}
