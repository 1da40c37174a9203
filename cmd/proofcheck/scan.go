package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/batch"
	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/store"
)

func (p *program) scanFlags() []cli.Flag {
	flags := []cli.Flag{
		p.flag("store", "", "FILE|postgres://…"),
		p.flag("files-from", "", "FILE|-"),
		p.listFlag("map", "", "FIELD=COLUMN,…"),
		p.flag("query", "", "SQL"),
		p.flag("key", "", "COLUMN"),
		p.flag("input-format", "", "html|markdown|text"),
		p.flag("charset", "", "NAME"),
		p.flag("max-size", "", "MIB"),
		p.flag("from", "", "YYYY-MM-DD"),
		p.flag("until", "", "YYYY-MM-DD"),
		p.listFlag("column", "", "COLUMN"),
		p.listFlag("include", "", "GLOB"),
		p.listFlag("exclude", "", "GLOB"),
		p.flag("reply-days", "", "N"),
		p.flag("limit", "", "N"),
		p.flag("sample", "", "N"),
		p.flag("rate", "", "N"),
		p.flag("patience", "", "SECONDS"),
		p.flag("jobs", "j", "N"),
		p.flag("depth", "", "N"),
		p.flag("max-pages", "", "N"),
		p.flag("profile", "", strings.Join(checker.Profiles, "|")),
		p.listFlag("only", "", "RULE,…"),
		p.listFlag("skip", "", "RULE,…"),
		p.flag("min-level", "", strings.Join(minLevels, "|")),
		p.flag("links", "", "all|local|off"),
		p.listFlag("lexicon", "", "[CATEGORY=]FILE"),
		p.flag("roster", "", "FILE"),
		p.flag("model", "", "FILE"),
		p.flag("typo-model", "", "FILE"),
		p.flag("config", "c", "FILE"),
		p.flag("format", "f", "text|json"),
	}
	return append(flags, p.flags("status", "recheck", "all", "no-robots", "no-sitemap", "public-only", "no-builtin", "no-config", "json-progress", "no-progress", "quiet,q")...)
}

// scanRun is one run of the command scan.
type scanRun struct {
	*program
	settings *settings
	section  section
	source   batch.SourceOptions
	scan     batch.Scan
	form     string
	bar      *scanBar
	spread   bool // over machines
	shown    int  // failures that were told one by one
	hidden   int
}

// scan checks archives into a store.
func (p *program) scan(c *cli.Context) error {
	dsn := c.String("store")
	if dsn == "" {
		return p.fail("scan.no-store")
	}
	r := &scanRun{program: p}
	var err error
	if r.form, err = p.choice(c, "format", []string{"text", "json"}, "text"); err != nil {
		return err
	}
	ctx, stop := untilStopped()
	defer stop()
	if c.Bool("status") {
		return r.status(ctx, c, dsn)
	}
	if err := r.flags(c); err != nil {
		return err
	}
	if err := r.examiner(nil); err != nil {
		return err
	}
	if err := r.sources(ctx, c); err != nil {
		return err
	}
	defer r.close()
	s, err := store.Open(ctx, dsn)
	if err != nil && ctx.Err() != nil {
		return &exit{exitInterrupted, problem(p.say("scan.interrupted"))}
	}
	if err != nil {
		return p.fail("scan.store", "error", p.reason(err))
	}
	defer s.Close()
	r.scan.Store = s
	return r.run(ctx)
}

// flags reads what concerns the run.
func (r *scanRun) flags(c *cli.Context) (err error) {
	s := &settings{configs: &configs{p: r.program, byDir: map[string]*config{}}}
	r.settings = s
	if err := r.findConfig(c, s); err != nil {
		return err
	}
	if s.root.lang != "" && c.String("lang") == "" {
		r.lang = s.root.lang
	}
	if err := r.sectionOf(c, s); err != nil {
		return err
	}
	r.section = s.root.section.merge(s.section)
	if r.section.links == "all" && !r.spread {
		return r.fail("usage.choice", "flag", "--links", "value", "all", "values", "local, off")
	}
	numbers := map[string]int{"jobs": s.root.jobs, "limit": 0, "sample": 0, "rate": 0, "patience": 600, "reply-days": 0, "max-size": batch.MaxSize >> 20, "depth": 5, "max-pages": 0}
	for name, otherwise := range numbers {
		if numbers[name], err = r.number(c, name, otherwise); err != nil {
			return err
		}
	}
	r.scan.Jobs, r.scan.Limit, r.scan.Sample, r.scan.Rate = numbers["jobs"], int64(numbers["limit"]), numbers["sample"], float64(numbers["rate"])
	r.scan.Patience = max(time.Second, time.Duration(numbers["patience"])*time.Second)
	r.scan.Again, r.scan.Recheck = c.Bool("all"), c.Bool("recheck")
	if r.scan.Sample > 0 && r.scan.Recheck {
		return r.fail("usage.both", "a", "--sample", "b", "--recheck")
	}
	r.scan.Command = r.command()
	r.source.MaxSize = int64(max(1, numbers["max-size"])) << 20
	r.scan.Examiner = &batch.Examiner{Lang: r.lang, MaxSize: r.source.MaxSize, ReplyDays: numbers["reply-days"], Explain: r.reason}
	r.source.Site = links.CrawlOptions{Depth: numbers["depth"], MaxPages: numbers["max-pages"], IgnoreRobots: c.Bool("no-robots"), NoSitemap: c.Bool("no-sitemap"), Own: r.section.site.own}
	r.source.Charset = r.section.charset
	if err := r.filter(c); err != nil {
		return err
	}
	if !c.Bool("quiet") && !c.Bool("no-progress") || c.Bool("json-progress") {
		r.bar = r.newScanBar(c.Bool("json-progress"))
	}
	return nil
}

// filter reads what of the sources is wanted, and how they are read.
func (r *scanRun) filter(c *cli.Context) error {
	f := &r.scan.Filter
	for name, to := range map[string]*lexicon.Date{"from": &f.From, "until": &f.Until} {
		if day := c.String(name); day != "" {
			var ok bool
			if *to, ok = lexicon.ParseDate(day); !ok {
				return r.fail("usage.date", "value", day)
			}
		}
	}
	f.Columns, f.Include = c.StringSlice("column"), c.StringSlice("include")
	f.Exclude = slices.Concat(r.settings.root.exclude, c.StringSlice("exclude"))
	if name := c.String("input-format"); name != "" {
		if r.source.Format = formats.Named(name); r.source.Format == nil {
			return r.fail("usage.choice", "flag", "--input-format", "value", name, "values", "html, markdown, text")
		}
	}
	fields, err := batch.ParseFields(strings.Join(c.StringSlice("map"), ","))
	if err != nil {
		return r.fail("scan.map", "error", err.Error())
	}
	r.source.Fields, r.source.Query, r.source.Key = fields, c.String("query"), c.String("key")
	return nil
}

// command is what the user has typed, without passwords.
func (r *scanRun) command() string {
	args := slices.Clone(r.args)
	for i, a := range args {
		flag, address, _ := strings.Cut(a, "=")
		if !strings.Contains(flag, "://") && strings.Contains(address, "://") {
			if u, err := url.Parse(address); err == nil {
				args[i] = flag + "=" + u.Redacted()
			}
		} else if u, err := url.Parse(a); err == nil && strings.Contains(a, "://") {
			args[i] = u.Redacted()
		}
	}
	return "proofcheck " + strings.Join(args, " ")
}

func isSite(spec string) bool {
	return strings.HasPrefix(spec, "http://") || strings.HasPrefix(spec, "https://")
}

// network makes what asks sites for their pages.
func (r *scanRun) network(c *cli.Context) error {
	opt, err := r.section.site.probe(r.program)
	if err != nil {
		return err
	}
	opt.PublicOnly = opt.PublicOnly || c.Bool("public-only")
	opt.MaxBody = r.source.MaxSize
	r.source.Site.Prober = links.NewProber(opt)
	return nil
}

// sources opens what is to be read.
func (r *scanRun) sources(ctx context.Context, c *cli.Context) error {
	specs := c.Args().Slice()
	list := c.String("files-from")
	if len(specs) == 0 && list == "" {
		return r.fail("scan.no-source")
	}
	if slices.ContainsFunc(specs, isSite) {
		if err := r.network(c); err != nil {
			return err
		}
	}
	for _, spec := range specs {
		s, err := batch.Open(ctx, spec, r.source)
		if err != nil {
			r.close()
			shownSpec := spec
			if u, e := url.Parse(spec); e == nil && strings.Contains(spec, "://") {
				shownSpec = u.Redacted()
			}
			return r.fail("scan.source", "source", shown(shownSpec), "error", r.reason(err))
		}
		r.scan.Sources = append(r.scan.Sources, s)
	}
	if list != "" {
		paths, err := r.readList(list)
		if err != nil {
			r.close()
			return err
		}
		r.scan.Sources = append(r.scan.Sources, batch.OpenList("list:"+shown(list), paths, r.source))
	}
	names := map[string]bool{}
	for _, s := range r.scan.Sources {
		if names[s.Name] {
			r.close()
			return r.fail("scan.twice", "source", s.Name)
		}
		names[s.Name] = true
	}
	return nil
}

func (r *scanRun) close() {
	for _, s := range r.scan.Sources {
		if s.Close != nil {
			s.Close()
		}
	}
	if p := r.source.Site.Prober; p != nil {
		p.Close()
	}
}

// mostFailures is how many records that could not be checked are told one by one; the store has all.
const mostFailures = 50

// hooks lets the scan tell how it goes.
func (r *scanRun) hooks() {
	r.scan.Progress = r.bar.show
	r.scan.Failed = func(_, key, reason string) {
		if r.shown++; r.shown > mostFailures {
			r.hidden++
			return
		}
		r.tell(r.say("check.failed", "path", shown(key), "error", shown(reason)))
	}
	r.scan.Waiting = func(err error, wait time.Duration) {
		r.tell(r.say("scan.waiting", "error", r.reason(err), "seconds", fmt.Sprint(int(wait.Seconds()+0.5))))
	}
}

// run runs the scan and says how it went.
func (r *scanRun) run(ctx context.Context) error {
	r.hooks()
	out, err := r.scan.Run(ctx)
	r.bar.clear()
	if out == nil {
		return r.fail("scan.store", "error", r.reason(err))
	}
	return r.conclude(ctx, out, err)
}

// conclude says how a run went.
func (r *scanRun) conclude(ctx context.Context, out *batch.Outcome, err error) error {
	if r.hidden > 0 {
		r.complain(r.say("scan.more-failed", "n", fmt.Sprint(r.hidden)))
	}
	if e := r.summary(out); e != nil {
		return e
	}
	interrupted := ctx.Err() != nil
	for _, e := range flatten(err) {
		var src *batch.SourceError
		switch {
		case errors.As(e, &src):
			r.complain(r.say("scan.source", "source", shown(src.Source), "error", r.reason(src.Err)))
		case interrupted && errors.Is(e, context.Canceled):
		case store.Full(e):
			r.complain(r.say("scan.full"))
		default:
			r.complain(r.say("scan.stopped", "error", r.reason(e)))
		}
	}
	switch {
	case interrupted:
		return &exit{exitInterrupted, problem(r.say("scan.interrupted"))}
	case err != nil, out.Run.Failed > 0:
		return &exit{code: exitFailed}
	}
	return nil
}

// flatten returns the errors that are joined in one.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range j.Unwrap() {
			out = append(out, flatten(e)...)
		}
		return out
	}
	return []error{err}
}

// tell writes a line between the progress.
func (r *scanRun) tell(text string) {
	r.bar.clear()
	r.complain(text)
}
