package main

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/links"
	"proofcheck/report"
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
		p.listFlag("remap", "", "URL=URL|DIR"),
		p.listFlag("header", "", "HOST=NAME: VALUE"),
		p.listFlag("credentials", "", "HOST=VARIABLE"),
		p.flag("user-agent", "", "TEXT"),
		p.flag("timeout", "", "SECONDS"),
		p.flag("retries", "", "N"),
		p.flag("connections", "", "N"),
		p.flag("per-host", "", "N"),
		p.flag("rate", "", "N"),
		p.flag("cache", "", "FILE"),
		p.listFlag("cache-ttl", "", "[VERDICT=]TIME"),
		p.flag("jobs", "j", "N"),
		p.flag("config", "c", "FILE"),
	}
	return append(flags, p.flags("no-config", "offline", "public-only", "no-cache", "refresh", "no-robots", "no-sitemap", "no-progress", "quiet,q")...)
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
	site       site
	rooted     bool // a flag names the root
	tree       links.TreeOptions
	options    links.Options
	probe      links.ProbeOptions
	cache      string
	bar        *linkBar
}

// linkRun reads the flags, and the config that holds for what is checked.
func (p *program) linkRun(c *cli.Context) (*linkRun, error) {
	conf, err := p.linkConfig(c)
	if err != nil {
		return nil, err
	}
	r := &linkRun{program: p, quiet: c.Bool("quiet"), offline: c.Bool("offline"), robots: !c.Bool("no-robots"), sitemap: !c.Bool("no-sitemap")}
	r.file = c.String("output")
	byName := linkForms[0]
	if form := report.ByExtension(r.file); form != nil {
		byName = form.Name
	}
	if r.form, err = p.choice(c, "format", linkForms, byName); err != nil {
		return nil, err
	}
	if r.form == "xlsx" && r.file == "" && isTerminal(p.stdout) {
		return nil, p.fail("output.binary", "form", "xlsx")
	}
	if err := r.levels(c, conf); err != nil {
		return nil, err
	}
	section, _ := conf.sectionFor(c.Args().First())
	flags, err := p.siteFlags(c)
	if err != nil {
		return nil, err
	}
	r.site = section.site.merge(flags)
	r.rooted = flags.root != ""
	r.options = r.site.inspector()
	if r.tree, err = r.site.tree(p); err != nil {
		return nil, err
	}
	if !r.offline {
		if r.probe, err = r.site.probe(p); err != nil {
			return nil, err
		}
	}
	r.probe.UserAgent, r.probe.Refresh = c.String("user-agent"), c.Bool("refresh")
	if !c.Bool("no-cache") {
		r.cache = cmp.Or(c.String("cache"), cachePath())
	}
	if err := r.counts(c); err != nil {
		return nil, err
	}
	if !c.Bool("no-progress") && !r.quiet && isTerminal(p.stderr) {
		r.bar = p.newLinkBar()
	}
	return r, nil
}

// linkConfig returns the config of the folder that is checked, of the working directory for an address.
func (p *program) linkConfig(c *cli.Context) (*config, error) {
	cs := &configs{p: p, byDir: map[string]*config{}}
	if err := p.fixConfig(c, cs); err != nil {
		return nil, err
	}
	dir := c.Args().First()
	switch info, err := os.Stat(dir); {
	case err != nil:
		dir = "."
	case !info.IsDir():
		dir = filepath.Dir(dir)
	}
	conf, err := cs.forDir(dir)
	if err == nil && conf.lang != "" && c.String("lang") == "" {
		p.lang = conf.lang
	}
	return conf, err
}

// levels reads what is shown, and what makes the exit code 1.
func (r *linkRun) levels(c *cli.Context, conf *config) error {
	levels := []links.Level{links.Error, links.Warning, links.Info}
	failOn, err := r.choice(c, "fail-on", failOns, cmp.Or(conf.failOn, "error"))
	if err != nil {
		return err
	}
	if i := slices.Index(failOns, failOn); i < len(levels) {
		r.failOn = levels[i]
	} else {
		r.never = true
	}
	least, err := r.choice(c, "min-level", minLevels, "info")
	if err != nil {
		return err
	}
	r.least = levels[slices.Index(minLevels, least)]
	return nil
}

// siteFlags reads the flags that a config can hold.
func (p *program) siteFlags(c *cli.Context) (site, error) {
	s := site{
		own: c.StringSlice("own"), allowed: c.StringSlice("allow-domain"), blocked: c.StringSlice("block-domain"),
		base: c.String("base-url"), slugs: c.String("slugs"),
		exclude: c.StringSlice("exclude"), include: c.StringSlice("include"), accept: c.StringSlice("accept"),
		headers: c.StringSlice("header"), credentials: c.StringSlice("credentials"), ttl: c.StringSlice("cache-ttl"),
	}
	if root := c.String("root"); root != "" {
		s.root = absolute(root)
	}
	if c.Bool("public-only") {
		yes := true
		s.publicOnly = &yes
	}
	for _, text := range c.StringSlice("remap") {
		m, ok := parseRemap(text, absolute)
		if !ok {
			return s, p.fail("links.remap", "value", text)
		}
		s.remap = append(s.remap, m)
	}
	for _, text := range s.ttl {
		if _, _, ok := parseTTL(text); !ok {
			return s, p.fail("links.ttl", "value", text)
		}
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
