package batch

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/lexicon"
	"proofcheck/source"
	"proofcheck/store"
)

// Examiner checks records. It is immutable and safe for many goroutines; the same record gives the
// same result on every machine that has the same ruleset.
type Examiner struct {
	Checker *checker.Checker
	Ruleset store.Ruleset // what the Checker is made of
	Lang    string        // of messages, "zh" or "en"
	MaxSize int64         // bytes of a record; 0 means MaxSize

	// Assign notes in a record how it is checked, as Record.Variant, when it is not with Checker; Variant
	// returns the Checker of such a name. Both are nil, or safe for many goroutines.
	Assign  func(*Record)
	Variant func(name string) (*checker.Checker, error)

	// Explain says in the user's language why a record could not be checked; nil takes the words of
	// the error.
	Explain func(error) string

	// ReplyDays is how many working days an answer may take; 0 judges none.
	ReplyDays int
}

func (x *Examiner) maxSize() int64 {
	if x.MaxSize > 0 {
		return x.MaxSize
	}
	return MaxSize
}

// Examine reads a record of a source and checks it. What goes wrong is in the result, as a Failed
// document; only a cancelled ctx is an error.
func (x *Examiner) Examine(ctx context.Context, src string, r *Record) (store.Result, error) {
	content, err := r.read(x.maxSize())
	if err != nil {
		return x.failed(src, r, err), ctx.Err()
	}
	return x.check(ctx, src, r, content, nil)
}

// checkerOf returns what a record is checked with.
func (x *Examiner) checkerOf(r *Record) (*checker.Checker, error) {
	if r.Variant == "" || x.Variant == nil {
		return x.Checker, nil
	}
	return x.Variant(r.Variant)
}

func (x *Examiner) explain(err error) string {
	if x.Explain == nil {
		return err.Error()
	}
	return x.Explain(err)
}

// describe makes the document of a record.
func (x *Examiner) describe(src string, r *Record) store.Document {
	return store.Document{
		Source: src, Key: r.Key, URL: r.URL, Title: r.Title, Date: r.Date, Column: r.Column, Unit: r.Unit, Format: r.Format.Name, Stamp: r.Stamp,
		Ruleset: x.Ruleset.ID,
	}
}

func (x *Examiner) failed(src string, r *Record, err error) store.Result {
	d := x.describe(src, r)
	d.Error = head(x.explain(err), 1000)
	return store.Result{Outcome: store.Failed, Document: d}
}

// check checks the content of a record. The page, when there is one, says what stands on other pages
// too.
func (x *Examiner) check(ctx context.Context, src string, r *Record, content []byte, page *pageBlocks) (res store.Result, err error) {
	defer func() {
		// A mistake of this program that one document brings out does not cost the others.
		if v := recover(); v != nil {
			res, err = x.failed(src, r, fmt.Errorf("internal error: %v at %s", v, place(debug.Stack()))), nil
		}
	}()
	with, err := x.checkerOf(r)
	if err != nil {
		return x.failed(src, r, err), nil
	}
	d := x.describe(src, r)
	hash := hashOf(r, content)
	d.Hash, d.Bytes = hash[:], int64(len(content))
	sk := newSketcher()
	lead, number := 0, 0
	lost := int64(0)   // characters of templates
	diverted := 0.0    // weights of findings in them
	var block []string // text of each segment of a page, for the titles of templates
	doc := r.document(content, with.Elements())
	segments := doc.Segments
	doc.Segments = func(yield func(*source.Segment, error) bool) {
		for seg := range r.leading() {
			lead++
			sk.add(seg.Text, 0)
			if !yield(seg, nil) {
				return
			}
		}
		for seg, err := range segments {
			if err == nil {
				if page != nil {
					block = append(block, seg.Text)
					if page.repeats(number) && seg.Kind.Prose() {
						lost += int64(characters(seg.Text[seg.Lead:]))
					}
				}
				number++
				sk.add(seg.Text, seg.Lead)
				if d.Title == "" && seg.Kind == source.Title {
					d.Title = head(strings.Join(strings.Fields(seg.Text), " "), 300)
				}
			}
			if !yield(seg, err) {
				return
			}
		}
	}
	var stats checker.Stats
	var list []store.Finding
	for f, err := range with.Check(ctx, doc, &stats) {
		if err != nil {
			if ctx.Err() != nil {
				return store.Result{}, ctx.Err()
			}
			return x.failed(src, r, err), nil
		}
		if f.Segment < lead && f.Segment != lead-1 || f.Segment == lead-1 && r.Title == "" && lead > 0 {
			continue // the date that this package has put there
		}
		out := finding(f, f.Segment >= lead)
		if at := f.Segment - lead; page != nil && at >= 0 && at < len(block) && page.divert(at, out, block[at]) {
			if info := checker.InfoOf(f.Rule); info != nil && f.Level >= checker.Warning {
				diverted += info.Weight
			}
			continue
		}
		list = append(list, out)
	}
	if f, late := x.lateReply(r); late {
		list = append(list, f)
	}
	d.Characters, d.Weighted = max(0, stats.Runes-lost), max(0, stats.Weighted-diverted)
	return store.Result{Document: d, Findings: list, Sketch: sk.bytes()}, nil
}

// characters counts what is no white space.
func characters(text string) (n int) {
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// place returns the function of this program that a stack trace ends in.
func place(stack []byte) string {
	for line := range strings.Lines(string(stack)) {
		if strings.HasPrefix(line, "proofcheck/") && !strings.Contains(line, "batch.") {
			return strings.TrimSpace(line)
		}
	}
	return "?"
}

// document makes what is checked of a record.
func (r *Record) document(content []byte, elements bool) *source.Document {
	name := r.URL
	if name == "" {
		name = r.Key
	}
	return r.Format.Split(name, strings.NewReader(string(content)), formats.Options{Charset: r.Charset, Elements: elements})
}

// leading yields the segments that are no part of the content: the date, by which words are judged that
// were right once, and the title.
func (r *Record) leading() func(yield func(*source.Segment) bool) {
	return func(yield func(*source.Segment) bool) {
		for _, part := range []struct {
			kind       source.Kind
			name, text string
		}{{source.Metadata, "pubdate", r.Date.String()}, {source.Title, "", strings.Join(strings.Fields(r.Title), " ")}} {
			if part.text == "" {
				continue
			}
			for seg, err := range formats.Text.Split("", strings.NewReader(part.text), formats.Options{Charset: "utf-8"}).Segments {
				if err != nil {
					return // the title is binary
				}
				seg.Kind, seg.Name = part.kind, part.name
				if !yield(seg) {
					return
				}
				break // titles are short
			}
		}
	}
}

// hashOf is the hash of everything that the result of a check depends on, but the rules.
func hashOf(r *Record, content []byte) [sha256.Size]byte {
	h := sha256.New()
	for _, s := range [...]string{r.Format.Name, r.Charset, r.Title, r.Date.String(), strconv.FormatInt(r.Asked.Unix(), 36), strconv.FormatInt(r.Replied.Unix(), 36)} {
		h.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(s))))
		h.Write([]byte(s))
	}
	if r.Variant != "" {
		h.Write([]byte("variant " + r.Variant + "\x00"))
	}
	h.Write(content)
	return [sha256.Size]byte(h.Sum(nil))
}

// mostText bounds the words of one finding in the store, in bytes.
const mostText = 1000

// finding makes a finding for the store. One that is not in the content has no place in it.
func finding(f *checker.Finding, placed bool) store.Finding {
	out := store.Finding{
		Fingerprint: f.Fingerprint, Rule: f.Rule, Level: f.Level, Clause: f.Clause, Pack: f.Pack, Text: head(f.Text, mostText), Before: f.Before, After: f.After,
		Message: head(f.Message, mostText), Standard: f.Source, Confidence: f.Confidence, Hidden: f.Hidden,
	}
	if placed {
		out.Start, out.End, out.Line, out.Column = f.Start.Offset, f.End.Offset, int64(f.Start.Line), int64(f.Start.Column)
	}
	for _, s := range f.Suggestions() {
		out.Suggest = append(out.Suggest, head(s, mostText))
	}
	return out
}

// head returns the beginning of s, at most n bytes.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// LateReply is the rule of answers that took too long.
const LateReply = "reply/late"

// lateReply finds an answer that took longer than it may.
func (x *Examiner) lateReply(r *Record) (store.Finding, bool) {
	if x.ReplyDays <= 0 || r.Asked.IsZero() || r.Replied.IsZero() {
		return store.Finding{}, false
	}
	days, known := WorkingDays(r.Asked, r.Replied)
	if days <= x.ReplyDays {
		return store.Finding{}, false
	}
	key := "late"
	if !known {
		key = "late.week"
	}
	text := r.Asked.Format(dayLayout) + " → " + r.Replied.Format(dayLayout)
	return store.Finding{
		Fingerprint: LateReply, Rule: LateReply, Level: lexicon.Warning, Clause: lexicon.Deduct, Text: text, Confidence: 1,
		Message: say(x.Lang, key, "days", strconv.Itoa(days), "limit", strconv.Itoa(x.ReplyDays)),
	}, true
}
