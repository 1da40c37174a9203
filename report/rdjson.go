package report

import (
	"io"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// rdjson writes the Diagnostic Result of reviewdog. Columns count bytes of UTF-8 from 1; where
// they are not known, only lines are given.
type rdjson struct {
	*jsonWriter
	labels
	doc   Document
	count int
}

func newRDJSON(w io.Writer, opt Options) Writer {
	return &rdjson{jsonWriter: newJSONWriter(w), labels: labels(opt.Lang)}
}

func (r *rdjson) Begin(*Run) error {
	r.raw("{\"source\": {\"name\": \"" + tool + "\"},\n\"diagnostics\": [")
	return r.err
}

func (r *rdjson) Document(doc *Document) error {
	r.doc = *doc
	return r.flush()
}

func (r *rdjson) Segment(int, *source.Segment) error { return nil }

func (r *rdjson) Finding(f *checker.Finding) error {
	d := rdDiagnostic{
		Message:  f.Message,
		Location: rdLocation{Path: f.Document, Range: newRDRange(f)},
		Severity: rdSeverity(f.Level), Code: &rdCode{f.Rule},
	}
	if f.Source != "" {
		d.Message += "\n" + f.Source
	}
	if l := r.link(f); l != "" {
		d.Message += "\n" + l
	}
	for i := range f.Fixes {
		if text, ok := replacement(&r.doc, f, &f.Fixes[i]); ok && f.Start.Byte > 0 && f.End.Byte > 0 {
			d.Suggestions = append(d.Suggestions, rdSuggestion{newRDRange(f), text})
		}
	}
	return r.diagnostic(d)
}

func (r *rdjson) Failed(name string, err error) error {
	return r.diagnostic(rdDiagnostic{Message: err.Error(), Location: rdLocation{Path: name}, Severity: "ERROR"})
}

func (r *rdjson) diagnostic(d rdDiagnostic) error {
	if r.count++; r.count > 1 {
		r.raw(",")
	}
	r.raw("\n")
	r.value(d)
	return r.err
}

func (r *rdjson) End(*checker.Stats) error {
	r.raw("\n]}\n")
	return r.flush()
}

func rdSeverity(l lexicon.Level) string {
	switch l {
	case lexicon.Error:
		return "ERROR"
	case lexicon.Warning:
		return "WARNING"
	}
	return "INFO"
}

func newRDRange(f *checker.Finding) *rdRange {
	return &rdRange{rdPosition{f.Start.Line, f.Start.Byte}, rdPosition{f.End.Line, f.End.Byte}}
}

type rdPosition struct {
	Line   int `json:"line"`
	Column int `json:"column,omitempty"`
}

type rdRange struct {
	Start rdPosition `json:"start"`
	End   rdPosition `json:"end"`
}

type rdLocation struct {
	Path  string   `json:"path"`
	Range *rdRange `json:"range,omitempty"`
}

type rdCode struct {
	Value string `json:"value"`
}

type rdSuggestion struct {
	Range *rdRange `json:"range"`
	Text  string   `json:"text"`
}

type rdDiagnostic struct {
	Message     string         `json:"message"`
	Location    rdLocation     `json:"location"`
	Severity    string         `json:"severity"`
	Code        *rdCode        `json:"code,omitempty"`
	Suggestions []rdSuggestion `json:"suggestions,omitempty"`
}
