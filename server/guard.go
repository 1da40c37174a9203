package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// caller is a token in use.
type caller struct {
	*Token
	rate *rate.Limiter // nil: no limit
}

func newCaller(t *Token) *caller {
	c := &caller{Token: t}
	if t.Rate > 0 {
		c.rate = rate.NewLimiter(rate.Limit(t.Rate), max(1, int(math.Ceil(t.Rate))))
	}
	return c
}

// admit says whether a request may be answered.
func (s *Server) admit(c *call, r *http.Request, scope string) *problem {
	if len(c.tokens) == 0 {
		// A page elsewhere whose name leads to this machine is not the own one.
		if host := hostOf(r.Host); !loopbackName(host) && !localAddress(r) {
			return fail("host-refused", "host", short(host))
		}
	}
	if p := crossSite(r); p != nil {
		return p
	}
	if scope == "" {
		return nil
	}
	return s.authorize(c, r, scope)
}

// authorize finds out who asks, and whether that may.
func (s *Server) authorize(c *call, r *http.Request, scope string) *problem {
	if len(c.tokens) == 0 {
		return nil
	}
	who, p := s.identify(c, r)
	if p != nil {
		return p
	}
	c.who = who
	if !who.may(scope) {
		return fail("scope-missing", "scope", scope)
	}
	if who.rate != nil {
		if hold := who.rate.Reserve(); hold.Delay() > 0 {
			wait := hold.Delay()
			hold.Cancel()
			return later("rate-limited", int(math.Ceil(wait.Seconds())))
		}
	}
	return nil
}

// identify finds the token of a request. Those who try many wrong ones have to wait.
func (s *Server) identify(c *call, r *http.Request) (*caller, *problem) {
	if p := s.guessing(r); p != nil {
		return nil, p
	}
	scheme, secret, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return nil, fail("token-missing")
	}
	// The hash is looked up, so that how long it takes says nothing about the secret; comparing it
	// in constant time keeps it so when the table is changed for another.
	hash := sha256.Sum256([]byte(strings.TrimSpace(secret)))
	who := c.tokens[hash]
	if who == nil || subtle.ConstantTimeCompare(who.Hash[:], hash[:]) != 1 || !who.Expires.IsZero() && time.Now().After(who.Expires) {
		s.guesses.wrong(s.clientOf(r), time.Now())
		s.metrics.refused.Inc()
		return nil, fail("token-wrong")
	}
	return who, nil
}

// guessing refuses those who have tried too many wrong secrets.
func (s *Server) guessing(r *http.Request) *problem {
	wait := s.guesses.wait(s.clientOf(r), time.Now())
	if wait <= 0 {
		return nil
	}
	s.metrics.refused.Inc()
	return later("rate-limited", int(math.Ceil(wait.Seconds())))
}

// crossSite refuses requests that change something and that a browser sends for another site's page.
func crossSite(r *http.Request) *problem {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	origin := r.Header.Get("Origin")
	site := r.Header.Get("Sec-Fetch-Site")
	if origin == "" && site == "" && r.Header.Get("Cookie") == "" {
		return nil // no browser
	}
	if r.Header.Get("X-Proofcheck") != "1" || site != "" && site != "same-origin" && site != "none" {
		return fail("cross-site")
	}
	if origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return fail("cross-site")
		}
	}
	return nil
}

func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

func loopbackName(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// localAddress reports whether the Host is written as a loopback address, which no name of a
// stranger is.
func localAddress(r *http.Request) bool {
	addr, err := netip.ParseAddr(hostOf(r.Host))
	return err == nil && addr.Unmap().IsLoopback()
}
