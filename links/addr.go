package links

import "net/netip"

// refused are the networks that no public server lives in, beyond those that netip knows: RFC 6890
// and the special-purpose registries of IANA. 100.64.0.0/10 holds the metadata address of a cloud.
var refused = func() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range [...]string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "100::/64", "2001:db8::/32", "2001::/23", "3fff::/20",
		"5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// translated are the networks that carry an IPv4 address: NAT64 (RFC 6052, RFC 8215), 6to4, and
// the compatible form, with the byte at which it stands.
var translated = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("64:ff9b:1::/48"), 12},
	{netip.MustParsePrefix("2002::/16"), 2},
	{netip.MustParsePrefix("::/96"), 12},
}

// Public reports whether an address is one of the public internet. Loopback, private, link-local,
// multicast, shared, documentation and reserved addresses are not, in their IPv4-mapped, 6to4 and
// NAT64 forms neither.
func Public(addr netip.Addr) bool { return !private(addr) }

func private(addr netip.Addr) bool {
	addr = addr.WithZone("").Unmap()
	if !addr.IsValid() || !addr.IsGlobalUnicast() || addr.IsPrivate() || addr.IsLoopback() || addr.IsUnspecified() {
		return true
	}
	for _, p := range refused {
		if p.Contains(addr) {
			return true
		}
	}
	if addr.Is6() {
		b := addr.As16()
		for _, t := range translated {
			if t.prefix.Contains(addr) && private(netip.AddrFrom4([4]byte(b[t.at:t.at+4]))) {
				return true
			}
		}
	}
	return false
}
