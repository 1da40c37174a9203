package links

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// offHost reports whether an address has led to another domain.
func offHost(key string, final *url.URL) bool {
	u, err := url.Parse(key)
	if err != nil {
		return false
	}
	a, b := domainOf(u), domainOf(final)
	return a != "" && b != "" && a != b
}

// domainOf returns the domain that somebody has registered, "" when there is none.
func domainOf(u *url.URL) string {
	domain, err := publicsuffix.EffectiveTLDPlusOne(ASCIIHost(u.Hostname()))
	if err != nil {
		return ""
	}
	return domain
}

// elsewhere finds addresses that have led to another site than they name. That is how links are hijacked whose
// domains have been sold, and also how much of the web works, so it depends on what is plain to see: services
// that redirect by trade say nothing, and what looks like the same owner or a door in front of the site is a hint.
func elsewhere(a *Answer) (Problem, bool) {
	if len(a.Chain) < 2 {
		return Problem{}, false
	}
	from, err := url.Parse(a.URL)
	if err != nil {
		return Problem{}, false
	}
	to, err := url.Parse(a.Final)
	if err != nil || !offHost(a.URL, to) {
		return Problem{}, false
	}
	host, reached := ASCIIHost(from.Hostname()), ASCIIHost(to.Hostname())
	if hostTable()["short"][host] || below(hostTable()["resolver"], host) || strings.Contains(unescape(from.RawQuery), reached) {
		return Problem{}, false // it has a finding of its own, or its address says where it leads
	}
	p := problem("off-host", "host", reached)
	name, _, _ := strings.Cut(domainOf(from), ".")
	other, _, _ := strings.Cut(domainOf(to), ".")
	// Files lie in stores of others; a page instead of one is wrong anyway.
	if isAttachment(from.Path) || name == other || below(governments, host) && below(governments, reached) || isLogin(to) {
		p.Level = Info
	}
	return p, true
}

var governments = map[string]bool{government: true}

// isLogin reports whether an address is a door at which visitors say who they are: one label of its host, or one
// part of its path, says so.
func isLogin(u *url.URL) bool {
	words := hostTable()["login"]
	known := func(s string) bool {
		s, _, _ = strings.Cut(lower(s), ".")
		return words[s]
	}
	return slices.ContainsFunc(strings.Split(ASCIIHost(u.Hostname()), "."), known) || slices.ContainsFunc(strings.Split(u.Path, "/"), known)
}
