package checker

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A style is one of the ways of a group in which one thing is written.
type style struct {
	group, style int
	word         string
	unit         bool // counts behind a number only
}

// styleTable is data/consistency.tsv: what a document should write in one way.
type styleTable struct {
	groups []styleGroup
	words  map[string][]style // by rule; their order is that of the anchors
}

type styleGroup struct {
	rule   string
	styles []string // a name of each, its first word
}

var readStyles = sync.OnceValue(func() *styleTable {
	t := &styleTable{words: map[string][]style{}}
	for _, row := range readTable("data/consistency.tsv") {
		g := styleGroup{rule: row["rule"]}
		for k, cell := range strings.Split(row["styles"], "/") {
			for i, word := range strings.Split(cell, "|") {
				if i == 0 {
					g.styles = append(g.styles, word)
				}
				t.words[g.rule] = append(t.words[g.rule], style{len(t.groups), k, word, row["unit"] == "1"})
			}
		}
		t.groups = append(t.groups, g)
	}
	return t
})

// styleRule makes a rule that reports, once a document and group, that a thing is written in several ways.
func styleRule(id string) *Rule {
	return &Rule{
		ID:    id,
		Whole: true,
		Anchors: func() []string {
			var out []string
			for _, s := range readStyles().words[id] {
				out = append(out, s.word)
			}
			return out
		},
		Begin: func(p *Pass) Inspector {
			return &styles{pass: p, words: readStyles().words[id], seen: map[int]*styleCount{}}
		},
	}
}

var (
	// mixedVariants reports words that a dictionary has in two forms, both of them in one document. 现代汉语词典;
	// GF 1001-2001.
	mixedVariants = styleRule("expression/mixed-variants")
	// mixedUnits reports one unit written as a symbol and as a word. GB 3100-1993 6.1; GB/T 15835-2011 5.1.
	mixedUnits = styleRule("number/mixed-units")
)

type styles struct {
	pass  *Pass
	words []style
	seen  map[int]*styleCount // by group
}

type styleCount struct {
	count []int
	first []*Place
}

func (c *styles) Inspect(seg *Segment, hits []Hit) {
	end := 0
	for i, h := range hits {
		s := c.words[h.Anchor]
		longer := slices.ContainsFunc(hits[i+1:min(len(hits), i+4)], func(o Hit) bool { return o.From == h.From && o.To > h.To })
		if h.From < end || longer || !c.counts(seg, h, s) {
			continue
		}
		end = h.To
		n := c.seen[s.group]
		if n == nil {
			k := len(readStyles().groups[s.group].styles)
			n = &styleCount{make([]int, k), make([]*Place, k)}
			c.seen[s.group] = n
		}
		if n.count[s.style]++; n.first[s.style] == nil {
			n.first[s.style] = c.pass.Keep(seg, h.From, h.To, Problem{})
		}
	}
}

// counts reports whether a hit is the word itself: not in a quotation or a title, not part of a longer word.
func (c *styles) counts(seg *Segment, h Hit, s style) bool {
	if s.unit {
		if !isDigit(before(strings.TrimRight(seg.Text[:h.From], " "), len(strings.TrimRight(seg.Text[:h.From], " ")))) {
			return false
		}
		first, next := after(s.word, 0), after(seg.Text, h.To)
		return isHan(first) || next >= 0x250 || !unicode.IsLetter(next) && next != '/' && next != '²' && next != '³'
	}
	return !seg.InTitle(h.From) && !seg.Quoted(h.From) && !letterBeside(seg.Text, h.From, h.To)
}

func (c *styles) End() {
	for g := range readStyles().groups {
		n := c.seen[g]
		if n == nil {
			continue
		}
		most, rare := -1, -1
		for k, count := range n.count {
			if count > 0 && (most < 0 || count > n.count[most]) {
				most = k
			}
		}
		for k, count := range n.count {
			if count > 0 && k != most && (rare < 0 || count < n.count[rare]) {
				rare = k
			}
		}
		if rare >= 0 {
			c.pass.ReportAt(n.first[rare], Problem{Args: []string{"other", n.first[most].Text()}})
		}
	}
}

// mixedDates reports, once a document, that dates are written in several ways: 2020年5月9日, 2020.5.9,
// 二〇二〇年五月九日, and decades as 80年代 and 八十年代. GB/T 15835-2011 4.1.3; GB/T 7408.1-2023.
var mixedDates = &Rule{
	ID:      "number/mixed-dates",
	Whole:   true,
	Anchors: anchors("月", ".", "/", "-", "年代"),
	Begin:   func(p *Pass) Inspector { return &dateStyles{pass: p} },
}

// The ways to write a date and a decade.
const (
	arabicDate = iota
	hanDate
	dottedDate
	slashedDate
	dashedDate
	arabicDecade
	hanDecade
	dateWays
)

type dateStyles struct {
	pass  *Pass
	count [dateWays]int
	first [dateWays]*Place
}

func (c *dateStyles) Inspect(seg *Segment, hits []Hit) {
	for _, h := range hits {
		switch h.Anchor {
		case 0:
			parseDates(seg.Text, []Hit{h}, func(d date) {
				if d.year > 999 && d.day > 0 {
					way := hanDate
					if isDigit(after(seg.Text, d.from)) {
						way = arabicDate
					}
					c.add(seg, way, d.from, d.to)
				}
			})
		case 4:
			if n, from, ok := numberBefore(seg.Text, h.From); ok && n >= 10 && n < 100 && n%10 == 0 {
				way := hanDecade
				if isDigit(after(seg.Text, from)) {
					way = arabicDecade
				}
				c.add(seg, way, from, h.To)
			}
		default:
			if from, to := numericDate(seg.Text, h); to > 0 {
				c.add(seg, dottedDate+h.Anchor-1, from, to)
			}
		}
	}
}

// numericDate returns the range of a date whose year is before a separator, such as 2020.5.9.
func numericDate(text string, h Hit) (from, to int) {
	year, from, ok := arabicBefore(text, h.From, 4)
	if !ok || year < 1900 || year > 2100 || h.From-from != 4 {
		return 0, 0
	}
	month, end, ok := arabicAfter(text, h.To, 2)
	if !ok || month < 1 || month > 12 || !strings.HasPrefix(text[end:], text[h.From:h.To]) {
		return 0, 0
	}
	day, end, ok := arabicAfter(text, end+len(text[h.From:h.To]), 2)
	if !ok || day < 1 || day > 31 {
		return 0, 0
	}
	// The time behind it makes it one that a system has written.
	if rest := strings.TrimLeft(text[end:], " 　"); len(rest) > 4 && isDigit(rune(rest[0])) && strings.Contains(rest[:5], ":") {
		return 0, 0
	}
	// A longer number or a path is none.
	for _, r := range [...]rune{before(text, from), after(text, end)} {
		if r == '.' || r == '/' || r == '-' || r == '_' || r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return 0, 0
		}
	}
	return from, end
}

func (c *dateStyles) add(seg *Segment, way, from, to int) {
	if c.count[way]++; c.first[way] == nil && !seg.Quoted(from) && !seg.InTitle(from) {
		c.first[way] = c.pass.Keep(seg, from, to, Problem{})
	}
}

func (c *dateStyles) End() {
	c.judge(arabicDate, dashedDate)
	c.judge(arabicDecade, hanDecade)
}

// judge reports the rarest of the ways from one to another when there are two.
func (c *dateStyles) judge(from, to int) {
	most, rare := -1, -1
	for way := from; way <= to; way++ {
		if c.first[way] == nil {
			continue
		}
		if most < 0 || c.count[way] > c.count[most] {
			most = way
		}
	}
	for way := from; way <= to; way++ {
		if c.first[way] != nil && way != most && (rare < 0 || c.count[way] < c.count[rare]) {
			rare = way
		}
	}
	if rare >= 0 {
		c.pass.ReportAt(c.first[rare], Problem{Args: []string{"other", c.first[most].Text()}})
	}
}

// similarTitles reports two titles in 《》 of one document that differ in one character which sounds or looks
// alike: one of them is misspelt. CY/T 266-2023.
var similarTitles = &Rule{
	ID:      "expression/similar-titles",
	Whole:   true,
	Anchors: anchors("《"),
	Begin: func(p *Pass) Inspector {
		return &titleForms{pass: p, seen: map[string]bool{}, halves: map[string][]string{}}
	},
}

const (
	shortestTitle = 6 // characters
	longestTitle  = 40
)

// titleForms remembers each title by its halves: of two that differ in one character, one half is the same.
type titleForms struct {
	pass   *Pass
	seen   map[string]bool
	halves map[string][]string
}

func (c *titleForms) Inspect(seg *Segment, hits []Hit) {
	for _, h := range hits {
		n := strings.Index(seg.Text[h.To:min(len(seg.Text), h.To+3*longestTitle)], "》")
		if n < 0 {
			continue
		}
		title := seg.Text[h.To : h.To+n]
		if length := utf8.RuneCountInString(title); length < shortestTitle || c.seen[title] || len(c.seen) >= maxTitles {
			continue
		}
		c.add(seg, h, strings.Clone(title))
	}
}

// add compares a title with those before it whose first or second half is the same.
func (c *titleForms) add(seg *Segment, h Hit, title string) {
	c.seen[title] = true
	half := runesAfter(title, 0, utf8.RuneCountInString(title)/2)
	for _, key := range [...]string{title[:half] + "\x00", "\x00" + title[half:]} {
		list := c.halves[key]
		for _, other := range list {
			if misheard(title, other) {
				c.pass.Report(seg, h.To, h.To+len(title), Problem{Args: []string{"first", other}})
				return
			}
		}
		if len(list) < maxSimilar {
			c.halves[key] = append(list, title)
		}
	}
}

// maxSimilar is how many titles with the same half are compared: 中华人民共和国… is the half of many.
const maxSimilar = 32

// misheard reports whether two texts differ in one character, which sounds or looks like the other.
func misheard(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	differs := false
	for i, r := range a {
		have, _ := utf8.DecodeRuneInString(b[i:])
		if r == have {
			continue
		}
		if differs || !isHan(r) || !isHan(have) || digitValue(r) >= 0 || digitValue(have) >= 0 || !alikeInSound(r, have) && !alikeInShape(r, have) {
			return false
		}
		differs = true
	}
	return differs
}

func (c *titleForms) End() {}
