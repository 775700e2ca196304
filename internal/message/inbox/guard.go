package inbox

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// guard lets a request through only if it was made to a loopback name, and, if
// a web page made it, by a page on one. The first stops DNS rebinding, where a
// stranger's name points at this machine; the second stops strangers' pages
// from emptying the inbox.
func (in *Inbox) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // links in messages hold codes
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		if !in.isAllowed(hostOnly(r.Host)) {
			http.Error(w, "The inbox answers on localhost only.", http.StatusForbidden)
			return
		}
		if origin := r.Header.Get("Origin"); origin != "" {
			u, err := url.Parse(origin)
			if err != nil || !in.isAllowed(u.Hostname()) {
				http.Error(w, "The inbox answers pages on localhost only.", http.StatusForbidden)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (in *Inbox) isAllowed(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") { // RFC 6761: never a stranger's
		return true
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().IsLoopback()
	}
	for _, name := range in.cfg.Hosts {
		if strings.EqualFold(name, host) {
			return true
		}
	}
	return false
}

// hostOnly takes the port off a Host header.
func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}
