package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"proofcheck/batch"
	"proofcheck/patrol"
	"proofcheck/store"
)

func (p *program) patrolFlags() []cli.Flag {
	// What concerns other sources than sites is not taken.
	not := []string{"files-from", "map", "query", "key", "input-format", "reply-days", "sample", "status", "recheck", "json-progress", "no-progress", "no-config", "format"}
	flags := slices.DeleteFunc(p.scanFlags(), func(f cli.Flag) bool { return slices.Contains(not, f.Names()[0]) })
	return append(flags, append(p.flags("once"), p.flag("state", "", "FILE"))...)
}

// patrol looks after the sites of the config at the times of their schedules.
func (p *program) patrol(c *cli.Context) error {
	if c.NArg() > 0 {
		return p.fail("usage.arguments", "name", c.Args().First())
	}
	conf, err := p.storeConfig(c)
	if err != nil {
		return err
	}
	pc := conf.patrol
	if pc == nil || len(pc.sites) == 0 {
		return p.fail("patrol.no-sites")
	}
	dsn := cmp.Or(c.String("store"), pc.store)
	if dsn == "" {
		return p.fail("scan.no-store")
	}
	file := cmp.Or(c.String("state"), pc.state)
	if file == "" {
		if strings.Contains(dsn, "://") {
			return p.fail("patrol.no-state")
		}
		file = strings.TrimPrefix(dsn, "sqlite:") + ".patrol.json"
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	first := &scanRun{program: p}
	if err := first.flags(c); err != nil {
		return err
	}
	if err := first.network(c); err != nil {
		return err
	}
	defer first.close()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return p.fail("scan.store", "error", p.reason(err))
	}
	defer s.Close()
	for _, n := range pc.notify {
		if e, ok := n.(*patrol.Email); ok {
			e.Lang = p.lang
		}
	}
	job := &patrol.Patrol{
		Store: s, Sites: pc.sites, Prober: first.source.Site.Prober, State: file, Notify: pc.notify, Always: pc.always, Retired: first.section.site.blocked,
		Log: slog.New(slog.NewTextHandler(p.stderr, nil)),
		Check: func(ctx context.Context, site *patrol.Site) (*store.Run, string, error) {
			return p.checkSite(ctx, c, s, first, site)
		},
	}
	if !c.Bool("once") {
		return p.patrolEnd(job.Run(ctx))
	}
	reports, err := job.Once(ctx)
	matters := false
	for i, r := range reports {
		if i > 0 {
			p.stdout.Write([]byte("\n"))
		}
		if _, err := p.stdout.Write([]byte(r.Text(p.lang))); err != nil {
			return err
		}
		matters = matters || r.Matters()
	}
	if err != nil {
		return p.patrolEnd(err)
	}
	if matters {
		return &exit{code: exitFindings}
	}
	return nil
}

func (p *program) patrolEnd(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return &exit{code: exitInterrupted}
	case errors.Is(err, patrol.ErrRunning):
		return p.fail("patrol.running")
	}
	return p.fail("patrol.failed", "error", p.reason(err))
}

// checkSite checks a site into the store, as scan does.
func (p *program) checkSite(ctx context.Context, c *cli.Context, s *store.Store, first *scanRun, site *patrol.Site) (*store.Run, string, error) {
	r := &scanRun{program: p}
	if err := r.flags(c); err != nil {
		return nil, "", err
	}
	r.bar = nil
	if err := r.examiner(nil); err != nil {
		return nil, "", err
	}
	r.source.Site.Prober = first.source.Site.Prober
	src, err := batch.Open(ctx, site.URL, r.source)
	if err != nil {
		return nil, "", err
	}
	r.scan.Store, r.scan.Sources = s, []*batch.Source{src}
	out, err := r.scan.Run(ctx)
	if out == nil {
		return nil, src.Name, err
	}
	p.complain(p.say("patrol.checked", "site", site.Name, "checked", strconv.FormatInt(out.Run.Checked, 10), "new", strconv.FormatInt(out.Run.New, 10)))
	return out.Run, src.Name, err
}
