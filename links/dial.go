package links

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// errPrivate says that a name leads to no public address.
var errPrivate = errors.New("links: not a public address")

func resolveSystem(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// names remembers what names resolve to.
type names struct {
	resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	mu      sync.Mutex
	known   map[string]*name
}

type name struct {
	turn    chan struct{} // holds one token while nobody asks
	addrs   []netip.Addr
	until   time.Time
	missing int // how often the answer was that there is no such host
}

const (
	nameLife  = 5 * time.Minute
	certainly = 3 // answers after which a name is taken not to exist
)

// lookUp resolves a name. Only one question about a name is under way at a time. A name that does
// not exist is asked for three times, since resolvers are wrong under load.
func (n *names) lookUp(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	n.mu.Lock()
	if n.known == nil {
		n.known = map[string]*name{}
	}
	k := n.known[host]
	if k == nil {
		k = &name{turn: make(chan struct{}, 1)}
		k.turn <- struct{}{}
		n.known[host] = k
	}
	n.mu.Unlock()
	select {
	case <-k.turn:
		defer func() { k.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if k.missing >= certainly {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if time.Now().Before(k.until) {
		return k.addrs, nil
	}
	addrs, err := n.resolve(ctx, host)
	if err != nil {
		if dns := (*net.DNSError)(nil); errors.As(err, &dns) && dns.IsNotFound {
			k.missing++
		}
		return nil, err
	}
	k.missing = 0
	// IPv4 first: many networks have no route for the other, and few sites have only that.
	slices.SortStableFunc(addrs, func(a, b netip.Addr) int { return a.Unmap().BitLen() - b.Unmap().BitLen() })
	k.addrs, k.until = addrs, time.Now().Add(nameLife)
	return addrs, nil
}

// gone reports whether it is certain that the host of an answer does not exist: the one asked for, or
// the one that it redirects to.
func (n *names) gone(host string, a *Answer) bool {
	if u, err := url.Parse(a.Final); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	n.mu.Lock()
	k := n.known[ASCIIHost(host)]
	n.mu.Unlock()
	if k == nil {
		return false
	}
	<-k.turn
	defer func() { k.turn <- struct{}{} }()
	return k.missing >= certainly
}

// dial connects to a host by the addresses its name resolves to now. What is refused is refused
// here, so that no name can change its meaning between the look and the leap.
func (p *Prober) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	addrs, err := p.names.lookUp(ctx, host)
	if err != nil {
		return nil, err
	}
	last := error(errPrivate)
	for i, a := range addrs {
		if p.opt.PublicOnly && private(a) {
			continue
		}
		one, cancel := ctx, context.CancelFunc(func() {})
		if left := len(addrs) - i; left > 1 {
			one, cancel = context.WithTimeout(ctx, p.opt.Timeout/time.Duration(left+1))
		}
		conn, err := p.opt.Dial(one, network, netip.AddrPortFrom(a, uint16(number)).String())
		cancel()
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, last
}

// reasonOf names what kept an answer from coming.
func reasonOf(err error) string {
	var (
		dns       *net.DNSError
		invalid   x509.CertificateInvalidError
		hostname  x509.HostnameError
		authority x509.UnknownAuthorityError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		timeout   net.Error
	)
	switch {
	case errors.Is(err, errPrivate):
		return "private"
	case errors.As(err, &dns):
		switch {
		case dns.IsNotFound:
			return "no-host"
		case dns.IsTimeout:
			return "timeout"
		}
		return "resolve"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "tls-expired"
	case errors.As(err, &hostname):
		return "tls-host"
	case errors.As(err, &authority):
		if c := authority.Cert; c != nil && string(c.RawIssuer) == string(c.RawSubject) {
			return "tls-self-signed"
		}
		return "tls-authority"
	case errors.As(err, &verify), errors.As(err, &record), errors.As(err, &alert):
		return "tls"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return "unreachable"
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "response headers exceeded"), strings.Contains(text, "malformed"):
		return "header"
	case strings.Contains(text, "tls:"), strings.Contains(text, "x509:"), strings.Contains(text, "HTTP response to HTTPS"):
		return "tls"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.ErrClosedPipe), strings.Contains(text, "closed"), strings.Contains(text, "EOF"):
		return "reset"
	}
	return "reset"
}
