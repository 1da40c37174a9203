package queue

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"

	"proofcheck/store"
)

// SkewError says that a run was handed over by a program with other rules or lexicons than the worker's, or that it is not
// in the worker's store.
type SkewError struct {
	Run        int64
	Store      bool          // the store has no such run; the other fields say nothing then
	Want, Have store.Ruleset // of the run, and of the worker

	WantLang, HaveLang string // of messages, which are part of Ruleset.Rules
}

// Lang reports whether the languages differ; then it is not known whether anything else in Rules does.
func (e *SkewError) Lang() bool { return e.Want.Rules != e.Have.Rules && e.WantLang != e.HaveLang }

// Error says what differs.
func (e *SkewError) Error() string {
	if e.Store {
		return fmt.Sprintf("run %d is not in the store of this worker; give every worker the store that it was handed over with, or each store a queue with a name of its own", e.Run)
	}
	var what []string
	if e.Want.Tool != e.Have.Tool {
		what = append(what, fmt.Sprintf("version %s, not %s", e.Want.Tool, e.Have.Tool))
	}
	if e.Lang() {
		what = append(what, fmt.Sprintf("messages in the language %q, not %q", e.WantLang, e.HaveLang))
	} else if e.Want.Rules != e.Have.Rules {
		what = append(what, "other rules or options")
	}
	if !slices.Equal(e.Want.Lexicons, e.Have.Lexicons) {
		what = append(what, "other lexicons")
	}
	return fmt.Sprintf("run %d was handed over with %s; give every worker the same program, options and lexicons", e.Run, strings.Join(what, " and "))
}

// fits reports whether the worker may do a message; if not, with a *SkewError.
func (r *worker) fits(ctx context.Context, h nats.Header) error {
	if err := fits(h, r.Worker.Ruleset(), r.Worker.Lang()); err != nil {
		return err
	}
	run, _ := strconv.ParseInt(h.Get(headerRun), 10, 64)
	began, ok := r.began.Load(run)
	if !ok {
		at, err := r.Worker.Began(ctx, run)
		if err != nil {
			return err
		}
		began = strconv.FormatInt(at.UnixMilli(), 10)
		r.began.Store(run, began)
	}
	if began != h.Get(headerBegan) {
		return &SkewError{Run: run, Store: true}
	}
	return nil
}

// fits reports whether a worker may do a message; if not, with a *SkewError.
func fits(h nats.Header, have store.Ruleset, lang string) error {
	want := store.Ruleset{Tool: h.Get(headerTool), Rules: h.Get(headerRules), Lexicons: h.Values(headerLexicon)}
	if want.Tool == have.Tool && want.Rules == have.Rules && slices.Equal(want.Lexicons, have.Lexicons) {
		return nil
	}
	run, _ := strconv.ParseInt(h.Get(headerRun), 10, 64)
	return &SkewError{Run: run, Want: want, Have: have, WantLang: h.Get(headerLang), HaveLang: lang}
}
