package main

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"proofcheck/formats"
	"proofcheck/links"
)

// linkForms are the forms of the report of links.
var linkForms = []string{"text", "json", "csv", "xlsx", "jsonl", "sarif", "rdjson", "github", "junit", "html"}

// links checks the links of a folder, a page or a site.
func (p *program) links(c *cli.Context) error {
	if c.NArg() == 0 {
		return p.fail("usage.no-links")
	}
	if c.NArg() > 1 {
		return p.fail("usage.arguments", "name", c.Args().Get(1))
	}
	// Folders are short runs with small memory; collecting it less often halves the time.
	debug.SetGCPercent(800)
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
	if err != nil && !interrupted {
		run.complain(run.say("links.cache", "path", shown(run.cache), "error", run.reason(err)))
	}
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

// check checks what the argument names.
func (r *linkRun) check(ctx context.Context, arg string) (*links.Report, error) {
	site := strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://")
	if site && r.offline {
		return nil, r.fail("links.no-network", "path", arg)
	}
	cache, err := r.openCache(r.cache, &r.site)
	if err != nil {
		return nil, err
	}
	defer cache.Close() // of a run without the network only the history of problems is kept
	var prober *links.Prober
	if !r.offline {
		r.probe.Cache = cache
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
		return r.walk(ctx, prober, arg)
	}
	return r.folder(ctx, prober, cache, arg)
}

func (r *linkRun) walk(ctx context.Context, prober *links.Prober, arg string) (*links.Report, error) {
	start, err := links.Resolve(nil, arg)
	if err != nil || start.Host == "" {
		return nil, r.fail("links.address", "value", arg)
	}
	spareMemory()
	opt := r.options
	opt.Page = nil
	opt.Own = append(slices.Clone(opt.Own), start.Hostname())
	return links.Crawl(ctx, start, links.CrawlOptions{
		Prober: prober, Inspector: links.NewInspector(opt), Own: r.options.Own, Depth: r.depth, MaxPages: r.maxPages,
		IgnoreRobots: !r.robots, NoSitemap: !r.sitemap, Progress: r.bar.set,
	})
}

func (r *linkRun) folder(ctx context.Context, prober *links.Prober, cache *links.Cache, arg string) (*links.Report, error) {
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
	root := r.site.root
	if root != "" {
		// A folder outside of the site that a config names is a site of its own.
		if rel, err := filepath.Rel(root, absolute(arg)); !r.rooted && (err != nil || !filepath.IsLocal(rel)) {
			root, r.tree.Rooted = "", pages == nil
		}
	}
	if pages != nil || root != "" {
		base := cmp.Or(root, top, ".")
		rel, err := filepath.Rel(absolute(base), absolute(arg))
		if err != nil || !filepath.IsLocal(rel) {
			return nil, r.fail("links.root", "path", shown(arg), "root", shown(base))
		}
		top = base
		if pages != nil {
			pages[0] = filepath.ToSlash(rel)
			if formats.ByName(arg) == nil {
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
		Tree: links.NewTree(top, r.tree), Inspector: links.NewInspector(r.options), Prober: prober, History: cache, Screen: true, Jobs: r.jobs, Progress: r.bar.set,
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
