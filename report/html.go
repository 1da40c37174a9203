package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// htmlReport writes one page that needs nothing but itself: the text of each draft with
// findings in it, every finding marked at its place with a card that says what is wrong, and
// a panel with counts and filters. Without JavaScript, and on paper, the cards stand below
// their paragraphs.
//
// The text of one draft is held back until its findings are known, since a Checker yields
// findings in batches. What is held, and what a page holds, is bounded by the constants below;
// findings outside of the text that was kept are shown with their context.
type htmlReport struct {
	labels
	titles
	w    *bufio.Writer
	page *template.Template
	run  Run

	doc      Document
	open     bool // a draft has been begun
	drafts   int
	kept     []keptSegment
	keptText int // bytes of kept
	cut      bool
	findings []keptFinding
	failure  string

	text    int // bytes of drafts on the page
	cards   int
	leftOut int
	tally   tally
	index   []htmlIndexed
}

// Bounds of a page.
const (
	maxDraftText  = 1 << 20 // bytes of the text of one draft
	maxPageText   = 8 << 20 // bytes of the text of all drafts
	maxPageCards  = 10000   // findings
	maxPageDrafts = 1000    // that the index lists
)

//go:embed html/page.tmpl
var pageTemplate string

//go:embed html/page.css
var pageStyle string

//go:embed html/page.js
var pageScript string

// parsePage parses the template once; its functions are replaced for each language.
var parsePage = sync.OnceValue(func() *template.Template {
	none := labels("zh")
	return template.Must(template.New("page").Funcs(pageFuncs(none)).Parse(pageTemplate))
})

func pageFuncs(l labels) template.FuncMap {
	return template.FuncMap{
		"say": l.say, "link": func(c htmlCard) string { return l.link(&c.Finding) }, "category": l.category, "rule": l.rule, "level": l.level, "levels": func() []lexicon.Level { return levels[:] },
	}
}

// keptSegment is what the page shows of a segment.
type keptSegment struct {
	number int
	kind   source.Kind
	level  int
	name   string
	text   string
	lead   int
	hidden bool
}

// keptFinding is a finding with its number on the page.
type keptFinding struct {
	checker.Finding
	ID int
}

func newHTML(w io.Writer, opt Options) Writer {
	l := labels(opt.Lang)
	return &htmlReport{
		labels: l, w: bufio.NewWriterSize(w, 64<<10),
		page: template.Must(parsePage().Clone()).Funcs(pageFuncs(l)),
	}
}

func (h *htmlReport) Begin(run *Run) error {
	h.run = *run
	lang := "zh-CN"
	if h.labels == "en" {
		lang = "en"
	}
	return h.execute("begin", map[string]any{
		"Lang": lang, "Policy": contentPolicy(), "Style": template.CSS(pageStyle), "Imprint": imprint(h.labels, run),
	})
}

// contentPolicy allows the page its own style and script and nothing else: no network, no
// scripts that a draft might have smuggled in.
func contentPolicy() string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(pageStyle) + "; script-src " + hash(pageScript) + "; base-uri 'none'; form-action 'none'"
}

func (h *htmlReport) execute(name string, data any) error {
	return h.page.ExecuteTemplate(validWriter{h.w}, name, data)
}

// validWriter replaces invalid UTF-8, which names of files and lexicons may hold. A template
// writes each value in one call, so that no character is cut.
type validWriter struct{ w io.Writer }

func (v validWriter) Write(b []byte) (int, error) {
	if utf8.Valid(b) {
		return v.w.Write(b)
	}
	_, err := v.w.Write(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	return len(b), err
}

func (h *htmlReport) Document(doc *Document) error {
	if err := h.closeDraft(); err != nil {
		return err
	}
	h.openDraft(doc)
	return h.w.Flush()
}

func (h *htmlReport) openDraft(doc *Document) {
	h.drafts++
	h.doc, h.open = *doc, true
	h.kept, h.keptText, h.cut, h.findings, h.failure = h.kept[:0], 0, false, h.findings[:0], ""
	h.document(doc)
}

func (h *htmlReport) Segment(number int, seg *source.Segment) error {
	h.titles.segment(seg)
	switch {
	case seg.Text == "":
	case h.keptText+len(seg.Text) > maxDraftText || h.text+h.keptText+len(seg.Text) > maxPageText:
		h.cut = true
	default:
		h.keptText += len(seg.Text)
		h.kept = append(h.kept, keptSegment{number, seg.Kind, seg.Level, seg.Name, seg.Text, seg.Lead, seg.Hidden})
	}
	return nil
}

func (h *htmlReport) Finding(f *checker.Finding) error {
	h.tally.add(f)
	if h.cards == maxPageCards {
		h.leftOut++
		return nil
	}
	h.cards++
	h.findings = append(h.findings, keptFinding{*f, h.cards})
	return nil
}

func (h *htmlReport) Failed(name string, err error) error {
	h.tally.failed++
	if !h.open || h.doc.Name != name {
		if err := h.closeDraft(); err != nil {
			return err
		}
		h.openDraft(&Document{Name: name})
	}
	h.failure = err.Error()
	return nil
}

func (h *htmlReport) End(stats *checker.Stats) error {
	if err := h.closeDraft(); err != nil {
		return err
	}
	limit := ""
	if h.leftOut > 0 {
		limit = h.say("html.left-out", "n", thousands(int64(h.leftOut)), "limit", thousands(maxPageCards))
	}
	err := h.execute("end", map[string]any{
		"Rows": h.chart(), "Total": h.tally.total, "Sum": h.tally.total.sum(), "Facts": facts(h.labels, &h.tally, stats),
		"Index": h.index, "LeftOut": limit, "Script": template.JS(pageScript),
	})
	if err != nil {
		return err
	}
	return h.w.Flush()
}

// htmlIndexed is a line of the index of drafts.
type htmlIndexed struct {
	ID   int
	Name string
	N    int
}

// closeDraft writes the section of a draft.
func (h *htmlReport) closeDraft() error {
	if !h.open {
		return nil
	}
	h.open = false
	if len(h.findings) > 0 && len(h.index) < maxPageDrafts {
		h.index = append(h.index, htmlIndexed{h.drafts, h.doc.Name, len(h.findings)})
	}
	d := htmlDraft{ID: h.drafts, Name: h.doc.Name, Title: h.title, N: len(h.findings), Failure: h.failure,
		Kind: strings.TrimSpace(h.doc.Format + " " + h.doc.Encoding)}
	if len(h.findings) > 0 {
		d.Blocks, d.Loose = h.blocks()
		h.text += h.keptText
		if h.cut {
			d.Cut = h.say("html.cut", "draft", strconv.Itoa(maxDraftText>>20), "page", strconv.Itoa(maxPageText>>20))
		}
	}
	return h.execute("draft", d)
}

// htmlDraft, htmlBlock, htmlPiece and htmlCard are what the template shows of a draft.
type htmlDraft struct {
	ID                              int
	Name, Title, Kind, Failure, Cut string
	N                               int
	Blocks, Loose                   []htmlBlock
}

// htmlRow is a bar of the chart: the widths of its parts, of chartWidth.
type htmlRow struct {
	Category checker.Category
	Counts   levelCounts
	Sum      int
	Bars     []htmlBar
	Rules    []htmlRule
}

type htmlBar struct {
	Level    lexicon.Level
	X, Width int
}

type htmlRule struct {
	ID string
	N  int
}

const chartWidth = 240 // units of the SVG

// chart makes a row for each category with findings; bars are to the scale of the longest.
func (h *htmlReport) chart() []htmlRow {
	cats := h.tally.categories()
	longest := 1
	for _, c := range cats {
		longest = max(longest, c.sum())
	}
	var out []htmlRow
	for _, c := range cats {
		r := htmlRow{Category: c.category, Counts: c.levelCounts, Sum: c.sum()}
		x := 0
		for _, l := range levels {
			if n := c.levelCounts[l]; n > 0 {
				w := max(2, n*chartWidth/longest)
				r.Bars = append(r.Bars, htmlBar{l, x, w})
				x += w
			}
		}
		for _, rule := range c.rules {
			r.Rules = append(r.Rules, htmlRule{rule.rule, rule.sum()})
		}
		out = append(out, r)
	}
	return out
}
