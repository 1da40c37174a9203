package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// pairedMarks reports brackets, quotation marks and title marks without their counterpart, quotation
// marks of the wrong direction and brackets of two widths. GB/T 15834-2011 4.8, 4.9, 4.15.
//
// A pair may reach over paragraphs: a quotation that goes on opens each of them again (GB/T
// 15834-2011 4.8.3.4), and lists of amendments in brackets have a line for each. So a mark that a
// paragraph leaves open waits for its counterpart in those that follow. A serial number such as 1） or
// a） has no opening mark.
var pairedMarks = &Rule{
	ID:    "punctuation/paired-marks",
	Whole: true,
	Needs: WideQuote | HanMark | FullMark | HalfMark,
	Begin: func(p *Pass) Inspector { return &pairs{pass: p} },
}

type pairs struct {
	pass    *Pass
	stack   []openMark
	half    []int     // half-width opening brackets that are not closed yet
	waiting []waiting // marks that earlier paragraphs left open
}

type openMark struct {
	at   int
	mark rune
}

// A waiting mark was left open some blocks ago.
type waiting struct {
	mark  rune
	place *Place
	age   int
}

const (
	maxWaiting   = 64
	longestWait  = 12 // blocks
	longestQuote = 80 // blocks of a quotation
)

func (c *pairs) Inspect(seg *Segment, _ []Hit) {
	if seg.Partial || seg.Lead > 0 {
		return // the counterpart may stand in the other part
	}
	c.grow()
	c.stack, c.half = c.stack[:0], c.half[:0]
	for _, m := range seg.Marks() {
		if m.r < 0x80 {
			c.halfWidth(seg, m.at, m.r)
		} else if closing(m.r) != 0 {
			c.open(seg, m.at, m.r)
		} else if want := opening(m.r); want != 0 {
			c.close(seg, m.at, m.r, want)
		}
	}
	c.finish(seg)
}

// grow lets a block pass, and reports what has waited too long.
func (c *pairs) grow() {
	kept := c.waiting[:0]
	for _, w := range c.waiting {
		w.age++
		if w.age > longestWait && (w.mark != '“' || w.age > longestQuote) {
			c.pass.ReportAt(w.place, Problem{Message: ".unclosed"})
			continue
		}
		kept = append(kept, w)
	}
	c.waiting = kept
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
	case c.settle(want):
	case r == '”' && c.reopens(seg, i):
		c.report(seg, i, ".direction", "“")
		c.stack = append(c.stack, openMark{i, '“'})
	default:
		c.report(seg, i, ".unopened")
	}
}

// settle takes the mark that has waited for its counterpart, or all of a quotation's.
func (c *pairs) settle(mark rune) bool {
	found := false
	for k := len(c.waiting) - 1; k >= 0; k-- {
		if c.waiting[k].mark != mark {
			continue
		}
		c.waiting = append(c.waiting[:k], c.waiting[k+1:]...)
		if found = true; mark != '“' {
			break
		}
	}
	return found
}

// halfWidth keeps account of half-width marks, so that one whose counterpart is full-width is told
// from one without a counterpart.
func (c *pairs) halfWidth(seg *Segment, i int, r rune) {
	top := rune(0)
	if n := len(c.stack); n > 0 {
		top = c.stack[n-1].mark
	}
	switch {
	case r == '(':
		if len(c.half) < 64 {
			c.half = append(c.half, i)
		}
	case r == ')' && len(c.half) > 0:
		c.half = c.half[:len(c.half)-1]
	case r == ')' && top == '（':
		c.stack = c.stack[:len(c.stack)-1]
		c.report(seg, i, ".width", "）")
	case r == '"' && top == '“' && !strings.Contains(seg.Text[i+1:min(len(seg.Text), i+1+longestQuotation)], "”"):
		c.stack = c.stack[:len(c.stack)-1]
		c.report(seg, i, ".width", "”")
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

// finish lets wait or reports what is still open at the end of the block. Headings, cells and
// attributes stand for themselves.
func (c *pairs) finish(seg *Segment) {
	first, _ := utf8.DecodeRuneInString(seg.Text)
	if first == '“' && len(c.stack) == 0 {
		c.settle('“') // the last paragraph of a quotation, which closes it
	}
	for _, o := range c.stack {
		switch seg.Kind {
		case source.Paragraph, source.ListItem, source.Quote:
			if len(c.waiting) < maxWaiting {
				_, n := utf8.DecodeRuneInString(seg.Text[o.at:])
				c.waiting = append(c.waiting, waiting{o.mark, c.pass.Keep(seg, o.at, o.at+n, Problem{}), 0})
				continue
			}
		}
		c.report(seg, o.at, ".unclosed")
	}
}

// End reports what has waited in vain.
func (c *pairs) End() {
	for _, w := range c.waiting {
		c.pass.ReportAt(w.place, Problem{Message: ".unclosed"})
	}
}

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
