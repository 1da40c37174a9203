// Package report writes findings down: for people at a terminal, in a browser or a
// spreadsheet, and for programs. Each form streams: what it holds at one time is bounded by
// constants of this package, whatever the number of drafts and findings. It does not open
// files, does not read the environment, and does not decide what is reported.
package report

import (
	"io"
	"path"
	"strings"
	"time"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// tool is the name of the program in reports.
const tool = "proofcheck"

// levels lists the levels that findings have, the gravest first.
var levels = [...]lexicon.Level{lexicon.Error, lexicon.Warning, lexicon.Info}

// Form is one way of writing a report.
type Form struct {
	Name       string   // as --format takes it
	Extensions []string // of files that are written in this form, with the dot, lower case
	Segments   bool     // wants the segments of the drafts, see Writer.Segment

	// New returns a Writer for one report. It writes nothing before Begin. The caller closes w
	// after End.
	New func(w io.Writer, opt Options) Writer
}

// Forms lists all forms, the default first.
var Forms = []*Form{
	{Name: "text", Extensions: []string{".txt"}, New: newText},
	{Name: "json", Extensions: []string{".json"}, New: newJSON},
	{Name: "jsonl", Extensions: []string{".jsonl", ".ndjson"}, New: newJSONL},
	{Name: "sarif", Extensions: []string{".sarif", ".sarif.json"}, New: newSARIF},
	{Name: "rdjson", Extensions: []string{".rdjson", ".rd.json"}, New: newRDJSON},
	{Name: "github", New: newGitHub},
	{Name: "junit", Extensions: []string{".xml"}, New: newJUnit},
	{Name: "html", Extensions: []string{".html", ".htm"}, Segments: true, New: newHTML},
	{Name: "csv", Extensions: []string{".csv"}, Segments: true, New: newCSV},
	{Name: "xlsx", Extensions: []string{".xlsx"}, Segments: true, New: newXLSX},
}

// ByName returns the form of this name, or nil.
func ByName(name string) *Form {
	for _, f := range Forms {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// ByExtension returns the form that a file of this name is written in, or nil. When several
// extensions fit, the longest decides: "a.sarif.json" is SARIF.
func ByExtension(name string) *Form {
	name = strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	var best *Form
	longest := 0
	for _, f := range Forms {
		for _, e := range f.Extensions {
			if len(e) > longest && strings.HasSuffix(name, e) {
				best, longest = f, len(e)
			}
		}
	}
	return best
}

// Options say how a report is written. The zero value writes Chinese without colours.
type Options struct {
	Lang          string // of labels: "zh" (default) or "en"
	Color         bool   // terminal colours in the text form
	Width         int    // columns of the terminal, 0 when not known
	AmbiguousWide bool   // the terminal shows characters of ambiguous width, such as “ and ①, two columns wide
	Quiet         bool   // text: one line per finding and nothing else
	Verbose       bool   // text: drafts without findings and details of each finding too; jsonl: the run and its totals too
}

// Run says what made a report and from what.
type Run struct {
	Version  string // of the program
	Rules    string // hash of the rule catalogue
	Lexicons []Lexicon
	Profile  string
	Started  time.Time
	Command  []string // the command line; nil when there was none
}

// Lexicon names a lexicon that took part.
type Lexicon struct {
	Name    string
	Hash    string
	Entries int
}

// Document is a draft as reports name it.
type Document struct {
	Name     string // a path, a URL, or "-"
	Format   string // html, markdown, text
	Encoding string // IANA name, lower case
	Title    string // of the page; when empty, forms with Segments use the first title segment

	// Escape writes plain text the way the draft's format does; nil means as it is. Forms that
	// offer edits of the file use it.
	Escape func(text string) string
}

// Writer writes one report. The calls come from one goroutine: Begin, then for each draft
// Document, its segments and findings, and Failed when it could not be read to its end; then
// End. After an error no more calls are made. A Writer keeps nothing that it is given by
// pointer longer than the call.
type Writer interface {
	// Begin starts the report.
	Begin(run *Run) error
	// Document starts a draft.
	Document(doc *Document) error
	// Segment is called only if Form.Segments, for each segment before the findings in it.
	Segment(number int, seg *source.Segment) error
	// Finding reports a finding of the draft.
	Finding(f *checker.Finding) error
	// Failed reports that a draft could not be checked, or not to its end. It may be called
	// without Document when the draft could not be opened.
	Failed(name string, err error) error
	// End writes the totals and everything that is still held back.
	End(stats *checker.Stats) error
}
