package report

import (
	"fmt"
	"io"
	"strconv"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// sarif writes SARIF 2.1.0 (OASIS, errata 01) for code scanning. Columns count code points,
// offsets count bytes. Findings beyond maxResults, which is what code scanning services take
// of one run, are counted in a notification.
type sarif struct {
	*jsonWriter
	labels
	run     *Run
	doc     Document
	results int
	leftOut int
	rules   map[string]int // index in the array of rules
	order   []string       // rule IDs by index
	notes   []sarifNotification
	failed  bool
}

const (
	maxResults   = 25000
	maxFailures  = 1000 // that are named one by one
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifVersion = "2.1.0"
)

func newSARIF(w io.Writer, opt Options) Writer {
	return &sarif{jsonWriter: newJSONWriter(w), labels: labels(opt.Lang), rules: map[string]int{}}
}

func (s *sarif) Begin(run *Run) error {
	s.run = run
	s.raw("{\n\"$schema\": ")
	s.value(sarifSchema)
	s.raw(",\n\"version\": \"" + sarifVersion + "\",\n\"runs\": [{\n\"columnKind\": \"unicodeCodePoints\",\n\"results\": [")
	return s.err
}

func (s *sarif) Document(doc *Document) error {
	s.doc = *doc
	return s.flush()
}

func (s *sarif) Segment(int, *source.Segment) error { return nil }

func (s *sarif) Finding(f *checker.Finding) error {
	if s.results == maxResults {
		s.leftOut++
		return s.err
	}
	if s.results++; s.results > 1 {
		s.raw(",")
	}
	s.raw("\n")
	s.value(s.result(f))
	return s.err
}

func (s *sarif) Failed(name string, err error) error {
	s.failed = true
	if len(s.notes) < maxFailures {
		s.notes = append(s.notes, sarifNotification{
			Level: "error", Message: sarifMessage{Text: err.Error()},
			Locations: []sarifLocation{{PhysicalLocation: sarifPhysical{Artifact: sarifArtifact{artifactURI(name)}}}},
		})
	}
	return s.err
}

func (s *sarif) End(*checker.Stats) error {
	if s.leftOut > 0 {
		s.notes = append(s.notes, sarifNotification{Level: "warning", Message: sarifMessage{Text: s.say("sarif.left-out",
			"n", strconv.Itoa(s.leftOut), "limit", strconv.Itoa(maxResults))}})
	}
	driver := sarifDriver{Name: tool, Version: s.run.Version, Rules: []sarifRule{}}
	for _, id := range s.order {
		driver.Rules = append(driver.Rules, s.rule(id))
	}
	driver.Properties.Rules, driver.Properties.Lexicons = s.run.Rules, newRunJSON(s.run).Lexicons
	driver.Properties.Profile = s.run.Profile
	s.raw("\n],\n\"tool\": {\"driver\": ")
	s.value(driver)
	s.raw("},\n\"invocations\": [")
	s.value(sarifInvocation{Successful: !s.failed, Started: sarifTime(s.run), Notifications: s.notes})
	s.raw("]\n}]\n}\n")
	return s.flush()
}

func sarifTime(run *Run) string {
	if run.Started.IsZero() {
		return ""
	}
	return run.Started.UTC().Format("2006-01-02T15:04:05Z")
}

func (s *sarif) result(f *checker.Finding) sarifResult {
	index, ok := s.rules[f.Rule]
	if !ok {
		index = len(s.order)
		s.rules[f.Rule] = index
		s.order = append(s.order, f.Rule)
	}
	uri := sarifArtifact{artifactURI(f.Document)}
	region := newSARIFRegion(f)
	where := sarifPhysical{Artifact: uri, Region: &region}
	where.Region.Snippet = &sarifMessage{Text: f.Text}
	r := sarifResult{
		Rule: f.Rule, Index: index, Level: sarifLevel(f.Level), Message: sarifMessage{Text: f.Message},
		Locations:    []sarifLocation{{PhysicalLocation: where}},
		Fingerprints: map[string]string{tool + "/v1": f.Fingerprint},
		Properties: sarifProperties{
			Category: string(f.Category()), Source: f.Source, Clause: f.Clause.String(), Pack: f.Pack,
			Confidence: f.Confidence, Suggestions: f.Suggestions(), Safe: f.Safe(), Hidden: f.Hidden,
			Context: f.Before + f.Text + f.After, Link: newLink(f.Link),
		},
	}
	for i := range f.Fixes {
		text, ok := replacement(&s.doc, f, &f.Fixes[i])
		if !ok {
			continue
		}
		r.Fixes = append(r.Fixes, sarifFix{
			Description: sarifMessage{Text: fmt.Sprintf("%s → %s", f.Text, f.Fixes[i].Text)},
			Changes: []sarifChange{{Artifact: uri, Replacements: []sarifReplacement{{
				Deleted: newSARIFRegion(f), Inserted: sarifMessage{Text: text},
			}}}},
		})
	}
	return r
}

func sarifLevel(l lexicon.Level) string {
	switch l {
	case lexicon.Error:
		return "error"
	case lexicon.Warning:
		return "warning"
	}
	return "note"
}

func newSARIFRegion(f *checker.Finding) sarifRegion {
	return sarifRegion{
		StartLine: max(1, f.Start.Line), StartColumn: max(1, f.Start.Column),
		EndLine: max(1, f.End.Line), EndColumn: max(1, f.End.Column),
		ByteOffset: f.Start.Offset, ByteLength: f.End.Offset - f.Start.Offset,
	}
}

// rule describes a rule by the catalogue.
func (s *sarif) rule(id string) sarifRule {
	r := sarifRule{ID: id}
	r.Properties.Tags = []string{string(checker.CategoryOf(id))}
	info := checker.InfoOf(id)
	if info == nil {
		return r
	}
	help := info.Reason(string(s.labels))
	if info.Wrong != "" && info.Right != "" {
		help += "\n\n✗ " + info.Wrong + "\n✓ " + info.Right
	}
	if info.Standard != "" {
		help += "\n\n" + info.Standard
	}
	r.Short = &sarifMessage{Text: info.Title(string(s.labels))}
	r.Full = &sarifMessage{Text: info.Reason(string(s.labels))}
	r.Help = &sarifMessage{Text: help}
	r.Configuration = &sarifConfiguration{Level: sarifLevel(info.Level)}
	return r
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int           `json:"startLine"`
	StartColumn int           `json:"startColumn"`
	EndLine     int           `json:"endLine"`
	EndColumn   int           `json:"endColumn"`
	ByteOffset  int64         `json:"byteOffset"`
	ByteLength  int64         `json:"byteLength"`
	Snippet     *sarifMessage `json:"snippet,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifLocation struct {
	PhysicalLocation sarifPhysical `json:"physicalLocation"`
}

type sarifReplacement struct {
	Deleted  sarifRegion  `json:"deletedRegion"`
	Inserted sarifMessage `json:"insertedContent"`
}

type sarifChange struct {
	Artifact     sarifArtifact      `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifFix struct {
	Description sarifMessage  `json:"description"`
	Changes     []sarifChange `json:"artifactChanges"`
}

type sarifProperties struct {
	Category    string   `json:"category"`
	Source      string   `json:"source,omitempty"`
	Clause      string   `json:"clause,omitempty"`
	Pack        string   `json:"pack,omitempty"`
	Confidence  float64  `json:"confidence"`
	Suggestions []string `json:"suggestions"`
	Safe        bool     `json:"safe"`
	Hidden      bool     `json:"hidden,omitempty"`
	Context     string   `json:"context"`
	Link        *Link    `json:"link,omitempty"`
}

type sarifResult struct {
	Rule         string            `json:"ruleId"`
	Index        int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifMessage      `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Fixes        []sarifFix        `json:"fixes,omitempty"`
	Properties   sarifProperties   `json:"properties"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifRule struct {
	ID            string              `json:"id"`
	Short         *sarifMessage       `json:"shortDescription,omitempty"`
	Full          *sarifMessage       `json:"fullDescription,omitempty"`
	Help          *sarifMessage       `json:"help,omitempty"`
	Configuration *sarifConfiguration `json:"defaultConfiguration,omitempty"`
	Properties    struct {
		Tags []string `json:"tags"`
	} `json:"properties"`
}

type sarifDriver struct {
	Name       string      `json:"name"`
	Version    string      `json:"version,omitempty"`
	Rules      []sarifRule `json:"rules"`
	Properties struct {
		Rules    string        `json:"ruleCatalogue"`
		Lexicons []lexiconJSON `json:"lexicons"`
		Profile  string        `json:"profile,omitempty"`
	} `json:"properties"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifMessage    `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Started       string              `json:"startTimeUtc,omitempty"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}
