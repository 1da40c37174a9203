package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/batch"
	"proofcheck/store"
)

// scanState is how far a run is, for machines.
type scanState struct {
	Run        int64   `json:"run"`
	Kind       string  `json:"kind,omitempty"`
	State      string  `json:"state"`
	Source     string  `json:"source,omitempty"`
	Documents  int64   `json:"documents"`
	Checked    int64   `json:"checked"`
	Unchanged  int64   `json:"unchanged"`
	Untouched  int64   `json:"untouched"`
	Failed     int64   `json:"failed"`
	Bytes      int64   `json:"bytes"`
	Characters int64   `json:"characters"`
	Errors     int64   `json:"errors"`
	Warnings   int64   `json:"warnings"`
	Infos      int64   `json:"infos"`
	New        int64   `json:"new"`
	Fixed      int64   `json:"fixed"`
	Rate       float64 `json:"documents_per_second,omitempty"`
	Part       float64 `json:"part,omitempty"`
	Remaining  float64 `json:"remaining_seconds,omitempty"`
	Waiting    bool    `json:"waiting,omitempty"`
	Started    string  `json:"started,omitempty"`
	Ended      string  `json:"ended,omitempty"`
	Command    string  `json:"command,omitempty"`

	Estimate *batch.Estimate `json:"estimate,omitempty"`
}

func stateOf(c *store.Counts) scanState {
	return scanState{
		Documents: c.Documents, Checked: c.Checked, Unchanged: c.Unchanged, Untouched: c.Untouched, Failed: c.Failed, Bytes: c.Bytes, Characters: c.Characters,
		Errors: c.Errors, Warnings: c.Warnings, Infos: c.Infos, New: c.New, Fixed: c.Fixed,
	}
}

func runState(run *store.Run) scanState {
	s := stateOf(&run.Counts)
	s.Run, s.Kind, s.State, s.Command, s.Started = run.ID, run.Kind, run.State.String(), run.Command, run.Started.Format(time.RFC3339)
	if !run.Ended.IsZero() {
		s.Ended = run.Ended.Format(time.RFC3339)
	}
	return s
}

// summary says what a run has done.
func (r *scanRun) summary(out *batch.Outcome) error {
	if r.form == "json" {
		s := runState(out.Run)
		s.Estimate = out.Estimate
		return json.NewEncoder(r.stdout).Encode(s)
	}
	c := &out.Run.Counts
	lines := []string{r.say("scan.summary", "run", fmt.Sprint(out.Run.ID), "documents", grouped(c.Documents), "checked", grouped(c.Checked),
		"unchanged", grouped(c.Unchanged+c.Untouched), "failed", grouped(c.Failed)),
		r.say("scan.findings", "error", grouped(c.Errors), "warning", grouped(c.Warnings), "info", grouped(c.Infos), "new", grouped(c.New), "fixed", grouped(c.Fixed))}
	if e := out.Estimate; e != nil {
		percent := func(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) }
		rate := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
		lines = append(lines, r.say("scan.estimate", "n", grouped(e.Documents), "of", grouped(e.Population), "rate", rate(e.Rate), "low", rate(e.RateLow), "high", rate(e.RateHigh),
			"wrong", percent(e.Wrong), "wronglow", percent(e.WrongLow), "wronghigh", percent(e.WrongHigh)))
	}
	if out.Resumed {
		lines = append(lines, r.say("scan.resumed"))
	}
	_, err := io.WriteString(r.stdout, strings.Join(lines, "\n")+"\n")
	return err
}

// grouped writes a number with separators.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// status lists the runs of a store and what is open.
func (r *scanRun) status(ctx context.Context, c *cli.Context, dsn string) error {
	if c.NArg() > 0 {
		return r.fail("usage.arguments", "name", c.Args().First())
	}
	s, err := store.OpenExisting(ctx, dsn)
	if err != nil {
		return r.fail("scan.store", "error", r.reason(err))
	}
	defer s.Close()
	var runs []scanState
	for run, err := range s.Runs(ctx) {
		if err != nil {
			return r.fail("scan.store", "error", r.reason(err))
		}
		if runs = append(runs, runState(run)); len(runs) == 20 {
			break
		}
	}
	states := map[string]map[string]int64{}
	for g, err := range s.Totals(ctx, store.Filter{}, 0, store.ByState, store.ByLevel) {
		if err != nil {
			return r.fail("scan.store", "error", r.reason(err))
		}
		if states[g.Values[0]] == nil {
			states[g.Values[0]] = map[string]int64{}
		}
		states[g.Values[0]][g.Values[1]] = g.Findings
	}
	var extent store.Extent
	for e, err := range s.Extents(ctx, store.DocumentFilter{}) {
		if err != nil {
			return r.fail("scan.store", "error", r.reason(err))
		}
		extent = *e
	}
	if r.form == "json" {
		return json.NewEncoder(r.stdout).Encode(map[string]any{"runs": runs, "findings": states, "documents": extent.Documents, "failed": extent.Failed, "characters": extent.Characters})
	}
	lines := []string{r.say("scan.store-holds", "documents", grouped(extent.Documents), "failed", grouped(extent.Failed), "characters", grouped(extent.Characters))}
	for _, state := range store.States {
		n := states[state.String()]
		lines = append(lines, r.say("scan.state", "state", r.say("state."+state.String()), "error", grouped(n["error"]), "warning", grouped(n["warning"]), "info", grouped(n["info"])))
	}
	for _, run := range runs {
		lines = append(lines, r.say("scan.run", "run", fmt.Sprint(run.Run), "kind", run.Kind, "state", r.say("run."+run.State), "started", strings.Replace(run.Started[:19], "T", " ", 1),
			"documents", grouped(run.Documents), "checked", grouped(run.Checked), "failed", grouped(run.Failed), "new", grouped(run.New), "fixed", grouped(run.Fixed)))
	}
	_, err = io.WriteString(r.stdout, strings.Join(lines, "\n")+"\n")
	return err
}

// scanBar shows the progress of a scan: one line on a terminal, or lines of JSON. Its methods do
// nothing on nil.
type scanBar struct {
	*program
	mu   sync.Mutex
	json bool
	wide int // of the line that is shown
}

// newScanBar returns nil when no progress can be shown.
func (p *program) newScanBar(asJSON bool) *scanBar {
	if !asJSON && !isTerminal(p.stderr) {
		return nil
	}
	return &scanBar{program: p, json: asJSON}
}

func (b *scanBar) show(p batch.Progress) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	took := time.Since(p.Started).Seconds()
	documents := float64(p.Counts.Documents - p.Since.Documents)
	rate := documents / max(took, 0.001)
	remaining := 0.0
	if p.Part > 0.001 && p.Part < 1 && documents > 0 {
		// What this process has read of all, by the share that it began with.
		began := p.Part * float64(p.Since.Documents) / max(1, float64(p.Counts.Documents))
		remaining = took * (1 - p.Part) / max(p.Part-began, 0.0001)
	}
	if b.json {
		s := stateOf(&p.Counts)
		s.Run, s.State, s.Source, s.Rate, s.Part, s.Remaining, s.Waiting = p.Run, store.Running.String(), p.Source, rate, p.Part, remaining, p.Waiting
		if text, err := json.Marshal(s); err == nil {
			fmt.Fprintf(b.stderr, "%s\n", text)
		}
		return
	}
	c := &p.Counts
	left := ""
	if remaining > 0 {
		left = b.say("scan.left", "time", (time.Duration(remaining) * time.Second).String())
	}
	line := b.say("scan.progress", "documents", grouped(c.Documents), "mb", strconv.FormatFloat(float64(c.Bytes)/1e6, 'f', 1, 64), "rate", strconv.FormatFloat(rate, 'f', 0, 64),
		"error", grouped(c.Errors), "warning", grouped(c.Warnings), "info", grouped(c.Infos), "left", left)
	fmt.Fprint(b.stderr, "\r\x1b[K"+line)
	b.wide = len(line)
}

// clear takes the line away; it comes back with the next progress.
func (b *scanBar) clear() {
	if b == nil || b.json {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wide > 0 {
		fmt.Fprint(b.stderr, "\r\x1b[K")
		b.wide = 0
	}
}
