// Package mend applies the fixes of findings to the bytes of a draft: it chooses those that do not
// overlap, writes them in the format and the encoding of the file, and goes on until there is
// nothing more to mend. It decides nothing about what is right, and opens no files.
package mend

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"io"
	"slices"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/source"
)

// Rounds is how often a draft is checked anew at most: a fix may make way for another one, and more
// rounds would be a quarrel of rules.
const Rounds = 8

// Patch is an edit in bytes of the file.
type Patch struct {
	source.Span
	Text []byte
}

// Of turns the edits of a fix into bytes, nil when there are none or when the encoding of the file
// has no such characters.
func Of(doc *source.Document, format *formats.Format, fix *checker.Fix) []Patch {
	var out []Patch
	for _, e := range fix.Edits {
		text, ok := encode(doc.Encoding, format, e.New)
		if !ok {
			return nil
		}
		out = append(out, Patch{e.Span, text})
	}
	return out
}

// encode writes plain text as the bytes that stand for it in a file of an encoding. It reports
// false when the encoding lacks a character and the format has no other way to write it.
func encode(charset string, format *formats.Format, text string) ([]byte, bool) {
	text = format.Escape(text)
	if charset == "utf-8" || charset == "" {
		return []byte(text), true
	}
	e, err := htmlindex.Get(charset)
	if err != nil {
		return nil, false
	}
	encoder := e.NewEncoder()
	if format != formats.Text {
		encoder = encoding.HTMLEscapeUnsupported(encoder)
	}
	out, err := encoder.Bytes([]byte(text))
	return out, err == nil
}

// Decode returns bytes of an encoding as UTF-8, for showing them; as they are where that cannot be.
func Decode(charset string, text []byte) string {
	if charset != "utf-8" && charset != "" {
		if e, err := htmlindex.Get(charset); err == nil {
			if b, err := e.NewDecoder().Bytes(text); err == nil {
				return string(b)
			}
		}
	}
	return string(text)
}

// Choose returns the patches of those groups that do not overlap an earlier one, in order, and how
// many groups that are. The others have their turn in the next round.
func Choose(groups [][]Patch) ([]Patch, int) {
	slices.SortStableFunc(groups, func(a, b []Patch) int { return cmp.Compare(a[0].Start, b[0].Start) })
	var out []Patch
	end, n := int64(-1), 0
	for _, g := range groups {
		if g[0].Start < end || g[0].Start == end && g[0].Len() == 0 {
			continue
		}
		out = append(out, g...)
		end, n = g[len(g)-1].End, n+1
	}
	return out, n
}

// Apply copies in to w with patches, which are in order and do not overlap. The error is io.EOF when
// in ends before the last of them.
func Apply(w io.Writer, in io.Reader, patches []Patch) error {
	at := int64(0)
	for _, p := range patches {
		if _, err := io.CopyN(w, in, p.Start-at); err != nil {
			return err
		}
		if _, err := w.Write(p.Text); err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, in, p.Len()); err != nil {
			return err
		}
		at = p.End
	}
	_, err := io.Copy(w, in)
	return err
}

// Mender mends one draft. One goroutine uses it.
type Mender struct {
	Checker *checker.Checker
	Name    string // of the draft
	Format  *formats.Format
	Options formats.Options
	All     bool                        // also fixes that are not safe
	Wanted  func(*checker.Finding) bool // nil means all findings
	Fixed   int                         // findings that were mended so far
}

// Patches checks a draft once and returns what is to be changed in it, in order and without
// overlaps. The draft's encoding holds for what is read later.
func (m *Mender) Patches(ctx context.Context, in io.Reader) ([]Patch, error) {
	doc := m.Format.Split(m.Name, in, m.Options)
	var groups [][]Patch // of one finding each
	for finding, err := range m.Checker.Check(ctx, doc, nil) {
		if err != nil {
			return nil, err
		}
		if len(finding.Fixes) == 0 || !m.All && !finding.Safe() || m.Wanted != nil && !m.Wanted(finding) {
			continue
		}
		if g := Of(doc, m.Format, &finding.Fixes[0]); g != nil {
			groups = append(groups, g)
		}
	}
	m.Options.Charset = doc.Encoding // what is mended is read as what it was
	patches, n := Choose(groups)
	m.Fixed += n
	return patches, nil
}

// Bytes mends a draft in memory until nothing is left to mend.
func (m *Mender) Bytes(ctx context.Context, text []byte) ([]byte, error) {
	seen := map[[sha256.Size]byte]bool{}
	for range Rounds {
		patches, err := m.Patches(ctx, bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		if len(patches) == 0 || seen[sum] {
			break
		}
		seen[sum] = true
		var b bytes.Buffer
		if err := Apply(&b, bytes.NewReader(text), patches); err != nil {
			return nil, err
		}
		text = b.Bytes()
	}
	return text, nil
}
