// Package source says where text came from. It defines the plain values that
// flow through the program: a Document is a stream of Segments, and every
// Segment keeps the way back from each of its characters to the bytes of the
// file. It does not read files, parse markup or know any rule.
//
// # Words
//
//   - File: the original bytes, in the file's own encoding. A [Span] and
//     [Position.Offset] always count bytes of the file.
//   - View: the file decoded to UTF-8. For a UTF-8 file it is the file itself,
//     invalid bytes included. Format readers work on the view; an [Origin]
//     leads from the view to the file.
//   - Text: what a reader of the published page sees of one block: markup
//     taken out, entities decoded. Rules work on Text, with byte offsets
//     named from and to.
package source

import (
	"fmt"
	"iter"
)

// Span is a half-open range of bytes of the file.
type Span struct {
	Start, End int64
}

// Len returns the number of bytes in s.
func (s Span) Len() int64 { return s.End - s.Start }

// Position is a place in the file. The zero value is the start of the file
// with Line and Column not yet known; see [Start].
type Position struct {
	Offset int64 // bytes of the file
	Line   int   // from 1; LF, CR LF and a lone CR each end a line
	Column int   // from 1, in Unicode code points; an invalid byte counts as one
	Byte   int   // Column counted in bytes of the view, from 1; 0 when not known
}

// Start is the position of the first byte of a file.
func Start() Position { return Position{Line: 1, Column: 1, Byte: 1} }

// String formats p as line:column.
func (p Position) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// Kind says what part of a page a Segment is.
type Kind uint8

// The kinds of segments. Paragraph is the zero value.
const (
	Paragraph Kind = iota
	Heading        // Level is 1 to 6
	ListItem       // Level is the nesting depth, from 1
	Cell           // of a table
	Caption        // of a table or a figure
	Quote          // a block quotation
	Title          // the page's title: <title>, front matter title
	Attribute      // a value that readers see or hear: Name is alt, title, placeholder, aria-label …
	Metadata       // a meta element or a front matter value: Name is its key
	Directive      // a comment that begins with "proofcheck-"; Text is the comment's content, trimmed
	Element        // a tag of the page, without text: see Segment.Tag and Segment.Links
	kinds          // number of kinds
)

var kindNames = [kinds]string{
	"paragraph", "heading", "list-item", "cell", "caption", "quote", "title",
	"attribute", "metadata", "directive", "element",
}

// String returns the name of k in lower-case-hyphen form.
func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Prose reports whether a segment of this kind holds text that readers see
// as running text or headings, as opposed to attributes, metadata, directives
// and tags.
func (k Kind) Prose() bool { return k <= Title }

// Document is one draft. Segments is ranged over once; when it yields an
// error, that is the last value and the document could not be read to its end.
// The other fields are set before the first segment is yielded.
type Document struct {
	Name     string // as the user named it: a path, a URL, or "-"
	Format   string // name of the format that reads it: html, markdown, text
	Encoding string // IANA name of the file's encoding, lower case: utf-8, gb18030, big5, utf-16le …
	BOM      bool   // the file begins with a byte order mark
	Segments iter.Seq2[*Segment, error]
}

// Link is a reference from the document to another resource.
type Link struct {
	Target    string // as a browser would follow it: entities decoded, white space at the ends removed
	Span      Span   // the bytes of the target as written in the file
	Element   string // HTML element in lower case; Markdown: a, img, or "definition", "autolink"; in any text: "url" (bare)
	Attribute string // href, src, srcset, style …; "" when the format has none
	From, To  int    // range of the link's words in Text; empty when it has none here
}

// Tag is an HTML tag as written, for rules about the page. Only formats with
// HTML in them yield it, and only when asked to.
type Tag struct {
	Name        string // lower case
	Attributes  []TagAttribute
	End         bool // </name>
	SelfClosing bool // <name/>
}

// TagAttribute is one attribute of a Tag.
type TagAttribute struct {
	Name  string // lower case
	Value string // decoded
	Span  Span   // of the value without quotes; of the name when there is no value
}

// Get returns the value of the named attribute and whether it is there.
func (t *Tag) Get(name string) (string, bool) {
	for i := range t.Attributes {
		if t.Attributes[i].Name == name {
			return t.Attributes[i].Value, true
		}
	}
	return "", false
}

// Omission is something that stands in the file inside a segment but was left
// out of its Text, so that words stay whole: an invisible character, or a line
// break or stray space between two Han characters.
type Omission struct {
	At   int    // offset in Text before which it stood
	Text string // what was left out, as written; of an entity for an invisible character, that character
	Span Span
}
