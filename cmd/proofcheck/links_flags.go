package main

import (
	"cmp"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/urfave/cli/v2"

	"proofcheck/links"
)

func (p *program) linksFlags() []cli.Flag {
	flags := []cli.Flag{
		p.flag("format", "f", strings.Join(linkForms, "|")),
		p.flag("output", "o", "FILE"),
		p.flag("fail-on", "", strings.Join(failOns, "|")),
		p.flag("min-level", "", strings.Join(minLevels, "|")),
		p.flag("depth", "", "N"),
		p.flag("max-pages", "", "N"),
		p.flag("root", "", "DIR"),
		p.flag("base-url", "", "URL"),
		p.flag("slugs", "", "github|hugo|pandoc"),
		p.listFlag("own", "", "HOST"),
		p.listFlag("allow-domain", "", "DOMAIN"),
		p.listFlag("block-domain", "", "DOMAIN[=NOTE]"),
		p.listFlag("exclude", "", "PATTERN"),
		p.listFlag("include", "", "PATTERN"),
		p.listFlag("accept", "", "[HOST=]CODE,…"),
		p.listFlag("remap", "", "URL=URL"),
		p.listFlag("header", "", "HOST=NAME: VALUE"),
		p.listFlag("credentials", "", "HOST=VARIABLE"),
		p.flag("user-agent", "", "TEXT"),
		p.flag("timeout", "", "SECONDS"),
		p.flag("retries", "", "N"),
		p.flag("connections", "", "N"),
		p.flag("per-host", "", "N"),
		p.flag("rate", "", "N"),
		p.flag("cache", "", "FILE"),
		p.flag("jobs", "j", "N"),
	}
	return append(flags, p.flags("offline", "public-only", "no-cache", "refresh", "no-robots", "no-sitemap", "no-progress", "quiet,q")...)
}

// linkRun is one run of the command links.
type linkRun struct {
	*program
	form, file string
	least      links.Level
	failOn     links.Level
	never      bool // the exit code does not depend on findings
	quiet      bool
	offline    bool
	robots     bool
	sitemap    bool
	depth      int
	maxPages   int
	jobs       int
	perHost    int     // of the own site
	rate       float64 // of the own site
	root       string
	tree       links.TreeOptions
	options    links.Options
	probe      links.ProbeOptions
	cache      string
	bar        *linkBar
}

// linkRun reads the flags.
func (p *program) linkRun(c *cli.Context) (*linkRun, error) {
	r := &linkRun{program: p, quiet: c.Bool("quiet"), offline: c.Bool("offline"), robots: !c.Bool("no-robots"), sitemap: !c.Bool("no-sitemap"), root: c.String("root")}
	r.file = c.String("output")
	byName := strings.TrimPrefix(filepath.Ext(r.file), ".")
	if !slices.Contains(linkForms, byName) {
		byName = linkForms[0]
	}
	var err error
	if r.form, err = p.choice(c, "format", linkForms, byName); err != nil {
		return nil, err
	}
	if r.form == "xlsx" && r.file == "" && isTerminal(p.stdout) {
		return nil, p.fail("output.binary", "form", "xlsx")
	}
	levels := []links.Level{links.Error, links.Warning, links.Info}
	failOn, err := p.choice(c, "fail-on", failOns, "error")
	if err != nil {
		return nil, err
	}
	if i := slices.Index(failOns, failOn); i < len(levels) {
		r.failOn = levels[i]
	} else {
		r.never = true
	}
	least, err := p.choice(c, "min-level", minLevels, "info")
	if err != nil {
		return nil, err
	}
	r.least = levels[slices.Index(minLevels, least)]
	if r.tree.Slugs, err = p.slugs(c); err != nil {
		return nil, err
	}
	if s := c.String("base-url"); s != "" {
		u, err := links.Resolve(nil, s)
		if err != nil || u.Host == "" {
			return nil, p.fail("links.address", "value", s)
		}
		r.tree.BaseURL, r.options.Page = u, u
	}
	r.options.Own = c.StringSlice("own")
	r.options.Allowed = c.StringSlice("allow-domain")
	for _, b := range c.StringSlice("block-domain") {
		domain, note, _ := strings.Cut(b, "=")
		r.options.Blocked = append(r.options.Blocked, links.Blocked{Domain: domain, Note: note})
	}
	if err := r.counts(c); err != nil {
		return nil, err
	}
	if err := r.network(c); err != nil {
		return nil, err
	}
	if !c.Bool("no-progress") && !r.quiet && isTerminal(p.stderr) {
		r.bar = p.newLinkBar()
	}
	return r, nil
}

func (p *program) slugs(c *cli.Context) (links.Slugs, error) {
	name := cmp.Or(c.String("slugs"), links.GitHub.String())
	s, ok := links.ParseSlugs(name)
	if !ok {
		return s, p.fail("usage.choice", "flag", "--slugs", "value", name, "values", "github, hugo, pandoc")
	}
	return s, nil
}

// counts reads the flags that are numbers.
func (r *linkRun) counts(c *cli.Context) error {
	r.depth, r.maxPages, r.probe.Retries = 5, 100_000, 2
	seconds := 0
	rate := -1
	for name, to := range map[string]*int{
		"depth": &r.depth, "max-pages": &r.maxPages, "retries": &r.probe.Retries, "connections": &r.probe.Global,
		"per-host": &r.perHost, "timeout": &seconds, "rate": &rate, "jobs": &r.jobs,
	} {
		s := c.String(name)
		if s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return r.fail("usage.number", "flag", "--"+name, "value", s)
		}
		*to = n
	}
	if r.probe.Retries == 0 {
		r.probe.Retries = -1
	}
	switch {
	case rate == 0:
		r.rate = -1
	case rate > 0:
		r.rate = float64(rate)
	}
	r.probe.Timeout = time.Duration(seconds) * time.Second
	return nil
}

// network reads the flags about what is asked, and how.
func (r *linkRun) network(c *cli.Context) error {
	r.probe.UserAgent = c.String("user-agent")
	r.probe.PublicOnly = c.Bool("public-only")
	r.probe.Proxy = http.ProxyFromEnvironment
	r.probe.Refresh = c.Bool("refresh")
	r.probe.Hosts = map[string]*links.HostOptions{}
	host := func(name string) *links.HostOptions {
		name = links.ASCIIHost(name)
		if r.probe.Hosts[name] == nil {
			r.probe.Hosts[name] = &links.HostOptions{Header: http.Header{}}
		}
		return r.probe.Hosts[name]
	}
	for _, s := range c.StringSlice("accept") {
		name, codes, ok := strings.Cut(s, "=")
		if !ok {
			name, codes = "", s
		}
		for code := range strings.SplitSeq(codes, ",") {
			n, err := strconv.Atoi(code)
			if err != nil || n < 100 || n > 999 {
				return r.fail("usage.number", "flag", "--accept", "value", s)
			}
			if name == "" {
				r.probe.Accept = append(r.probe.Accept, n)
			} else {
				host(name).Accept = append(host(name).Accept, n)
			}
		}
	}
	for _, s := range c.StringSlice("header") {
		name, line, ok := strings.Cut(s, "=")
		key, value, colon := strings.Cut(line, ":")
		if !ok || !colon {
			return r.fail("links.header", "value", s)
		}
		host(name).Header.Set(strings.TrimSpace(key), os.ExpandEnv(strings.TrimSpace(value)))
	}
	for _, s := range c.StringSlice("credentials") {
		name, variable, _ := strings.Cut(s, "=")
		user, password, ok := strings.Cut(os.Getenv(variable), ":")
		if !ok {
			return r.fail("links.credentials", "value", s)
		}
		host(name).User, host(name).Password = user, password
	}
	if err := r.patterns(c.StringSlice("exclude"), c.StringSlice("include")); err != nil {
		return err
	}
	if err := r.remap(c.StringSlice("remap")); err != nil {
		return err
	}
	if !c.Bool("no-cache") {
		r.cache = c.String("cache")
		if r.cache == "" {
			if dir, err := os.UserCacheDir(); err == nil {
				r.cache = filepath.Join(dir, "proofcheck", "links.db")
			}
		}
	}
	return nil
}

// patterns makes the function that leaves addresses out. An address is asked when it matches an
// include pattern, or no exclude pattern.
func (r *linkRun) patterns(exclude, include []string) error {
	for _, g := range slices.Concat(exclude, include) {
		if !doublestar.ValidatePattern(g) {
			return r.fail("links.pattern", "value", g)
		}
	}
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
	r.probe.Exclude = func(u *url.URL) bool {
		if matches(include, u) {
			return false
		}
		return len(exclude) == 0 || matches(exclude, u)
	}
	return nil
}

// remap makes the function that sends requests elsewhere.
func (r *linkRun) remap(list []string) error {
	type pair struct{ from, to string }
	var pairs []pair
	for _, s := range list {
		// An address may have "=" in its query, so the other one's scheme tells where it ends.
		i := max(strings.LastIndex(s, "=http://"), strings.LastIndex(s, "=https://"))
		if i < 0 || !strings.HasPrefix(s, "http") {
			return r.fail("links.remap", "value", s)
		}
		pairs = append(pairs, pair{s[:i], s[i+1:]})
	}
	if len(pairs) == 0 {
		return nil
	}
	r.probe.Rewrite = func(u *url.URL) *url.URL {
		text := u.String()
		for _, p := range pairs {
			if rest, ok := strings.CutPrefix(text, p.from); ok {
				if v, err := url.Parse(p.to + rest); err == nil {
					return v
				}
			}
		}
		return nil
	}
	return nil
}
