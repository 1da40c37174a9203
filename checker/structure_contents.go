package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// contents reports entries of a table of contents that the text does not have, or has in other words: 目录
// says 二、主要任务, the heading 二、重点任务. GB/T 7713.1-2006 5.4; CY/T 266-2023.
//
// Entries are the short blocks behind 目录 that begin with a serial number. They are compared with the
// headings of the same number; where most of them are not found the list is no table of contents.
var contents = &Rule{
	ID:    "structure/contents",
	Whole: true,
	On:    Only(source.Paragraph) | Only(source.Heading) | Only(source.ListItem) | Only(source.Title),
	Needs: Han,
	Begin: func(p *Pass) Inspector { return &contentsList{pass: p} },
}

const maxContents = 500 // entries

type contentsList struct {
	pass    *Pass
	open    bool // entries are being read
	entries []contentsEntry
	next    int // the entry before which no heading is looked for any more
}

type contentsEntry struct {
	serial string
	title  string
	place  *Place
	seen   string // the heading of this number that was found
	found  bool
}

func (c *contentsList) Inspect(seg *Segment, _ []Hit) {
	if seg.Lead > 0 || seg.Partial || len(seg.Text) > 240 {
		c.open = false
		return
	}
	text := strings.TrimSpace(seg.Text)
	if len(c.entries) == 0 && !c.open {
		c.open = strings.HasPrefix(text, "目") && len(text) < 30 && strings.ReplaceAll(strings.ReplaceAll(text, "　", ""), " ", "") == "目录"
		return
	}
	serial, title := titled(text)
	if c.open {
		first := len(c.entries) > 0 && c.entries[0].serial == serial && sameTitle(c.entries[0].title, title)
		switch {
		case serial == "" || first || strings.Contains(text, "。") || len(c.entries) == maxContents:
			c.open = false
		default:
			c.entries = append(c.entries, contentsEntry{serial: serial, title: strings.Clone(title), place: c.pass.Keep(seg, 0, len(seg.Text), Problem{})})
			return
		}
	}
	if serial == "" {
		return
	}
	for i := c.next; i < len(c.entries); i++ {
		e := &c.entries[i]
		if e.serial != serial {
			continue
		}
		e.found = sameTitle(e.title, title)
		e.seen = strings.Clone(title)
		if e.found || runeDistance(e.title, title, 4) <= 4 {
			c.next = i + 1
			return
		}
	}
}

// titled splits a heading with a serial number, or an entry with its page, into number and title.
func titled(text string) (serial, title string) {
	end := 0
	if _, _, to, ok := serialNumber(text); ok {
		end = to
	} else if strings.HasPrefix(text, "第") {
		_, to, ok := hanNumeral(text, len("第"))
		if !ok || to >= len(text) || !strings.ContainsRune("章节编篇部", after(text, to)) {
			return "", ""
		}
		_, n := utf8.DecodeRuneInString(text[to:])
		end = to + n
		if strings.HasPrefix(text[end:], "分") { // 第一部分
			end += len("分")
		}
	} else {
		return "", ""
	}
	title = strings.TrimRight(strings.TrimSpace(text[end:]), "0123456789 　.…·—-－（）()")
	return strings.Clone(text[:end]), strings.TrimSpace(title)
}

func sameTitle(a, b string) bool {
	squeeze := strings.NewReplacer(" ", "", "　", "", "，", "", "、", "")
	return squeeze.Replace(a) == squeeze.Replace(b)
}

func (c *contentsList) End() {
	found := 0
	for i := range c.entries {
		if c.entries[i].found {
			found++
		}
	}
	if len(c.entries) < 3 || found*2 < len(c.entries) {
		return
	}
	for i := range c.entries {
		switch e := &c.entries[i]; {
		case e.found || e.title == "":
		case e.seen == "":
			c.pass.ReportAt(e.place, Problem{Message: ".missing"})
		default:
			c.pass.ReportAt(e.place, Problem{Args: []string{"heading", e.serial + e.seen}})
		}
	}
}
