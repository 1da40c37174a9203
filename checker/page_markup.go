package checker

import (
	"net/url"
	"strings"

	"proofcheck/source"
)

// unclosedTags reports tags that are never closed, or closed without having been opened, among those whose end
// tag may not be left out. HTML Living Standard 13.1.2.4.
var unclosedTags = &Rule{
	ID:    "page/unclosed-tag",
	Whole: true,
	On:    Elements,
	Tags:  tagsToClose,
	Begin: func(p *Pass) Inspector { return &tagStack{pass: p, count: map[string]int{}} },
}

// tagsToClose are elements that have an end tag always.
var tagsToClose = strings.Fields(`div span table ul ol dl section article header footer nav main aside a b strong em i u s
	font center h1 h2 h3 h4 h5 h6 form select button label blockquote figure sup sub small`)

type tagStack struct {
	pass  *Pass
	open  []openTag
	said  int
	count map[string]int // of the open ones by name
}

// An openTag holds no Place, of which a page would need one for each of its tags.
type openTag struct {
	name   string
	base   source.Position
	size   int // bytes
	number int // of the segment
	hidden bool
	place  *Place // made at once where a comment may silence it, or the tag is not plain ASCII in one line
}

func (c *tagStack) openTag(seg *Segment) openTag {
	o := openTag{name: seg.Tag.Name, base: seg.Base(), size: len(seg.Raw()), number: seg.Number, hidden: seg.Hidden}
	if len(c.pass.run.active) > 0 || !plainLine(seg.Raw()) {
		o.place = keepTag(c.pass, seg)
	}
	return o
}

// plainLine reports whether a tag is ASCII in one line, where columns are bytes.
func plainLine(raw []byte) bool {
	for _, c := range raw {
		if c == '\n' || c == '\r' || c >= 0x80 {
			return false
		}
	}
	return true
}

func (c *tagStack) report(o openTag) {
	if c.said++; c.said > maxUnclosed {
		return
	}
	if o.place == nil {
		end := o.base
		end.Offset += int64(o.size)
		end.Column += o.size
		o.place = &Place{finding: Finding{
			Rule: c.pass.Rule.ID, Document: c.pass.run.doc.Name, Segment: o.number, Hidden: o.hidden,
			Text: "<" + o.name + ">", Start: o.base, End: end,
		}}
	}
	c.pass.ReportAt(o.place, Problem{Args: []string{"name", o.name}})
}

const (
	maxDepth    = 256 // tags that are kept open
	maxUnclosed = 10  // findings of a document
)

func (c *tagStack) Inspect(seg *Segment, _ []Hit) {
	tag := seg.Tag
	if tag.SelfClosing || c.said >= maxUnclosed {
		return
	}
	if !tag.End {
		if len(c.open) < maxDepth {
			c.open = append(c.open, c.openTag(seg))
			c.count[tag.Name]++
		}
		return
	}
	if c.count[tag.Name] == 0 {
		if len(c.open) < maxDepth {
			c.said++
			c.pass.ReportAt(keepTag(c.pass, seg), Problem{Message: ".unopened", Args: []string{"name", tag.Name}})
		}
		return
	}
	for {
		last := c.open[len(c.open)-1]
		c.open = c.open[:len(c.open)-1]
		c.count[last.name]--
		if last.name == tag.Name {
			return
		}
		c.report(last)
	}
}

func (c *tagStack) End() {
	for _, o := range c.open {
		c.report(o)
	}
}

// leavingNotice reports, once a page, links to sites that are none of the government's on a page that nowhere
// speaks of leaving it. 政府网站发展指引（国办发〔2017〕47号）: 链接到非政府网站时应有提示.
var leavingNotice = &Rule{
	ID:    "page/leaving-notice",
	Whole: true,
	On:    Elements | Prose,
	Needs: Opened | Linked | Han,
	Begin: func(p *Pass) Inspector {
		if p.Document().Format != "html" {
			return nothing // a script of the page may tell, and a draft has none
		}
		return &leaving{pass: p}
	},
}

type leaving struct {
	pass   *Pass
	first  *Place
	warned bool
}

func (c *leaving) Inspect(seg *Segment, _ []Hit) {
	if c.warned {
		return
	}
	if seg.Kind == source.Element {
		for i := range seg.Tag.Attributes {
			c.warned = c.warned || leaves(seg.Tag.Attributes[i].Value)
		}
		return
	}
	c.warned = strings.Contains(seg.Text, "离开本站") || strings.Contains(seg.Text, "离开本网站")
	for i := range seg.Links {
		l := &seg.Links[i]
		if c.first != nil || l.Element != "a" || !external(l.Target) {
			continue
		}
		u, err := url.Parse(l.Target)
		if err != nil || strings.HasSuffix(u.Hostname(), ".gov.cn") || u.Hostname() == "" || c.own(u.Hostname()) {
			continue
		}
		c.first = c.pass.Keep(seg, l.From, l.To, Problem{Span: &l.Span, Text: l.Target})
	}
}

// own reports whether a host is known to be the site's.
func (c *leaving) own(host string) bool {
	in := c.pass.run.c.opt.Links.Inspector
	return in != nil && in.Own(host)
}

// leaveWords are what scripts and names of a notice say, by their first byte.
var leaveWords = [256]string{
	0xE7: "离开", 0xE8: "跳转", 'l': "leave", 'L': "leave", 'j': "jumpout", 'J': "jumpout", 'o': "outlink", 'O': "outlink",
	'r': "redirect", 'R': "redirect", 'c': "confirm(", 'C': "confirm(",
}

// leaves reports whether a script or a name speaks of leaving the site.
func leaves(s string) bool {
	if len(s) > 4096 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if word := leaveWords[s[i]]; word != "" && len(s)-i >= len(word) && strings.EqualFold(s[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

func (c *leaving) End() {
	if c.first != nil && !c.warned {
		c.pass.ReportAt(c.first, Problem{})
	}
}
