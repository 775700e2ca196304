package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// clientIP finds the address of the client: the other end of the connection,
// or, where that is a proxy that is believed, the last address in
// X-Forwarded-For that is not such a proxy. What stands further left was
// written by somebody who is not believed.
func clientIP(proxies []netip.Prefix) func(*http.Request) string {
	believed := func(ip netip.Addr) bool {
		for _, p := range proxies {
			if p.Contains(ip) {
				return true
			}
		}
		return false
	}
	return func(r *http.Request) string {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			return r.RemoteAddr
		}
		ip, err := netip.ParseAddr(host)
		if err != nil || !believed(ip.Unmap()) {
			return host
		}
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0; i-- {
			hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
			if err != nil {
				break
			}
			ip = hop.Unmap()
			if !believed(ip) {
				break
			}
		}
		return ip.Unmap().String()
	}
}
