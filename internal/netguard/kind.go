package netguard

import "net/netip"

// kind says what sort of place an address is.
type kind string

const (
	public    kind = "public"
	loopback  kind = "loopback"
	private   kind = "private"
	linkLocal kind = "link-local or a metadata service"
	unusable  kind = "not a host"
)

// Metadata services that are not on a link-local address, or that an allowed
// private network would let through.
var metadata = []netip.Prefix{
	netip.MustParsePrefix("fd00:ec2::/32"),          // Amazon EC2 over IPv6: metadata, DNS, time
	netip.MustParsePrefix("fd20:ce::254/128"),       // Google Cloud over IPv6
	netip.MustParsePrefix("100.100.100.200/32"),     // Alibaba Cloud
	netip.MustParsePrefix("168.63.129.16/32"),       // Azure's wire server
	netip.MustParsePrefix("192.0.0.192/32"),         // Oracle Cloud
	netip.MustParsePrefix("fd00:c1::a9fe:a9fe/128"), // Oracle Cloud over IPv6
}

var (
	sharedSpace = netip.MustParsePrefix("100.64.0.0/10")  // RFC 6598
	siteLocal   = netip.MustParsePrefix("fec0::/10")      // RFC 3879, deprecated but routed by some
	thisNetwork = netip.MustParsePrefix("0.0.0.0/8")      // RFC 1122: Linux takes 0.0.0.0 for loopback
	reserved    = netip.MustParsePrefix("240.0.0.0/4")    // RFC 1112, with the broadcast address
	localNAT64  = netip.MustParsePrefix("64:ff9b:1::/48") // RFC 8215: the IPv4 address may be anywhere in it

	wellKnownNAT64 = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052
	sixToFour      = netip.MustParsePrefix("2002::/16")    // RFC 3056
	teredo         = netip.MustParsePrefix("2001::/32")    // RFC 4380
)

// kindOf looks through the ways in which IPv6 carries an IPv4 address, because
// a gateway on the way would.
func kindOf(addr netip.Addr) kind {
	addr = addr.WithZone("").Unmap()
	for _, p := range metadata {
		if p.Contains(addr) {
			return linkLocal
		}
	}
	switch {
	case !addr.IsValid(), addr.IsUnspecified(), addr.IsMulticast(), thisNetwork.Contains(addr), reserved.Contains(addr):
		return unusable
	case addr.IsLoopback():
		return loopback
	case addr.IsLinkLocalUnicast():
		return linkLocal
	case addr.IsPrivate(), sharedSpace.Contains(addr), siteLocal.Contains(addr), localNAT64.Contains(addr):
		return private
	}
	if inner, ok := embedded(addr); ok {
		return kindOf(inner)
	}
	return public
}

// embedded returns the IPv4 address that a transition address stands for.
func embedded(addr netip.Addr) (netip.Addr, bool) {
	b := addr.As16()
	switch {
	case wellKnownNAT64.Contains(addr):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case sixToFour.Contains(addr):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	case teredo.Contains(addr):
		return netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]}), true
	}
	return netip.Addr{}, false
}
