// Package formats reads drafts: it turns the bytes of an HTML, Markdown or plain text
// file in any of the encodings of Chinese web sites into a source.Document, a stream of
// segments that know where each of their characters stands in the file. It does not
// judge what it reads, and it never holds more of a file than its Limits allow.
package formats

import (
	"io"
	"path"
	"strings"

	"proofcheck/source"
)

// Format is one kind of file.
type Format struct {
	Name       string   // html, markdown, text
	Extensions []string // with the dot, lower case
	MediaTypes []string // without parameters, lower case

	// Split reads a draft. Errors of reading, decoding and limits are yielded by the
	// document's Segments.
	Split func(name string, r io.Reader, opt Options) *source.Document

	// Escape writes plain text so that Split reads it back unchanged inside running text
	// (and, for HTML, inside a quoted attribute value).
	Escape func(text string) string
}

// All lists the formats in the order in which they are tried.
var All = []*Format{HTML, Markdown, Text}

// Options change how a draft is read. The zero value is what most callers want.
type Options struct {
	Limits Limits

	// Charset is the encoding that the transport declared, as in a Content-Type header;
	// a byte order mark goes before it, everything else after it.
	Charset string

	// Elements asks for a segment of kind source.Element for every HTML tag.
	Elements bool

	// Terse leaves out, of what Elements asks for, end tags and tags without attributes, but for those of html.
	Terse bool
}

// Limits bound memory. A zero field means its default.
type Limits struct {
	// Segment is the longest text of one segment in bytes, 64 KiB by default. A longer
	// block is cut at a sentence end where there is one, and the next segment repeats the
	// last Overlap bytes (moved to a character boundary) as its Lead, or a little more: addresses in
	// the text that are shorter than half a segment are whole in one of the two.
	Segment int

	// Overlap is how much of a cut block the next segment repeats, in bytes, 1 KiB by
	// default. It is at least as long as the longest lexicon entry must be, so that
	// nothing is missed at a cut.
	Overlap int

	// Block is how much of the file may be held at once where a format must see a block
	// whole, such as a Markdown list or an HTML tag, in bytes of the view, 4 MiB by default and
	// no less than 64.
	Block int
}

// ByName returns the format that reads files of this name by its extension, or nil.
func ByName(name string) *Format {
	ext := strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/")))
	for _, f := range All {
		for _, e := range f.Extensions {
			if e == ext {
				return f
			}
		}
	}
	return nil
}

// Named returns the format of this name, such as "html", or nil.
func Named(name string) *Format {
	for _, f := range All {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// ByMediaType returns the format for a media type such as "text/html; charset=gbk", or nil.
func ByMediaType(mediaType string) *Format {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	for _, f := range All {
		for _, m := range f.MediaTypes {
			if m == mediaType {
				return f
			}
		}
	}
	return nil
}

func (l Limits) withDefaults() Limits {
	if l.Segment <= 0 {
		l.Segment = 64 << 10
	}
	if l.Overlap <= 0 {
		l.Overlap = min(1<<10, l.Segment/2)
	}
	l.Overlap = min(l.Overlap, l.Segment/2)
	if l.Block <= 0 {
		l.Block = 4 << 20
	}
	l.Block = max(l.Block, 64)
	return l
}
