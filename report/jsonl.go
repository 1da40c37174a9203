package report

import (
	"io"

	"proofcheck/checker"
	"proofcheck/source"
)

// jsonl writes one finding per line and nothing else, so that each line is held by the schema
// of a finding. Options.Verbose adds a first line {"run": …}, a line {"failed": …} for each
// draft that could not be checked, and a last line {"stats": …}.
type jsonl struct {
	*jsonWriter
	verbose bool
}

func newJSONL(w io.Writer, opt Options) Writer { return &jsonl{newJSONWriter(w), opt.Verbose} }

func (j *jsonl) Begin(run *Run) error { return j.extra("run", newRunJSON(run)) }

// Document lets a reader of a pipe see the findings of the draft before.
func (j *jsonl) Document(*Document) error { return j.flush() }

func (j *jsonl) Segment(int, *source.Segment) error { return nil }

func (j *jsonl) Finding(f *checker.Finding) error {
	j.value(NewFinding(f))
	j.raw("\n")
	return j.err
}

func (j *jsonl) Failed(name string, err error) error {
	return j.extra("failed", failureJSON{name, err.Error()})
}

func (j *jsonl) End(stats *checker.Stats) error {
	j.extra("stats", newStatsJSON(stats))
	return j.flush()
}

func (j *jsonl) extra(key string, value any) error {
	if j.verbose {
		j.value(map[string]any{key: value})
		j.raw("\n")
	}
	return j.err
}
