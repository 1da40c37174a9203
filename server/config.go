package server

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"proofcheck/checker"
	"proofcheck/links"
	"proofcheck/report"
)

// Config is what Options.Load returns: everything that may change while the service runs. A Server
// does not change it, and nobody else may.
type Config struct {
	Base     Policy   // holds where none of Policies does
	Policies []Policy // the first one that matches a request holds
	Tokens   []Token  // none: requests need no token
	Webhooks []Webhook
	Proxies  Proxies

	// Network says how the network is asked about links; nil means not at all. Addresses that are not
	// public are never asked.
	Network *links.ProbeOptions
}

// Policy says how the drafts of some callers are checked.
type Policy struct {
	Name string // for the audit; "" for the base

	// The policy holds for requests with one of the Tokens (names), about a page of one of the Sites
	// (host names; subdomains are meant too), and of one of the Channels. An empty list means any.
	Tokens, Sites, Channels []string

	Check    checker.Options  // the request's own options go before, unless Locked
	Lexicons []report.Lexicon // what Check.Lexicons are called in answers, the built-in one first
	Links    string           // off, local or all
	FailOn   checker.Level    // findings of this level and graver ones block; Off means nothing does
	Locked   bool             // requests may not change what is checked
	Override bool             // an editor may publish in spite of findings, with a reason
}

// Token is what a caller proves its right with.
type Token struct {
	Name    string
	Hash    [32]byte // SHA-256 of the secret
	Scopes  []string
	Rate    float64   // requests a second; 0 means no limit
	Expires time.Time // zero: never
}

// Scopes are the rights that a token can have. Admin has all of them.
var Scopes = []string{"check", "links", "audit", "override", "admin"}

func (t *Token) may(scope string) bool {
	return slices.Contains(t.Scopes, scope) || slices.Contains(t.Scopes, "admin")
}

// state is a Config with what is made of it.
type state struct {
	*Config
	policies []*Policy // the base first
	units    *units
	tokens   map[[32]byte]*caller
}

func newState(cfg *Config, limits Limits) (*state, error) {
	st := &state{Config: cfg, tokens: map[[32]byte]*caller{}}
	st.units = newUnits(st.probeOptions())
	for i := range cfg.Tokens {
		t := &cfg.Tokens[i]
		for _, s := range t.Scopes {
			if !slices.Contains(Scopes, s) {
				return nil, fmt.Errorf("token %s: unknown scope %q; use %s", t.Name, s, strings.Join(Scopes, ", "))
			}
		}
		if _, twice := st.tokens[t.Hash]; twice {
			return nil, fmt.Errorf("token %s: it is there twice", t.Name)
		}
		st.tokens[t.Hash] = newCaller(t)
	}
	// What cannot be checked with is found now and not by the first request.
	for _, p := range append([]Policy{cfg.Base}, cfg.Policies...) {
		p.Check.MaxFindings = limits.Findings
		st.policies = append(st.policies, &p)
		if _, err := st.units.get(&p, &ask{}); err != nil {
			if p.Name != "" {
				err = fmt.Errorf("policy %s: %w", p.Name, err)
			}
			return nil, err
		}
	}
	for _, h := range cfg.Webhooks {
		if h.Policy != "" && st.named(h.Policy).Name != h.Policy {
			return nil, fmt.Errorf("webhook %s: there is no policy %q", h.Name, h.Policy)
		}
	}
	return st, nil
}

// policy returns what holds for a request.
func (st *state) policy(who *Token, a *ask) *Policy {
	if a.policy != "" {
		return st.named(a.policy)
	}
	host := ""
	if u, err := url.Parse(a.url); err == nil {
		host = strings.ToLower(u.Hostname())
	}
	for _, p := range st.policies[1:] {
		if (len(p.Tokens) == 0 || who != nil && slices.Contains(p.Tokens, who.Name)) &&
			(len(p.Sites) == 0 || slices.ContainsFunc(p.Sites, func(s string) bool { return within(host, s) })) &&
			(len(p.Channels) == 0 || slices.Contains(p.Channels, a.channel)) {
			return p
		}
	}
	return st.policies[0]
}

// within reports whether a host is a site or below it.
func within(host, site string) bool {
	site = strings.ToLower(site)
	return host == site || strings.HasSuffix(host, "."+site)
}

// profile returns the profile that holds, also when none is named.
func profile(opt *checker.Options) string { return cmp.Or(opt.Profile, checker.Profiles[0]) }
