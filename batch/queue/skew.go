package queue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"

	"proofcheck/store"
)

// SkewError says that a run was handed over by a program with other rules or lexicons than the worker's.
type SkewError struct {
	Run        int64
	Want, Have store.Ruleset // of the run, and of the worker

	WantLang, HaveLang string // of messages, which are part of Ruleset.Rules
}

// Lang reports whether the languages differ; then it is not known whether anything else in Rules does.
func (e *SkewError) Lang() bool { return e.Want.Rules != e.Have.Rules && e.WantLang != e.HaveLang }

// Error says what differs.
func (e *SkewError) Error() string {
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

// fits reports whether a worker may do a message; if not, with a *SkewError.
func fits(h nats.Header, have store.Ruleset, lang string) error {
	want := store.Ruleset{Tool: h.Get(headerTool), Rules: h.Get(headerRules), Lexicons: h.Values(headerLexicon)}
	if want.Tool == have.Tool && want.Rules == have.Rules && slices.Equal(want.Lexicons, have.Lexicons) {
		return nil
	}
	run, _ := strconv.ParseInt(h.Get(headerRun), 10, 64)
	return &SkewError{run, want, have, h.Get(headerLang), lang}
}
