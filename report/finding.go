package report

import (
	"proofcheck/checker"
	"proofcheck/source"
)

// Finding is the JSON of a finding, which schema/finding.schema.json describes. All forms
// and the server give findings to programs in this shape.
type Finding struct {
	Document    string   `json:"document"`
	Rule        string   `json:"rule"`
	Category    string   `json:"category"`
	Level       string   `json:"level"`
	Start       Position `json:"start"`
	End         Position `json:"end"`
	Text        string   `json:"text"`
	Message     string   `json:"message"`
	Source      string   `json:"source"`
	Confidence  float64  `json:"confidence"`
	Suggestions []string `json:"suggestions"`
	Safe        bool     `json:"safe"`
	Fingerprint string   `json:"fingerprint"`
	Context     string   `json:"context"` // the text with what stands around it in the same block
	Clause      string   `json:"clause,omitempty"`
	Pack        string   `json:"pack,omitempty"`
	Hidden      bool     `json:"hidden,omitempty"`
	Link        *Link    `json:"link,omitempty"`
}

// Position is a place in the file.
type Position struct {
	Offset int64 `json:"offset"` // bytes from 0
	Line   int   `json:"line"`   // from 1
	Column int   `json:"column"` // code points from 1
}

// NewFinding returns the JSON of f.
func NewFinding(f *checker.Finding) *Finding {
	return &Finding{
		Document: f.Document, Rule: f.Rule, Category: string(f.Category()), Level: f.Level.String(),
		Start: newPosition(f.Start), End: newPosition(f.End),
		Text: f.Text, Message: f.Message, Source: f.Source, Confidence: f.Confidence,
		Suggestions: f.Suggestions(), Safe: f.Safe(), Fingerprint: f.Fingerprint,
		Context: f.Before + f.Text + f.After,
		Clause:  f.Clause.String(), Pack: f.Pack, Hidden: f.Hidden, Link: newLink(f.Link),
	}
}

func newPosition(p source.Position) Position { return Position{p.Offset, p.Line, p.Column} }

// replacement returns what the best fix puts in the place of the finding, written in the
// draft's format, and whether it is an edit of just that place: only then do forms that
// count lines and columns know where the edit stands.
func replacement(doc *Document, f *checker.Finding, fix *checker.Fix) (string, bool) {
	if len(fix.Edits) != 1 || fix.Edits[0].Span != (source.Span{Start: f.Start.Offset, End: f.End.Offset}) {
		return "", false
	}
	text := fix.Edits[0].New
	if doc.Escape != nil {
		text = doc.Escape(text)
	}
	return text, true
}
