package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// pairedMarks reports brackets, quotation marks and title marks without their counterpart
// in the same block, and quotation marks of the wrong direction. GB/T 15834-2011 4.8, 4.9, 4.15.
//
// A paragraph of a quotation that goes on may open again what the one before did not close
// (GB/T 15834-2011 4.8.3.4), and a serial number such as 1） or a） has no opening mark.
var pairedMarks = &Rule{
	ID:    "punctuation/paired-marks",
	Needs: WideQuote | HanMark | FullMark,
	Begin: func(p *Pass) Inspector { return &pairs{pass: p} },
}

type pairs struct {
	half  []int // half-width opening brackets that are not closed yet
	pass  *Pass
	stack []openMark
	// carried is a “ that a paragraph left open: the quotation may go on in the next one.
	carried *Place
	heads   int // paragraphs in a row that began with a carried “
}

type openMark struct {
	at   int
	mark rune
}

const pairOpen, pairClose = "（《〈“‘【〔「『［｛", "）》〉”’】〕」』］｝"

func (c *pairs) Inspect(seg *Segment, _ []Hit) {
	if seg.Partial || seg.Lead > 0 {
		return // the counterpart may stand in the other part
	}
	text := seg.Text
	c.stack, c.half = c.stack[:0], c.half[:0]
	for i, r := range text {
		if r < 0x2018 {
			c.halfWidth(seg, i, r)
			continue
		}
		if strings.ContainsRune(pairOpen, r) {
			c.open(seg, i, r)
			continue
		}
		k := strings.IndexRune(pairClose, r)
		if k < 0 {
			continue
		}
		want, _ := utf8.DecodeRuneInString(pairOpen[k:])
		c.close(seg, i, r, want)
	}
	c.finish(seg)
}

func (c *pairs) open(seg *Segment, i int, r rune) {
	// ““ or “北京“: a closing mark typed with the opening key, when nothing else is between.
	if n := len(c.stack); r == '“' && n > 0 && c.stack[n-1].mark == '“' {
		if nested := strings.ContainsRune(seg.Text[c.stack[n-1].at+3:i], '‘'); !nested {
			c.report(seg, i, ".direction", "”")
			c.stack = c.stack[:n-1]
			return
		}
	}
	if len(c.stack) < 64 {
		c.stack = append(c.stack, openMark{i, r})
	}
}

func (c *pairs) close(seg *Segment, i int, r, want rune) {
	for k := len(c.stack) - 1; k >= 0; k-- {
		if c.stack[k].mark != want {
			continue
		}
		for _, o := range c.stack[k+1:] {
			c.report(seg, o.at, ".unclosed")
		}
		c.stack = c.stack[:k]
		return
	}
	switch {
	case r == '）' && len(c.half) > 0:
		at := c.half[len(c.half)-1]
		c.half = c.half[:len(c.half)-1]
		c.report(seg, at, ".width", "（")
	case r == '）' && serial(seg.Text[:i]):
	case r == '’' && apostrophe(seg.Text, i):
	case r == '”' && c.carried != nil && c.heads > 0:
		c.carried, c.heads = nil, 0
	case r == '”' && c.reopens(seg, i):
		c.report(seg, i, ".direction", "“")
		c.stack = append(c.stack, openMark{i, '“'})
	default:
		c.report(seg, i, ".unopened")
	}
}

// halfWidth keeps account of half-width brackets, so that one whose counterpart is full-width is
// told from one without a counterpart.
func (c *pairs) halfWidth(seg *Segment, i int, r rune) {
	switch {
	case r == '(':
		if len(c.half) < 64 {
			c.half = append(c.half, i)
		}
	case r == ')' && len(c.half) > 0:
		c.half = c.half[:len(c.half)-1]
	case r == ')' && len(c.stack) > 0 && c.stack[len(c.stack)-1].mark == '（':
		c.stack = c.stack[:len(c.stack)-1]
		c.report(seg, i, ".width", "）")
	}
}

// reopens reports whether a ” without its “ stands where only an opening mark can, with its
// counterpart after it: ”北京”.
func (c *pairs) reopens(seg *Segment, i int) bool {
	rest := seg.Text[i+len("”"):]
	next := strings.Index(rest, "”")
	return next > 0 && !strings.Contains(rest[:next], "“") && !sentenceEnd(before(seg.Text, i)) &&
		!strings.ContainsAny(rest[:next], "。！？")
}

// finish reports what is still open at the end of the block.
func (c *pairs) finish(seg *Segment) {
	first, _ := utf8.DecodeRuneInString(seg.Text)
	for k, o := range c.stack {
		// A quotation of several paragraphs opens each of them and closes the last.
		if o.mark == '“' && k == 0 && o.at < 32 && seg.Kind == source.Paragraph {
			c.carry(seg, o.at)
			return
		}
		c.report(seg, o.at, ".unclosed")
	}
	if len(c.stack) == 0 && seg.Kind.Prose() {
		if first == '“' && c.heads > 0 {
			c.carried, c.heads = nil, 0 // the last paragraph closes the quotation
			return
		}
		c.drop()
	}
}

func (c *pairs) carry(seg *Segment, at int) {
	if c.carried == nil {
		c.carried = c.pass.Keep(seg, at, at+len("“"), Problem{})
	}
	c.heads++
}

// drop reports a quotation that was left open and did not go on.
func (c *pairs) drop() {
	if c.carried != nil {
		c.pass.ReportAt(c.carried, Problem{Message: ".unclosed"})
	}
	c.carried, c.heads = nil, 0
}

func (c *pairs) End() { c.drop() }

func (c *pairs) report(seg *Segment, at int, message string, suggest ...string) {
	_, n := utf8.DecodeRuneInString(seg.Text[at:])
	c.pass.Report(seg, at, at+n, Problem{Message: message, Suggest: suggest})
}

// serial reports whether text ends with the serial number of a list: 1 12 a A 一 ①.
func serial(text string) bool {
	start := len(text)
	for n := 0; n < 4 && start > 0; n++ {
		r, k := utf8.DecodeLastRuneInString(text[:start])
		if !isDigit(r) && !(r >= 'a' && r <= 'z') && !(r >= 'A' && r <= 'Z') && !strings.ContainsRune("一二三四五六七八九十", r) {
			break
		}
		start -= k
	}
	if start == len(text) {
		return false
	}
	r := before(text, start)
	return r == 0 || r == ' ' || r == '\n' || r == '　' || strings.ContainsRune("。；：，、;,:!！?？", r)
}

// apostrophe reports whether the ’ at offset i is one: it's, Xi’an, ’98.
func apostrophe(text string, i int) bool {
	prev, next := before(text, i), after(text, i+len("’"))
	return prev < 0x250 && prev > ' ' || isDigit(next) || next < 0x250 && next > ' ' || prev == '′'
}
