package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/report"
)

// checkRun is one run of the check command.
type checkRun struct {
	*program
	*settings
	units    *units
	baseline *baseline // nil without one
	reports  *reports
	progress *progress
	asker    *asker // nil unless a second opinion is wanted

	stats       checker.Stats
	worst       checker.Level // of what was reported
	checked     []string      // documents, when there is a baseline
	done        int           // drafts checked to their end
	failures    int
	fixed       int // findings
	mended      int // files
	interrupted bool
	err         error // of writing the reports
}

// check checks drafts.
func (p *program) check(c *cli.Context) error {
	s, err := p.settings(c)
	if err != nil {
		return err
	}
	if c.Bool("print-config") {
		return p.printConfig(c.Args().First(), s)
	}
	drafts, notes, err := p.drafts(c, s)
	if err != nil {
		return err
	}
	r := &checkRun{program: p, settings: s, units: newUnits(p, s)}
	r.units.history = !s.noCache
	defer r.units.close()
	if r.baseline, err = p.baselineOf(s); err != nil {
		return err
	}
	if c.Bool("second-opinion") {
		if r.asker, err = p.newAsker(s); err != nil {
			return err
		}
		notes = append(notes, r.asker.warn())
	}
	debug.SetGCPercent(200) // what is kept is little; collecting it less often saves a tenth of the time
	tasks, err := r.tasks(drafts)
	if err != nil {
		return err
	}
	if s.progress {
		r.progress = p.newProgress(tasks)
	}
	if r.reports, err = p.openReports(s, r.progress); err != nil {
		return err
	}
	defer r.reports.discard()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if !s.quiet {
		for _, n := range notes {
			r.note(n)
		}
	}
	return r.run(ctx, tasks)
}

// drafts finds what is to be checked.
func (p *program) drafts(c *cli.Context, s *settings) ([]draft, []string, error) {
	args := c.Args().Slice()
	if list := c.String("files-from"); list != "" {
		more, err := p.readList(list)
		if err != nil {
			return nil, nil, err
		}
		args = append(args, more...)
	} else if len(args) == 0 {
		return nil, nil, p.fail("usage.no-paths")
	}
	w := &walker{
		p: p, configs: s.configs, exclude: s.exclude, gitignore: s.gitignore, stdinName: c.String("stdin-name"),
		seen: map[string]bool{}, dirs: map[string]bool{}, others: map[string]bool{},
	}
	for _, o := range s.outputs {
		w.others[absolute(o.path)] = true
	}
	for _, ref := range slices.Concat(s.lexicons, s.root.lexicons) {
		w.others[ref.path] = true
	}
	for _, path := range []string{cmp.Or(s.model, s.root.model), cmp.Or(s.typoModel, s.root.typoModel), cmp.Or(s.roster, s.root.roster)} {
		if path != "" {
			w.others[path] = true
		}
	}
	for _, a := range args {
		if err := w.add(a); err != nil {
			return nil, nil, err
		}
	}
	for _, o := range s.outputs {
		if o.path != "" && w.seen[absolute(o.path)] {
			return nil, nil, p.fail("output.is-draft", "path", shown(o.path))
		}
	}
	return w.drafts, w.notes, nil
}

func (p *program) baselineOf(s *settings) (*baseline, error) {
	if s.record != "" {
		return newBaseline(s.record), nil
	}
	if s.known == "" {
		return nil, nil
	}
	return p.readBaseline(s.known)
}

// tasks finds the checker of each draft, so that wrong configs are told before anything else.
func (r *checkRun) tasks(drafts []draft) ([]*task, error) {
	tasks := make([]*task, 0, len(drafts))
	for i := range drafts {
		t := &task{draft: &drafts[i]}
		if drafts[i].err == nil {
			u, err := r.units.forDraft(&drafts[i])
			if err != nil {
				return nil, err
			}
			if r.fix != "" && !r.diff && drafts[i].stdin {
				return nil, r.fail("fix.stdin")
			}
			t.unit = u
		}
		tasks = append(tasks, t)
	}
	return tasks, nil
}

// run checks everything, writes the reports and decides the exit code.
func (r *checkRun) run(ctx context.Context, tasks []*task) error {
	r.err = r.reports.begin(r.about(tasks))
	if r.err == nil {
		r.all(ctx, tasks)
	}
	r.interrupted = ctx.Err() != nil && r.err == nil
	if r.err == nil {
		r.err = r.reports.end(&r.stats)
	}
	r.progress.clear()
	if r.err != nil {
		if isClosedPipe(r.err) {
			return r.err
		}
		return r.program.fail("output.write", "error", r.reason(r.err))
	}
	if err := r.finish(tasks); err != nil {
		return err
	}
	switch {
	case r.interrupted:
		return &exit{exitInterrupted, problem(r.say("check.interrupted", "done", strconv.Itoa(r.done), "total", strconv.Itoa(len(tasks))))}
	case r.failures > 0:
		return &exit{code: exitFailed}
	case r.record == "" && r.failOn != checker.Off && r.worst >= r.failOn:
		return &exit{code: exitFindings}
	}
	return nil
}

// finish writes the baseline and says what else was done.
func (r *checkRun) finish(tasks []*task) error {
	if r.record != "" && !r.interrupted {
		if _, err := os.Stat(r.record); err == nil {
			old, err := r.readBaseline(r.record)
			if err != nil {
				return err
			}
			r.baseline.keep(old, r.checked)
		}
		if err := r.writeBaseline(r.record, r.baseline); err != nil {
			return err
		}
	}
	if r.quiet {
		return nil
	}
	if r.reports.out == nil {
		n := func(l checker.Level) string { return strconv.Itoa(r.stats.Findings[l]) }
		r.note(r.say("check.summary", "files", strconv.Itoa(r.done), "error", n(checker.Error), "warning", n(checker.Warning), "info", n(checker.Info)))
	}
	switch {
	case r.record != "" && !r.interrupted:
		r.note(r.say("baseline.written", "path", shown(r.record), "n", strconv.Itoa(r.stats.Total())))
	case r.baseline != nil && !r.interrupted:
		if n := r.baseline.gone(r.checked); n > 0 {
			r.note(r.say("baseline.gone", "n", strconv.Itoa(n)))
		}
	}
	if r.asker != nil {
		r.note(r.asker.summary())
	}
	if r.fix != "" && !r.diff {
		r.note(r.say("fix.done", "n", strconv.Itoa(r.fixed), "files", strconv.Itoa(r.mended)))
	}
	return nil
}

// about describes the run for the reports.
func (r *checkRun) about(tasks []*task) *report.Run {
	run := &report.Run{Version: buildVersion(), Rules: rulesHash(), Started: time.Now(), Command: append([]string{"proofcheck"}, r.args...)}
	seen := map[string]bool{}
	for _, t := range tasks {
		if t.unit == nil {
			continue
		}
		if run.Profile == "" {
			run.Profile = t.unit.profileName()
		}
		for _, l := range t.unit.lexiconsUsed() {
			if !seen[l.Name+l.Hash] {
				seen[l.Name+l.Hash] = true
				run.Lexicons = append(run.Lexicons, l)
			}
		}
	}
	return run
}

// note writes a line to standard error that is no problem.
func (r *checkRun) note(text string) {
	r.progress.clear()
	fmt.Fprintln(r.stderr, "proofcheck: "+text)
}

// failure notes that a draft could not be checked, or not to its end. A binary file that was only
// found in a directory is no failure.
func (r *checkRun) failure(d *draft, err error) {
	if errors.Is(err, context.Canceled) {
		r.err = r.reports.failed(shown(d.path), problem(r.reason(err)))
		return
	}
	text := problem(r.reason(err))
	if d.err == nil {
		text = problem(r.say("check.unchecked", "error", string(text)))
	}
	line := r.say("check.failed", "path", shown(d.path), "error", string(text))
	if !d.named && errors.Is(err, formats.ErrBinary) {
		if !r.quiet {
			r.note(line)
		}
		return
	}
	r.failures++
	r.err = r.reports.failed(shown(d.path), text)
	if !r.reports.seen {
		r.note(line)
	}
	if c := (*crash)(nil); errors.As(err, &c) && r.verbose {
		r.note(string(c.stack))
	}
}
