package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/urfave/cli/v2"

	"proofcheck/formats"
	"proofcheck/links"
)

// linkForms are the forms of the report of links.
var linkForms = []string{"text", "json", "csv", "xlsx"}

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

// links checks the links of a folder, a page or a site.
func (p *program) links(c *cli.Context) error {
	if c.NArg() == 0 {
		return p.fail("usage.no-links")
	}
	if c.NArg() > 1 {
		return p.fail("usage.arguments", "name", c.Args().Get(1))
	}
	run, err := p.linkRun(c)
	if err != nil {
		return err
	}
	out, done, err := run.open()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	report, err := run.check(ctx, c.Args().First())
	run.bar.clear()
	if report == nil {
		done(false)
		return err
	}
	interrupted := ctx.Err() != nil && errors.Is(err, context.Canceled)
	report.Findings = slices.DeleteFunc(report.Findings, func(f links.Finding) bool { return f.Level < run.least })
	err = run.write(out, report)
	if e := done(err == nil); err == nil {
		err = e
	}
	if err != nil {
		return p.fail("output.write", "error", p.reason(err))
	}
	return run.exit(report, interrupted)
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

// check checks what the argument names.
func (r *linkRun) check(ctx context.Context, arg string) (*links.Report, error) {
	site := strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://")
	if site && r.offline {
		return nil, r.fail("links.no-network", "path", arg)
	}
	var prober *links.Prober
	if !r.offline {
		if r.cache != "" {
			cache, err := links.OpenCache(r.cache)
			if err != nil {
				r.complain(r.say("links.cache", "path", shown(r.cache), "error", r.reason(err)))
			} else {
				defer cache.Close()
				r.probe.Cache = cache
			}
		}
		own := map[string]bool{}
		mine := func(host, key string) {
			own[links.ASCIIHost(host)] = true
			// The limits that were asked for are those of the own site; strangers are always spared.
			if r.probe.Hosts[key] == nil {
				r.probe.Hosts[key] = &links.HostOptions{}
			}
			r.probe.Hosts[key].PerHost, r.probe.Hosts[key].Rate = r.perHost, r.rate
		}
		for _, h := range r.options.Own {
			mine(h, links.ASCIIHost(h))
		}
		if start, err := url.Parse(arg); site && err == nil {
			mine(start.Hostname(), links.HostKey(start))
		}
		if b := r.tree.BaseURL; b != nil {
			mine(b.Hostname(), links.HostKey(b))
		}
		r.probe.Own = func(host string) bool { return own[links.ASCIIHost(host)] }
		prober = links.NewProber(r.probe)
		defer prober.Close()
	}
	if site {
		return r.site(ctx, prober, arg)
	}
	return r.folder(ctx, prober, arg)
}

func (r *linkRun) site(ctx context.Context, prober *links.Prober, arg string) (*links.Report, error) {
	start, err := links.Resolve(nil, arg)
	if err != nil || start.Host == "" {
		return nil, r.fail("links.address", "value", arg)
	}
	debug.SetGCPercent(35) // a walk waits for the network, so memory is what counts
	opt := r.options
	opt.Page = nil
	opt.Own = append(slices.Clone(opt.Own), start.Hostname())
	return links.Crawl(ctx, start, links.CrawlOptions{
		Prober: prober, Inspector: links.NewInspector(opt), Own: r.options.Own, Depth: r.depth, MaxPages: r.maxPages,
		IgnoreRobots: !r.robots, NoSitemap: !r.sitemap, Progress: r.bar.set,
	})
}

func (r *linkRun) folder(ctx context.Context, prober *links.Prober, arg string) (*links.Report, error) {
	// The run is short and its memory small; collecting it less often halves the time.
	debug.SetGCPercent(400)
	info, err := os.Stat(arg)
	if err != nil {
		if os.IsNotExist(err) {
			return nil, r.failed(arg, r.missing(arg))
		}
		return nil, r.failed(arg, errors.New(r.reason(err)))
	}
	top, pages := arg, []string(nil)
	if !info.IsDir() {
		top = filepath.Dir(arg)
		pages = []string{""}
	} else {
		r.tree.Rooted = true
	}
	if r.root != "" {
		r.tree.Rooted = true
	}
	if pages != nil || r.root != "" {
		base := cmp.Or(r.root, top, ".")
		rel, err := filepath.Rel(absolute(base), absolute(arg))
		if err != nil || !filepath.IsLocal(rel) {
			return nil, r.fail("links.root", "path", shown(arg), "root", shown(base))
		}
		top = base
		if pages != nil {
			pages[0] = filepath.ToSlash(rel)
			if f := formats.ByName(arg); f == nil || f == formats.Text {
				return nil, r.fail("links.no-page", "path", shown(arg))
			}
		} else {
			rel = filepath.ToSlash(rel)
			within := links.NewTree(arg, r.tree)
			names, err := within.Pages(nil)
			if err != nil {
				return nil, r.failed(arg, errors.New(r.reason(err)))
			}
			pages = []string{}
			for _, n := range names {
				pages = append(pages, strings.TrimPrefix(rel+"/"+n, "./"))
			}
		}
	}
	opt := links.FolderOptions{
		Tree: links.NewTree(top, r.tree), Inspector: links.NewInspector(r.options), Prober: prober, Screen: true, Jobs: r.jobs, Progress: r.bar.set,
	}
	if pages != nil {
		return links.CheckPages(ctx, pages, opt)
	}
	return links.CheckFolder(ctx, opt)
}

func (r *linkRun) failed(path string, err error) error {
	return r.fail("check.failed", "path", shown(path), "error", err.Error())
}

// exit chooses the exit code.
func (r *linkRun) exit(report *links.Report, interrupted bool) error {
	code := exitClean
	for _, f := range report.Findings {
		if !r.never && f.Level >= r.failOn {
			code = exitFindings
		}
	}
	for _, f := range report.Failed {
		r.complain(r.failed(f.Page, errors.New(r.reason(f.Err))).Error())
		code = exitFailed
	}
	if interrupted {
		code = exitInterrupted
	}
	if code == exitClean {
		return nil
	}
	return &exit{code: code}
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
