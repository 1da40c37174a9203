package links

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// network is an internet in memory: names, addresses, and servers at them.
type network struct {
	t        testing.TB
	mu       sync.Mutex
	hosts    map[string]*server // by name
	byAddr   map[netip.Addr]*server
	conns    chan net.Conn
	closed   chan struct{}
	http     http.Server
	lookups  map[string]int
	all      *server // lives at every name that is not in hosts
	requests atomic.Int64
	dials    atomic.Int64
}

// A server is what lives at a host name. What is nil is left to the usual.
type server struct {
	addr    netip.Addr
	handler http.HandlerFunc
	raw     func(net.Conn)          // instead of handler
	dial    func(n int) error       // before a connection, counted from 1
	lookUp  func(n int) error       // before an answer of the resolver
	wrap    func(net.Conn) net.Conn // the server's end
	wild    bool                    // any path has a page
	dialled atomic.Int64
}

func newNetwork(t testing.TB) *network {
	n := &network{t: t, hosts: map[string]*server{}, byAddr: map[netip.Addr]*server{}, conns: make(chan net.Conn), closed: make(chan struct{}), lookups: map[string]int{}}
	n.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(r.Host, ":")
		n.mu.Lock()
		s := n.hosts[name]
		if s == nil {
			s = n.all
		}
		n.mu.Unlock()
		if s == nil || s.handler == nil {
			http.Error(w, "no such site", http.StatusNotFound)
			return
		}
		if dir, file := path.Split(r.URL.Path); len(dir) > 9 && len(file) > 12 && !s.wild {
			http.NotFound(w, r) // the address that cannot exist
			return
		}
		n.requests.Add(1)
		s.handler(w, r)
	})
	n.http.ErrorLog = log.New(io.Discard, "", 0)
	go n.http.Serve(n)
	return n
}

// Accept, Close and Addr make the network a net.Listener.
func (n *network) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}
func (n *network) Close() error   { close(n.closed); return nil }
func (n *network) Addr() net.Addr { return &net.TCPAddr{} }

func (n *network) add(name string, s *server) *server {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !s.addr.IsValid() {
		k := len(n.hosts) + 1
		s.addr = netip.AddrFrom4([4]byte{11, byte(k >> 16), byte(k >> 8), byte(k)})
	}
	n.hosts[name] = s
	n.byAddr[s.addr] = s
	return s
}

func (n *network) page(name string, body string) *server {
	return n.add(name, &server{handler: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body)
	}})
}

func (n *network) resolve(_ context.Context, name string) ([]netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lookups[name]++
	s := n.hosts[name]
	if s == nil {
		s = n.all
	}
	if s == nil {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	if s.lookUp != nil {
		if err := s.lookUp(n.lookups[name]); err != nil {
			return nil, err
		}
	}
	return []netip.Addr{s.addr}, nil
}

var errRefused = &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}

func (n *network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	n.dials.Add(1)
	at := netip.MustParseAddrPort(address)
	n.mu.Lock()
	s := n.byAddr[at.Addr()]
	n.mu.Unlock()
	if s == nil {
		return nil, errRefused
	}
	if k := int(s.dialled.Add(1)); s.dial != nil {
		if err := s.dial(k); err != nil {
			return nil, err
		}
	}
	client, end := net.Pipe()
	if s.wrap != nil {
		end = s.wrap(end)
	}
	if s.raw != nil {
		go func() {
			defer end.Close()
			s.raw(end)
		}()
		return client, nil
	}
	select {
	case n.conns <- end:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// prober returns a Prober on the network. Tests run in a bubble, so waiting costs no time.
func (n *network) prober(change func(*ProbeOptions)) *Prober {
	opt := ProbeOptions{Resolve: n.resolve, Dial: n.dial, Rate: -1}
	if change != nil {
		change(&opt)
	}
	return NewProber(opt)
}

// end closes all, so that no goroutine is left.
func (n *network) end(p *Prober) {
	p.Close()
	if err := n.http.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		n.t.Error(err)
	}
	time.Sleep(time.Minute) // of the bubble: what still runs ends, or the bubble says so
}

func address(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := Resolve(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// buffered is a connection whose writes do not wait for the reader, as those of a kernel. Two ends of
// a pipe that both write, as TLS does when it fails, would wait for each other.
type buffered struct {
	net.Conn
	out chan []byte
}

func newBuffered(c net.Conn) net.Conn {
	b := &buffered{c, make(chan []byte, 1000)}
	go func() {
		for p := range b.out {
			if _, err := c.Write(p); err != nil {
				break
			}
		}
		c.Close()
		for range b.out {
		}
	}()
	return b
}

func (b *buffered) Write(p []byte) (n int, err error) {
	defer func() {
		if recover() != nil { // it was closed
			n, err = 0, net.ErrClosed
		}
	}()
	b.out <- append([]byte(nil), p...)
	return len(p), nil
}

func (b *buffered) Close() (err error) {
	defer func() {
		if recover() != nil {
			err = net.ErrClosed
		}
	}()
	close(b.out)
	return nil
}
