package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"proofcheck/links"
)

// site is what flags or a config say of the site that drafts belong to, and of how links are asked. The
// zero value says nothing.
type site struct {
	own     []string // host names of the own site
	allowed []string // domains that external links may lead to
	blocked []string // retired or forbidden domains: DOMAIN or DOMAIN=NOTE

	base  string // address that root is published at
	root  string // folder that the site serves at /, absolute
	slugs string

	exclude, include []string // patterns of addresses
	accept           []string // [HOST=]CODE,…
	remap            []remapping
	headers          []string // HOST=NAME: VALUE
	credentials      []string // HOST=VARIABLE
	publicOnly       *bool
	ttl              []string // [VERDICT=]TIME
}

// A remapping sends what leads to addresses that begin with from elsewhere.
type remapping struct {
	from string
	to   string // an address; "" when it is a folder
	dir  string // absolute
}

// merge puts what t says over s.
func (s site) merge(t site) site {
	for _, list := range [...]struct{ to, from *[]string }{
		{&s.own, &t.own}, {&s.allowed, &t.allowed}, {&s.blocked, &t.blocked}, {&s.exclude, &t.exclude}, {&s.include, &t.include},
		{&s.accept, &t.accept}, {&s.headers, &t.headers}, {&s.credentials, &t.credentials}, {&s.ttl, &t.ttl},
	} {
		if *list.from != nil {
			*list.to = *list.from
		}
	}
	for _, text := range [...]struct{ to, from *string }{{&s.base, &t.base}, {&s.root, &t.root}, {&s.slugs, &t.slugs}} {
		if *text.from != "" {
			*text.to = *text.from
		}
	}
	if t.remap != nil {
		s.remap = t.remap
	}
	if t.publicOnly != nil {
		s.publicOnly = t.publicOnly
	}
	return s
}

// parseAddress reads an address of the web.
func parseAddress(s string) (*url.URL, bool) {
	u, err := links.Resolve(nil, s)
	return u, err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// parseAccept reads [HOST=]CODE,….
func parseAccept(s string) (host string, codes []int, ok bool) {
	host, list, found := strings.Cut(s, "=")
	if !found {
		host, list = "", s
	}
	for code := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(code))
		if err != nil || n < 100 || n > 999 {
			return "", nil, false
		}
		codes = append(codes, n)
	}
	return links.ASCIIHost(host), codes, true
}

// parseHeader reads HOST=NAME: VALUE.
func parseHeader(s string) (host, name, value string, ok bool) {
	host, line, found := strings.Cut(s, "=")
	name, value, colon := strings.Cut(line, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	valid := name != "" && !strings.ContainsAny(name, " \t\r\n\"(),/:;<=>?@[\\]{}") && !strings.ContainsAny(value, "\r\n")
	return links.ASCIIHost(strings.TrimSpace(host)), name, value, found && colon && host != "" && valid
}

// parseRemap reads URL=URL or URL=FOLDER.
func parseRemap(s string, resolve func(string) string) (remapping, bool) {
	// An address may have "=" in its query, so the other one's scheme tells where it ends.
	i := max(strings.LastIndex(s, "=http://"), strings.LastIndex(s, "=https://"))
	folder := i < 0
	if folder {
		i = strings.IndexByte(s, '=')
	}
	if i < 0 || i+1 == len(s) {
		return remapping{}, false
	}
	if _, ok := parseAddress(s[:i]); !ok {
		return remapping{}, false
	}
	if folder {
		return remapping{from: s[:i], dir: resolve(s[i+1:])}, true
	}
	_, ok := parseAddress(s[i+1:])
	return remapping{from: s[:i], to: s[i+1:]}, ok
}

// parseTTL reads [VERDICT=]TIME. What failed is never kept.
func parseTTL(s string) (v links.Verdict, d time.Duration, ok bool) {
	name, text, found := strings.Cut(s, "=")
	if !found {
		name, text = links.OK.String(), s
	}
	d, err := time.ParseDuration(strings.TrimSpace(text))
	for _, v := range links.Keepable {
		if v.String() == strings.TrimSpace(name) {
			return v, d, err == nil && d >= 0
		}
	}
	return 0, 0, false
}

// inspector returns what judges single targets.
func (s *site) inspector() links.Options {
	opt := links.Options{Own: s.own, Allowed: s.allowed}
	if u, ok := parseAddress(s.base); ok {
		opt.Page = u
	}
	for _, b := range s.blocked {
		domain, note, _ := strings.Cut(b, "=")
		opt.Blocked = append(opt.Blocked, links.Blocked{Domain: domain, Note: note})
	}
	return opt
}

// tree returns how folders become sites.
func (s *site) tree(p *program) (links.TreeOptions, error) {
	opt := links.TreeOptions{Rooted: s.root != ""}
	name := s.slugs
	if name == "" {
		name = links.GitHub.String()
	}
	var ok bool
	if opt.Slugs, ok = links.ParseSlugs(name); !ok {
		return opt, p.fail("usage.choice", "flag", "--slugs", "value", name, "values", strings.Join(slugNames, ", "))
	}
	if s.base != "" {
		if opt.BaseURL, ok = parseAddress(s.base); !ok {
			return opt, p.fail("links.address", "value", s.base)
		}
	}
	for _, m := range s.remap {
		if m.dir == "" {
			continue
		}
		if info, err := os.Stat(m.dir); err != nil || !info.IsDir() {
			return opt, p.fail("links.folder", "value", m.from, "path", shown(near(m.dir)))
		}
		u, _ := parseAddress(m.from)
		opt.Mounts = append(opt.Mounts, links.NewTree(m.dir, links.TreeOptions{Rooted: true, BaseURL: u, Slugs: opt.Slugs}))
	}
	return opt, nil
}

var slugNames = []string{links.GitHub.String(), links.Hugo.String(), links.Pandoc.String()}

// probe returns how the network is asked.
func (s *site) probe(p *program) (links.ProbeOptions, error) {
	opt := links.ProbeOptions{Proxy: http.ProxyFromEnvironment, Hosts: map[string]*links.HostOptions{}}
	opt.PublicOnly = s.publicOnly != nil && *s.publicOnly
	host := func(name string) *links.HostOptions {
		if opt.Hosts[name] == nil {
			opt.Hosts[name] = &links.HostOptions{Header: http.Header{}}
		}
		return opt.Hosts[name]
	}
	for _, a := range s.accept {
		name, codes, ok := parseAccept(a)
		switch {
		case !ok:
			return opt, p.fail("links.accept", "value", a)
		case name == "":
			opt.Accept = append(opt.Accept, codes...)
		default:
			host(name).Accept = append(host(name).Accept, codes...)
		}
	}
	for _, line := range s.headers {
		name, key, value, ok := parseHeader(line)
		if !ok {
			return opt, p.fail("links.header", "value", line)
		}
		missing := ""
		value = os.Expand(value, func(variable string) string {
			text, there := os.LookupEnv(variable)
			if !there {
				missing = variable
			}
			return text
		})
		if missing != "" {
			return opt, p.fail("links.variable", "name", missing, "value", line)
		}
		host(name).Header.Add(key, value)
	}
	for _, c := range s.credentials {
		name, variable, found := strings.Cut(c, "=")
		user, password, ok := strings.Cut(os.Getenv(variable), ":")
		if !found || !ok || name == "" {
			return opt, p.fail("links.credentials", "value", c)
		}
		name = links.ASCIIHost(name)
		host(name).User, host(name).Password = user, password
	}
	for _, g := range append(append([]string(nil), s.exclude...), s.include...) {
		if !doublestar.ValidatePattern(g) {
			return opt, p.fail("links.pattern", "value", g)
		}
	}
	opt.Exclude = excluder(s.exclude, s.include)
	opt.Rewrite = rewriter(s.remap)
	return opt, nil
}

// excluder makes the function that leaves addresses out. An address is asked when it matches an
// include pattern, or no exclude pattern.
func excluder(exclude, include []string) func(*url.URL) bool {
	if len(exclude)+len(include) == 0 {
		return nil
	}
	matches := func(list []string, u *url.URL) bool {
		plain := *u
		plain.Fragment = ""
		for _, g := range list {
			for _, text := range [...]string{plain.String(), plain.Hostname(), plain.Host + plain.Path} {
				if ok, _ := doublestar.Match(g, text); ok {
					return true
				}
			}
		}
		return false
	}
	return func(u *url.URL) bool {
		if matches(include, u) {
			return false
		}
		return len(exclude) == 0 || matches(exclude, u)
	}
}

// rewriter makes the function that sends requests elsewhere.
func rewriter(list []remapping) func(*url.URL) *url.URL {
	some := false
	for _, m := range list {
		some = some || m.to != ""
	}
	if !some {
		return nil
	}
	return func(u *url.URL) *url.URL {
		text := u.String()
		for _, m := range list {
			if rest, ok := strings.CutPrefix(text, m.from); ok && m.to != "" {
				if v, err := url.Parse(m.to + rest); err == nil {
					return v
				}
			}
		}
		return nil
	}
}

// cachePath returns where verdicts are kept unless the user says otherwise; "" when there is no such
// place.
func cachePath() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "proofcheck", "links.db")
}

// openCache opens the cache of verdicts. That it cannot be opened is said and otherwise no harm.
func (p *program) openCache(path string, s *site) (*links.Cache, error) {
	lives := map[links.Verdict]time.Duration{}
	for _, t := range s.ttl {
		v, d, ok := parseTTL(t)
		if !ok {
			return nil, p.fail("links.ttl", "value", t)
		}
		lives[v] = d
	}
	if path == "" {
		return nil, nil
	}
	cache, err := links.OpenCache(path, lives)
	if err != nil {
		p.complain(p.say("links.cache", "path", shown(path), "error", p.reason(err)))
		return nil, nil
	}
	return cache, nil
}
