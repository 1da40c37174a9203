package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/hanzi"
	"proofcheck/source"
)

// Segment is a source.Segment with what several rules want to know of it. It is valid
// during Inspect only.
type Segment struct {
	*source.Segment
	Number int   // in the document, from 0
	Class  Class // classes of characters that occur in Text
	Chars  int   // characters of Text, white space left out

	marks    []mark // see Marks
	marked   bool
	enclosed []enclosure
	parsed   bool
}

// A mark is a character of Text that is no ideograph, and no letter, digit or space of ASCII.
type mark struct {
	at int // bytes of Text
	r  rune
}

// end returns the offset behind the mark.
func (m mark) end() int { return m.at + utf8.RuneLen(m.r) }

// margin is how many bytes before a cut belong to the next segment, so that what is found
// there is judged with text on both sides.
const margin = 128

// settled reports whether a finding belongs to the segment before or after, since it lies in
// text that both have.
func (s *Segment) settled(from, to int) bool {
	if s.Lead > 0 && to <= s.Lead-min(margin, s.Lead/2) {
		return true
	}
	return s.Partial && s.Tail > 0 && to > len(s.Text)-min(margin, s.Tail/2)
}

// Class is a set of classes of characters.
type Class uint32

// Classes of characters. They are cheap and coarse: by the first one or two bytes of UTF-8.
const (
	Digit     Class = 1 << iota // 0–9
	Letter                      // A–Z a–z
	HalfMark                    // , . ; : ? ! " ' ( ) < > [ ] { } - ~ and the other ASCII symbols
	Blank                       // space, tab, line end, U+3000
	Latin                       // U+0080–U+036F
	Foreign                     // Greek, Cyrillic and other scripts up to U+1FFF
	WideQuote                   // U+2000–U+206F: “ ” ‘ ’ — … and spaces
	Symbol                      // U+2070–U+2E7F
	Radical                     // U+2E80–U+2FFF: radicals and description characters
	HanMark                     // U+3000–U+303F: 、。《》〈〉「」【】〔〕〇
	Kana                        // U+3040–U+30FF
	Han                         // U+3100–U+9FFF
	Private                     // U+E000–U+F8FF
	Compat                      // U+F900–U+FEFF: compatibility ideographs and forms
	FullMark                    // U+FF00–U+FFFF: ，；：？！（） and full-width letters and digits
	Astral                      // beyond U+FFFF
	Unlisted                    // ideographs that the 通用规范汉字表 does not hold
	WideForm                    // letters and digits in full width, among FullMark

	// What a segment has beside its characters.
	Linked // links
	Gapped // something that Text leaves out
	Tagged // a tag
	Opened // one that is no end tag
)

var leadClass = func() (t [256]Class) {
	for c := range 256 {
		switch {
		case c >= '0' && c <= '9':
			t[c] = Digit
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
			t[c] = Letter
		case c == ' ', c == '\t', c == '\n', c == '\r':
			t[c] = Blank
		case c < 0x80:
			t[c] = HalfMark
		case c < 0xC0: // continuation
		case c < 0xCE:
			t[c] = Latin
		case c < 0xE2:
			t[c] = Foreign
		case c >= 0xE4 && c <= 0xE9:
			t[c] = Han
		case c == 0xEE:
			t[c] = Private
		case c >= 0xEA && c <= 0xED:
			t[c] = Foreign
		case c >= 0xF0:
			t[c] = Astral
		}
	}
	return t
}()

// classify returns the classes of characters in text, and how many there are, white space left out.
func classify(text string) (Class, int) {
	var c Class
	runes := 0
	for i := 0; i < len(text); i++ {
		b := text[i]
		if b >= 0xE4 && b <= 0xE9 && i+2 < len(text) {
			if c&Unlisted == 0 && hanzi.Level(rune(b&0x0F)<<12|rune(text[i+1]&0x3F)<<6|rune(text[i+2]&0x3F)) == 0 {
				c |= Unlisted
			}
			c |= Han
			runes++
			i += 2
			continue
		}
		class := leadClass[b]
		c |= class
		if (b < 0x80 || b >= 0xC0) && class != Blank {
			runes++
		}
		if b != 0xE2 && b != 0xE3 && b != 0xEF || i+1 == len(text) {
			continue
		}
		switch d := text[i+1]; {
		case b == 0xE2 && d <= 0x81:
			c |= WideQuote
		case b == 0xE2 && d < 0xBA:
			c |= Symbol
		case b == 0xE2:
			c |= Radical
		case b == 0xE3 && d == 0x80:
			c |= HanMark
			if i+2 < len(text) && text[i+2] == 0x80 {
				runes-- // U+3000, a space
				c |= Blank
			}
		case b == 0xE3 && d <= 0x83:
			c |= Kana
		case b == 0xE3:
			c |= Han | Unlisted
		case d < 0xA4:
			c |= Private
		case d < 0xBC:
			c |= Compat
		default:
			c |= FullMark
			if i+2 < len(text) && fullWidth(0xF000|rune(d&0x3F)<<6|rune(text[i+2]&0x3F)) {
				c |= WideForm
			}
		}
	}
	return c, runes
}

// classOf returns the classes of a segment, and how many characters it has, white space left out.
func classOf(s *source.Segment) (Class, int) {
	c, runes := classify(s.Text)
	if len(s.Links) > 0 {
		c |= Linked
	}
	if len(s.Omitted) > 0 {
		c |= Gapped
	}
	if s.Tag != nil {
		c |= Tagged
		if !s.Tag.End {
			c |= Opened
		}
	}
	return c, runes
}

// unmarked are the first bytes of characters that are no marks, and the bytes behind them.
var unmarked = func() (t [256]bool) {
	for b := range 256 {
		t[b] = b == ' ' || b == '\t' || b == '\r' || leadClass[b]&(Digit|Letter) != 0 || b >= 0x80 && b < 0xC0
	}
	return t
}()

// Marks returns the marks of Text in order, and whatever else is no ideograph: rules that look at punctuation
// need not pass over the words between.
func (s *Segment) Marks() []mark {
	if s.marked {
		return s.marks
	}
	s.marked = true
	text := s.Text
	for i := 0; i < len(text); {
		b := text[i]
		switch {
		case b >= 0xE4 && b <= 0xE9:
			i += 3
		case unmarked[b]:
			i++
		case b < 0x80:
			s.marks = append(s.marks, mark{i, rune(b)})
			i++
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			s.marks = append(s.marks, mark{i, r})
			i += n
		}
	}
	return s.marks
}

// An enclosure is text between a pair of marks, the marks themselves left out.
type enclosure struct {
	from, to int
	open     rune
}

// closing returns the mark that closes what r opens, 0 when it opens nothing.
func closing(r rune) rune {
	switch r {
	case '“', '‘', '《', '〈', '「', '『', '【', '〔', '（', '(':
		return r + 1 // the two are neighbours in Unicode
	case '[', '［', '｛':
		return r + 2
	}
	return 0
}

// opening returns the mark that r closes, 0 when it closes nothing.
func opening(r rune) rune {
	for _, o := range [...]rune{r - 1, r - 2} {
		if closing(o) == r {
			return o
		}
	}
	return 0
}

// Within reports whether offset at of Text stands between a pair of marks whose opening one
// is among open, such as "“‘「" for quoted speech or "《〈" for titles. An opening mark without
// its closing one encloses nothing.
func (s *Segment) Within(at int, open string) bool {
	if !s.parsed {
		s.parse()
	}
	for _, e := range s.enclosed {
		if e.from <= at && at < e.to && strings.ContainsRune(open, e.open) {
			return true
		}
	}
	return false
}

// Quoted reports whether at stands in quoted speech or a quoted term.
func (s *Segment) Quoted(at int) bool { return s.Within(at, "“‘「『") }

// InTitle reports whether at stands in the title of a work, law or document.
func (s *Segment) InTitle(at int) bool { return s.Within(at, "《〈") }

func (s *Segment) parse() {
	s.parsed = true
	if s.Class&(WideQuote|HanMark|FullMark|HalfMark) == 0 {
		return
	}
	var stack []enclosure
	for _, m := range s.Marks() {
		if closing(m.r) != 0 {
			if len(stack) < 32 {
				stack = append(stack, enclosure{from: m.end(), open: m.r})
			}
			continue
		}
		for k := len(stack) - 1; k >= 0; k-- {
			if closing(stack[k].open) == m.r {
				stack[k].to = m.at
				s.enclosed = append(s.enclosed, stack[k])
				stack = stack[:k]
				break
			}
		}
	}
}

// Sentence returns the range of the sentence that holds offset at: between marks that end a
// sentence (。！？；… and line ends), the closing mark included.
func (s *Segment) Sentence(at int) (from, to int) {
	for i := at; i > 0; {
		r, n := utf8.DecodeLastRuneInString(s.Text[:i])
		if sentenceEnd(r) {
			from = i
			break
		}
		i -= n
	}
	to = len(s.Text)
	for i, r := range s.Text[at:] {
		if sentenceEnd(r) {
			to = at + i + utf8.RuneLen(r)
			break
		}
	}
	return from, to
}

func sentenceEnd(r rune) bool {
	switch r {
	case '。', '！', '？', '；', '\n', '!', '?', ';':
		return true
	}
	return false
}

// before returns the last character before offset at, 0 at the start.
func before(text string, at int) rune {
	if at <= 0 {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return r
}

// after returns the character at offset at, 0 at the end.
func after(text string, at int) rune {
	if at >= len(text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	return r
}

// tail returns the last n characters of s.
func tail(s string, n int) string {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		_, k := utf8.DecodeLastRuneInString(s[:i])
		i -= k
	}
	return s[i:]
}

// head returns the first n characters of s.
func head(s string, n int) string {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, k := utf8.DecodeRuneInString(s[i:])
		i += k
	}
	return s[:i]
}

// isHan reports whether r is a Chinese character.
func isHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r == '〇' || r >= 0x20000 && r <= 0x3FFFF || r >= 0xF900 && r <= 0xFAFF
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
