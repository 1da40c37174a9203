package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the addresses of proxies in front of the service that are believed when they say for whom they
// speak. None is believed by default: who could write that header would have no limits.
type Proxies []netip.Prefix

// has reports whether an address is that of a proxy.
func (p Proxies) has(addr netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// maxForwarded bounds the addresses of X-Forwarded-For that are looked at.
const maxForwarded = 32

// client returns the address that a request comes from: that of the connection, or, where that is a proxy's, the last
// one of X-Forwarded-For that is none. What stands before it was written by strangers. The address is not valid when
// the connection has none.
func (p Proxies) client(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := ap.Addr().Unmap().WithZone("")
	list := r.Header.Values("X-Forwarded-For")
	seen := 0
	for i := len(list) - 1; i >= 0; i-- {
		rest := list[i]
		for more := true; more; {
			if !p.has(addr) || seen == maxForwarded {
				return addr
			}
			seen++
			var last string
			if j := strings.LastIndexByte(rest, ','); j >= 0 {
				rest, last = rest[:j], rest[j+1:]
			} else {
				last, more = rest, false
			}
			before, ok := forwarded(strings.TrimSpace(last))
			if !ok {
				return addr // it says nothing that can be read
			}
			addr = before
		}
	}
	return addr
}

// forwarded reads an address of X-Forwarded-For; some proxies add the port.
func forwarded(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		addr = ap.Addr()
	}
	return addr.Unmap().WithZone(""), true
}

// network returns whom limits hold for: an IPv4 address, or the /64 of an IPv6 one.
func network(addr netip.Addr) netip.Prefix {
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address
	}
	return p
}

// clientOf returns the network that a request comes from.
func (s *Server) clientOf(r *http.Request) netip.Prefix {
	return network(s.state.Load().Proxies.client(r))
}
