package report

import (
	"bufio"
	"encoding/json"
	"io"
	"time"

	"proofcheck/checker"
	"proofcheck/source"
)

// jsonReport writes one object: the run, an array of drafts with their findings, and the
// totals. schema/report.schema.json describes it.
type jsonReport struct {
	*jsonWriter
	drafts   int
	open     bool // a draft's object has been begun
	findings int  // in it
	name     string
}

func newJSON(w io.Writer, _ Options) Writer { return &jsonReport{jsonWriter: newJSONWriter(w)} }

func (j *jsonReport) Begin(run *Run) error {
	j.raw("{\n\"run\": ")
	j.value(newRunJSON(run))
	j.raw(",\n\"documents\": [")
	return j.err
}

func (j *jsonReport) Document(doc *Document) error {
	j.closeDraft("")
	j.openDraft(doc)
	return j.flush()
}

func (j *jsonReport) openDraft(doc *Document) {
	if j.drafts++; j.drafts > 1 {
		j.raw(",")
	}
	j.raw("\n{\"name\": ")
	j.value(doc.Name)
	for _, m := range [...][2]string{{"format", doc.Format}, {"encoding", doc.Encoding}, {"title", doc.Title}} {
		if m[1] != "" {
			j.raw(", \"" + m[0] + "\": ")
			j.value(m[1])
		}
	}
	j.raw(", \"findings\": [")
	j.open, j.findings, j.name = true, 0, doc.Name
}

func (j *jsonReport) closeDraft(failure string) {
	if !j.open {
		return
	}
	if j.findings > 0 {
		j.raw("\n")
	}
	j.raw("]")
	if failure != "" {
		j.raw(", \"error\": ")
		j.value(failure)
	}
	j.raw("}")
	j.open = false
}

func (j *jsonReport) Segment(int, *source.Segment) error { return nil }

func (j *jsonReport) Finding(f *checker.Finding) error {
	if j.findings++; j.findings > 1 {
		j.raw(",")
	}
	j.raw("\n  ")
	j.value(NewFinding(f))
	return j.err
}

func (j *jsonReport) Failed(name string, err error) error {
	if !j.open || j.name != name {
		j.closeDraft("")
		j.openDraft(&Document{Name: name})
	}
	j.closeDraft(err.Error())
	return j.err
}

func (j *jsonReport) End(stats *checker.Stats) error {
	j.closeDraft("")
	j.raw("\n],\n\"stats\": ")
	j.value(newStatsJSON(stats))
	j.raw("\n}\n")
	return j.flush()
}

// jsonWriter writes JSON piece by piece and keeps the first error.
type jsonWriter struct {
	buf *bufio.Writer
	enc *json.Encoder
	err error
}

func newJSONWriter(w io.Writer) *jsonWriter {
	j := &jsonWriter{buf: bufio.NewWriterSize(w, 32<<10)}
	j.enc = json.NewEncoder(trimmer{j.buf})
	j.enc.SetEscapeHTML(false)
	return j
}

// trimmer takes the line feed from what an Encoder writes in one call.
type trimmer struct{ w *bufio.Writer }

func (t trimmer) Write(b []byte) (int, error) {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		_, err := t.w.Write(b[:n-1])
		return n, err
	}
	return t.w.Write(b)
}

func (j *jsonWriter) raw(s string) {
	if j.err == nil {
		_, j.err = j.buf.WriteString(s)
	}
}

func (j *jsonWriter) value(v any) {
	if j.err == nil {
		j.err = j.enc.Encode(v)
	}
}

func (j *jsonWriter) flush() error {
	if j.err == nil {
		j.err = j.buf.Flush()
	}
	return j.err
}

type runJSON struct {
	Tool     string        `json:"tool"`
	Version  string        `json:"version"`
	Rules    string        `json:"rules"`
	Lexicons []lexiconJSON `json:"lexicons"`
	Profile  string        `json:"profile,omitempty"`
	Started  string        `json:"started,omitempty"`
	Command  []string      `json:"command,omitempty"`
}

type lexiconJSON struct {
	Name    string `json:"name"`
	Hash    string `json:"hash"`
	Entries int    `json:"entries"`
}

type failureJSON struct {
	Document string `json:"document"`
	Error    string `json:"error"`
}

type statsJSON struct {
	Documents  int            `json:"documents"`
	Segments   int            `json:"segments"`
	Characters int64          `json:"characters"`
	Bytes      int64          `json:"bytes"`
	Levels     map[string]int `json:"levels"`
	Rules      map[string]int `json:"rules"`
	Clauses    map[string]int `json:"clauses"`
	Weighted   float64        `json:"weighted"`
	ErrorRate  float64        `json:"error_rate"`
}

func newRunJSON(run *Run) runJSON {
	r := runJSON{
		Tool: tool, Version: run.Version, Rules: run.Rules, Lexicons: []lexiconJSON{},
		Profile: run.Profile, Started: timestamp(run.Started), Command: run.Command,
	}
	for _, l := range run.Lexicons {
		r.Lexicons = append(r.Lexicons, lexiconJSON(l))
	}
	return r
}

func newStatsJSON(s *checker.Stats) statsJSON {
	out := statsJSON{
		Documents: s.Documents, Segments: s.Segments, Characters: s.Runes, Bytes: s.Bytes,
		Levels: map[string]int{}, Rules: map[string]int{}, Clauses: map[string]int{},
		Weighted: s.Weighted, ErrorRate: s.ErrorRate(),
	}
	for _, l := range levels {
		out.Levels[l.String()] = s.Findings[l]
	}
	for rule, n := range s.ByRule {
		out.Rules[rule] = n
	}
	for clause, n := range s.ByClause {
		out.Clauses[clause] = n
	}
	return out
}

// timestamp writes a time for programs; "" for the zero time.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
