// Package patrol looks after sites day by day (日常读网): at the times of a schedule it has a site checked,
// and reports what is new, whether the front page answers, which columns have not been updated by the
// dates on their pages, and where retired domains are still linked. It does not check pages itself: the
// caller gives the function that does. What it must remember it keeps in one file.
package patrol

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"github.com/gofrs/flock"
	"github.com/netresearch/go-cron"

	"proofcheck/links"
	"proofcheck/store"
)

// Site is a site that is looked after.
type Site struct {
	Name     string
	URL      string // of the front page
	Cron     string // five fields, or @daily and the like
	Columns  []Column
	Schedule cron.Schedule // of Cron; Parse makes it
}

// Column is a page that lists what is published in a column (栏目).
type Column struct {
	Name   string
	URL    string
	Within Span // the newest date on it must not be older
}

// Parse reads the schedule of a site: minute, hour, day of the month, month, day of the week; when both
// days are given, either counts, as in cron(8).
func Parse(spec string) (cron.Schedule, error) {
	return cron.MustNewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor | cron.DowOrDom).Parse(spec)
}

// Patrol is what runs. The zero value of an optional field is its default.
type Patrol struct {
	Store  *store.Store
	Sites  []*Site
	Prober *links.Prober // asks front pages and columns
	State  string        // file that is kept between runs

	// Check checks a site into Store. It returns the run and the name of the source in the store, also
	// with an error of some pages.
	Check func(ctx context.Context, site *Site) (run *store.Run, source string, err error)

	Retired []string // domains that must not be linked any more
	Notify  []Notifier
	Always  bool // reports are sent also when there is nothing to say

	Log   *slog.Logger                                     // nil discards
	Now   func() time.Time                                 // nil is time.Now; for tests
	Sleep func(ctx context.Context, d time.Duration) error // nil waits; for tests
}

// Notifier sends reports somewhere.
type Notifier interface {
	Name() string // of the place, without secrets
	Notify(ctx context.Context, r *Report) error
}

func (p *Patrol) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

func (p *Patrol) log() *slog.Logger {
	if p.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return p.Log
}

// ErrRunning says that another process has the same patrol under way.
var ErrRunning = errors.New("patrol: another process is on patrol with the same state file")

// lock keeps other processes from the same patrol until unlock is called, or the process ends.
func (p *Patrol) lock() (unlock func(), err error) {
	l := flock.New(p.State + ".lock")
	ok, err := l.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("patrol: %w", err)
	case !ok:
		return nil, ErrRunning
	}
	return func() { l.Unlock() }, nil
}

// Once visits all sites now and returns the reports.
func (p *Patrol) Once(ctx context.Context) ([]*Report, error) {
	unlock, err := p.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	st, err := readState(p.State)
	if err != nil {
		return nil, err
	}
	var out []*Report
	for _, site := range p.Sites {
		r, err := p.visit(ctx, st, site)
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Run visits sites at the times of their schedules until ctx ends. One process at a time does it with a
// state file, and one site at a time is visited, so a patrol never overlaps itself. Times that have passed
// while it did not run, or was busy, are made up for by one visit. A site that is new waits for its
// time.
func (p *Patrol) Run(ctx context.Context) error {
	unlock, err := p.lock()
	if err != nil {
		return err
	}
	defer unlock()
	st, err := readState(p.State)
	if err != nil {
		return err
	}
	for _, site := range p.Sites {
		if _, known := st.Visited[site.Name]; !known {
			st.Visited[site.Name] = p.now()
		}
	}
	if err := st.write(p.State); err != nil {
		return err
	}
	for {
		p.send(ctx, st)
		site, at := p.next(st)
		if site == nil {
			return errors.New("patrol: no site has a time that will come")
		}
		// Clocks are set and machines sleep, so it looks again now and then.
		if wait := at.Sub(p.now()); wait > 0 {
			if err := p.sleep(ctx, min(wait, time.Minute)); err != nil {
				return nil
			}
			continue
		}
		if _, err := p.visit(ctx, st, site); err != nil {
			if ctx.Err() != nil {
				return nil // what has been done is in the store; the visit is made up for
			}
			return err
		}
	}
}

// next returns the site whose turn comes first, and when.
func (p *Patrol) next(st *state) (*Site, time.Time) {
	var first *Site
	var at time.Time
	for _, site := range p.Sites {
		t := site.Schedule.Next(st.Visited[site.Name])
		if !t.IsZero() && (first == nil || t.Before(at)) {
			first, at = site, t
		}
	}
	return first, at
}

func (p *Patrol) sleep(ctx context.Context, d time.Duration) error {
	if p.Sleep != nil {
		return p.Sleep(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// visit looks at a site, and remembers that it has.
func (p *Patrol) visit(ctx context.Context, st *state, site *Site) (*Report, error) {
	p.log().Info("patrol", "site", site.Name)
	begun := p.now()
	r := &Report{Site: site.Name, URL: site.URL, Started: begun}
	r.Home = p.home(ctx, site)
	for _, c := range site.Columns {
		if s := p.column(ctx, site, c); s != nil {
			r.Stale = append(r.Stale, s)
		}
	}
	run, source, err := p.Check(ctx, site)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		r.Error = err.Error()
	}
	if run != nil {
		if err := r.compare(ctx, p.Store, run, source, p.Retired); err != nil {
			return nil, err
		}
	}
	r.Ended = p.now()
	st.Visited[site.Name] = begun
	if p.Always || r.Matters() {
		for _, n := range p.Notify {
			st.Pending = append(st.Pending, &pending{To: n.Name(), Report: r})
		}
		if k := len(st.Pending) - maxPending; k > 0 {
			p.log().Error("patrol: notices are given up", "n", k)
			st.Pending = slices.Delete(st.Pending, 0, k)
		}
	}
	// First it is written down, then sent: a notice may come twice, but is not lost.
	if err := st.write(p.State); err != nil {
		return nil, err
	}
	p.send(ctx, st)
	return r, nil
}

// send sends what is pending; what cannot be sent stays for the next time.
func (p *Patrol) send(ctx context.Context, st *state) {
	if len(st.Pending) == 0 {
		return
	}
	st.Pending = slices.DeleteFunc(st.Pending, func(q *pending) bool {
		i := slices.IndexFunc(p.Notify, func(n Notifier) bool { return n.Name() == q.To })
		if i < 0 {
			return true // it is not in the config any more
		}
		if p.now().Before(q.After) {
			return false
		}
		err := p.Notify[i].Notify(ctx, q.Report)
		if err != nil {
			q.Tries++
			q.After = p.now().Add(min(time.Hour, time.Minute<<min(q.Tries, 6)))
			p.log().Error("patrol: not sent", "to", q.To, "site", q.Report.Site, "tries", q.Tries, "error", err)
		}
		return err == nil || q.Tries >= maxTries
	})
	if err := st.write(p.State); err != nil {
		p.log().Error("patrol", "error", err)
	}
}

// slow is how long a front page may take before it counts as unreachable (国办秘函〔2019〕19号).
const slow = 15 * time.Second

// home asks the front page.
func (p *Patrol) home(ctx context.Context, site *Site) Home {
	u, err := url.Parse(site.URL)
	if err != nil {
		return Home{Error: err.Error()}
	}
	begun := time.Now()
	v := p.Prober.Read(ctx, u)
	h := Home{Status: v.Status, Milliseconds: time.Since(begun).Milliseconds()}
	switch {
	case v.Err != nil:
		h.Error = v.Err.Error()
	case time.Since(begun) > slow:
		h.Error = fmt.Sprintf("%.0f s", time.Since(begun).Seconds())
	default:
		h.OK = true
	}
	return h
}
