// Package netguard owns the rule about which addresses the server may connect
// to. Operators and pool administrators name hosts (a Lambda endpoint, a
// webhook, a mail server), and a name can resolve to anything: to the metadata
// service of the cloud machine, which hands out credentials, or to a neighbour
// that trusts its network. The rule is therefore checked on the resolved
// address at the moment of connecting, where a second DNS answer cannot get
// around it.
//
// What is said over the connection belongs to the callers.
package netguard

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrForbidden means the address is of a kind that must not be connected to.
var ErrForbidden = errors.New("connections to this address are not allowed")

// Dialer opens connections, except to addresses that its fields do not admit.
// The zero value admits public addresses only.
type Dialer struct {
	// AllowLoopback admits 127.0.0.0/8 and ::1.
	AllowLoopback bool
	// AllowPrivate admits the networks of RFC 1918, RFC 4193 and RFC 6598.
	AllowPrivate bool
	// AllowLinkLocal admits link-local addresses and the metadata services of
	// cloud machines. It is for development only.
	AllowLinkLocal bool
	// LoopbackOnly refuses everything that is not on this machine. It makes
	// plain HTTP safe even if "localhost" resolves to some other place.
	LoopbackOnly bool
	// Timeout limits one connection attempt; 0 means 5 seconds.
	Timeout time.Duration
}

// DialContext connects to an address, as net.Dialer does. It returns an error
// that is ErrForbidden if the address is not admitted.
func (d Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	nd := net.Dialer{Timeout: d.Timeout, KeepAlive: 30 * time.Second, Control: d.Control}
	if nd.Timeout == 0 {
		nd.Timeout = 5 * time.Second
	}
	return nd.DialContext(ctx, network, address)
}

// Control is for net.Dialer.Control: it refuses addresses that are not admitted.
func (d Dialer) Control(network, address string, _ syscall.RawConn) error {
	switch network {
	case "tcp", "tcp4", "tcp6", "udp", "udp4", "udp6":
	default:
		return fmt.Errorf("%w: network %s", ErrForbidden, network)
	}
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q is not an address", ErrForbidden, address)
	}
	return d.Check(ap.Addr())
}

// Check returns nil if the address is admitted, else an error that is ErrForbidden.
func (d Dialer) Check(addr netip.Addr) error {
	k := kindOf(addr)
	ok := false
	switch k {
	case loopback:
		ok = d.AllowLoopback || d.LoopbackOnly
	case private:
		ok = d.AllowPrivate && !d.LoopbackOnly
	case linkLocal:
		ok = d.AllowLinkLocal && !d.LoopbackOnly
	case public:
		ok = !d.LoopbackOnly
	}
	if !ok {
		return fmt.Errorf("%w: %s is %s", ErrForbidden, addr, k)
	}
	return nil
}

// Transport returns an HTTP transport that connects through d. It uses no
// proxy, since a proxy would connect to the address in our place, unchecked.
func (d Dialer) Transport() *http.Transport {
	return &http.Transport{
		DialContext:            d.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    64,
		MaxConnsPerHost:        256,
		MaxResponseHeaderBytes: 64 << 10,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    5 * time.Second,
		ExpectContinueTimeout:  time.Second,
	}
}

// NamesLoopback tells whether a host name or address, as it stands in a URL,
// means this machine. A dialer with LoopbackOnly holds it to that.
func NamesLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && kindOf(addr) == loopback
}
