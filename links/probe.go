package links

import (
	"context"
	"crypto/tls"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"runtime"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"

	"proofcheck/formats"
)

// ProbeOptions say how the network is asked. The zero value is polite and complete.
type ProbeOptions struct {
	PerHost      int                     // connections to one host at a time, 4 by default
	Rate         float64                 // requests to one host a second, 8 by default; negative: no limit
	Global       int                     // connections at a time, 64 by default
	Timeout      time.Duration           // of one request with its body, 15 s by default
	Retries      int                     // after the first attempt, 2 by default; negative: none
	Backoff      time.Duration           // before the first retry, 1 s by default; doubled each time, ±50 %
	MaxWait      time.Duration           // longest Retry-After that is waited for, 60 s by default
	MaxBody      int64                   // bytes of a page after decompression, 2 MiB by default
	MaxRedirects int                     // 10 by default
	UserAgent    string                  // a browser's by default
	Hosts        map[string]*HostOptions // by host name as of HostKey
	Own          func(host string) bool  // whether a host belongs to the own site, where 403 is dead; may be nil

	// PublicOnly refuses connections to addresses that are not Public, after their names have been
	// resolved, and uses no proxy, since that would resolve them itself.
	PublicOnly bool
	Proxy      func(*http.Request) (*url.URL, error) // nil: none
	TLS        *tls.Config                           // nil: the system's authorities

	// Exclude says that an address must not be asked. Rewrite may send a request to another address,
	// or return nil. Both may be nil.
	Exclude func(*url.URL) bool
	Accept  []int // status codes that are fine on any host
	Rewrite func(*url.URL) *url.URL

	Cache   *Cache // nil: none
	Refresh bool   // ask anew what the cache holds

	// For tests and special networks.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
}

// HostOptions are what holds for one host.
type HostOptions struct {
	PerHost        int
	Rate           float64
	Accept         []int // status codes that are fine
	Header         http.Header
	User, Password string // for basic authentication; sent to this host only
}

// DefaultUserAgent is sent where no other is asked for. Sites turn away what does not look like a
// browser.
const DefaultUserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 proofcheck"

// Hop is one answer on the way to the last one.
type Hop struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
}

// Answer is what the network says of an address.
type Answer struct {
	URL       string // as of Key
	Verdict   Verdict
	Reason    string   // a key of the table of reasons; "" when all is well
	Args      []string // name, value … for the reason's words
	Chain     []Hop    // every answer of the last attempt, in order
	Final     string   // address of the last answer
	Permanent bool     // there were redirects, and all of them for good
	Type      string   // media type, lower case
	Size      int64    // bytes; -1 when not known
	Title     string   // of a page
	Lead      string   // beginning of a page's text
	Attempts  int
	Took      time.Duration
	Checked   time.Time
	Cached    bool
	First     time.Time // when the address was first seen to fail; zero when it is fine or there is no cache
	Times     int       // runs in which it failed

	anchors map[uint64]struct{} // nil when they are not known
	page    *Page               // of a page of the own site, for the crawler
	refs    *[]Reference
}

// Prober asks the network about addresses, each one once. It is safe for concurrent use. Close it.
type Prober struct {
	opt       ProbeOptions
	transport *http.Transport
	jar       *cookiejar.Jar
	global    chan struct{}
	reading   chan struct{} // pages that are read at a time: one processor is left to the network
	names     names

	mu    sync.Mutex
	calls map[string]*call
	hosts map[string]*host
}

type call struct {
	done   chan struct{}
	answer *Answer
}

// NewProber returns a Prober.
func NewProber(opt ProbeOptions) *Prober {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	wait := func(v *time.Duration, d time.Duration) {
		if *v == 0 {
			*v = d
		}
	}
	def(&opt.PerHost, 4)
	def(&opt.Global, 64)
	def(&opt.Retries, 2)
	def(&opt.MaxRedirects, 10)
	wait(&opt.Timeout, 15*time.Second)
	wait(&opt.Backoff, time.Second)
	wait(&opt.MaxWait, time.Minute)
	opt.Retries = max(opt.Retries, 0)
	if opt.Rate == 0 {
		opt.Rate = 8
	}
	if opt.MaxBody == 0 {
		opt.MaxBody = 2 << 20
	}
	if opt.UserAgent == "" {
		opt.UserAgent = DefaultUserAgent
	}
	if opt.PublicOnly {
		opt.Proxy = nil
	}
	if opt.Dial == nil {
		opt.Dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	if opt.Resolve == nil {
		opt.Resolve = resolveSystem
	}
	p := &Prober{
		opt: opt, global: make(chan struct{}, opt.Global), reading: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1)),
		calls: map[string]*call{}, hosts: map[string]*host{},
	}
	p.names.resolve = opt.Resolve
	p.jar, _ = cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List}) // never fails
	p.transport = &http.Transport{
		DialContext:            p.dial,
		Proxy:                  opt.Proxy,
		TLSClientConfig:        opt.TLS.Clone(),
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // see body: more codings, and bounded
		MaxIdleConns:           2 * opt.Global,
		MaxIdleConnsPerHost:    opt.Global,
		IdleConnTimeout:        10 * time.Second,
		TLSHandshakeTimeout:    opt.Timeout,
		MaxResponseHeaderBytes: 64 << 10,
		ReadBufferSize:         16 << 10,
	}
	return p
}

// Close closes the connections that are kept open. Probes must have returned.
func (p *Prober) Close() { p.transport.CloseIdleConnections() }

// Probe asks about an address unless that has been done. It returns early, with a skipped answer,
// when ctx is cancelled; an Answer is never nil and must not be changed.
func (p *Prober) Probe(ctx context.Context, u *url.URL) *Answer { return p.probe(ctx, u, nil) }

// probe is Probe; read, if given, is how the references of a page are wanted.
func (p *Prober) probe(ctx context.Context, u *url.URL, read *formats.Format) *Answer {
	key := Key(u)
	p.mu.Lock()
	c, ok := p.calls[key]
	if !ok {
		c = &call{done: make(chan struct{})}
		p.calls[key] = c
	}
	p.mu.Unlock()
	if ok {
		select {
		case <-c.done:
			return c.answer
		case <-ctx.Done():
			return &Answer{URL: key, Reason: "cancelled", Size: -1}
		}
	}
	c.answer = p.ask(ctx, key, u, read)
	if c.answer.Reason == "cancelled" {
		p.mu.Lock()
		delete(p.calls, key)
		p.mu.Unlock()
	}
	close(c.done)
	return c.answer
}

func (p *Prober) ask(ctx context.Context, key string, u *url.URL, read *formats.Format) *Answer {
	skipped := func(reason string) *Answer { return &Answer{URL: key, Reason: reason, Size: -1} }
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return skipped("scheme")
	}
	if p.opt.Exclude != nil && p.opt.Exclude(u) {
		return skipped("excluded")
	}
	if read == nil && !p.opt.Refresh {
		if a := p.opt.Cache.load(key); a != nil {
			return a
		}
	}
	start := time.Now()
	a := p.persist(ctx, key, u, read)
	a.Took = time.Since(start)
	a.Checked = start
	if a.Reason != "cancelled" {
		p.opt.Cache.store(a)
	}
	return a
}

// persist asks until the answer can be believed.
func (p *Prober) persist(ctx context.Context, key string, u *url.URL, read *formats.Format) *Answer {
	var a *Answer
	missing, refused := 0, 0
	for attempt := 0; ; attempt++ {
		t := try{p: p, answer: &Answer{URL: key, Size: -1}, read: read, confirmed: missing > 0, first: attempt == 0}
		a = t.answer
		t.run(ctx, u)
		a.Attempts = attempt + 1
		if ctx.Err() != nil {
			return &Answer{URL: key, Reason: "cancelled", Size: -1, Attempts: attempt + 1}
		}
		last := attempt >= p.opt.Retries
		switch {
		case a.Verdict == Dead && a.Reason == "status":
			// Whatever went before, it is believed when it is said twice.
			if missing++; missing == 1 {
				last = false
			}
		case a.Reason == "refused":
			refused++
		}
		if !t.again || last {
			if a.Reason == "refused" && refused < max(2, attempt+1) || a.Reason == "no-host" && !p.names.gone(u.Hostname(), a) {
				a.Verdict = Suspect // it was not always so
			}
			break
		}
		wait := p.opt.Backoff << min(attempt, 10)
		wait = wait/2 + time.Duration(rand.Int64N(int64(wait)+1))
		if t.soon {
			wait = 0
		}
		if t.after > 0 {
			if t.after > p.opt.MaxWait {
				break
			}
			wait = t.after
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
	return a
}

// HasAnchor reports whether the page has an anchor; known is false when that cannot be said.
func (a *Answer) HasAnchor(fragment string) (has, known bool) {
	if a.anchors == nil {
		return false, false
	}
	for _, id := range [...]string{fragment, "user-content-" + fragment} {
		if _, ok := a.anchors[hash(id)]; ok {
			return true, true
		}
	}
	return false, true
}

// Statuses returns the status codes of the chain, in order.
func (a *Answer) Statuses() []int {
	out := make([]int, len(a.Chain))
	for i, h := range a.Chain {
		out[i] = h.Status
	}
	return out
}
