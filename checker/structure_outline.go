package checker

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// levelOrder reports levels of serial numbers that are turned round: 一、 below （一）, or （1） above 1.
// GB/T 9704-2012 7.3.3: 一、 （一） 1. （1）.
var levelOrder = &Rule{
	ID:    "structure/level-order",
	Whole: true,
	On:    Only(source.Paragraph) | Only(source.Heading) | Only(source.ListItem),
	Needs: HanMark | FullMark | HalfMark,
	Begin: func(p *Pass) Inspector { return &levels{pass: p} },
}

// levels remembers the last number of each level, and whether the level above has begun a list since.
type levels struct {
	pass  *Pass
	last  [serialLevels]int
	begun [serialLevels]bool
}

func (l *levels) Inspect(seg *Segment, _ []Hit) {
	if seg.Lead > 0 {
		return
	}
	level, n, end, ok := serialNumber(seg.Text)
	if !ok {
		if seg.Kind == source.Heading {
			*l = levels{pass: l.pass}
		}
		return
	}
	// （一）, 一、 二、 and then （二）: what belongs outside counts inside.
	if level > 0 && n > 1 && n == l.last[level]+1 && l.begun[level] {
		l.pass.Report(seg, 0, end, Problem{Args: []string{"inner", formatSerial(level-1, 1)}})
	}
	l.last[level], l.begun[level] = n, false
	if n == 1 && level+1 < serialLevels {
		l.begun[level+1] = l.last[level+1] > 0
	}
}

func (l *levels) End() {}

// noteGap reports notes and references at the beginning of blocks that skip or repeat a number: [1], [3].
// GB/T 7714-2015 9.1.
var noteGap = &Rule{
	ID:    "structure/note-gap",
	Whole: true,
	On:    Only(source.Paragraph) | Only(source.ListItem),
	Begin: func(p *Pass) Inspector { return &noteNumbers{pass: p} },
}

type noteNumbers struct {
	pass *Pass
	last [2]int // [1] and ①
}

func (c *noteNumbers) Inspect(seg *Segment, _ []Hit) {
	if seg.Lead > 0 || seg.Text == "" {
		return
	}
	k, n, end, ok := noteNumber(seg.Text)
	if !ok {
		if len(seg.Text) > 180 {
			c.last = [2]int{} // a paragraph of its own begins another list
		}
		return
	}
	last := c.last[k]
	c.last[k] = n
	if last == 0 || n == 1 || n == last+1 {
		return
	}
	problem := Problem{Args: []string{"want", formatNote(k, last+1)}}
	switch {
	case n > last+1 && n <= last+3:
		c.pass.Report(seg, 0, end, problem)
	case n == last:
		problem.Message = ".repeated"
		c.pass.Report(seg, 0, end, problem)
	}
}

func noteNumber(text string) (kind, n, end int, ok bool) {
	switch r, size := utf8.DecodeRuneInString(text); {
	case r == '[' || r == '［':
		if n, end, ok = arabicAfter(text, size, 3); ok && n > 0 {
			if next := after(text, end); next == ']' || next == '］' {
				return 0, n, end + utf8.RuneLen(next), true
			}
		}
	case r >= '①' && r <= '⑳':
		return 1, int(r-'①') + 1, size, true
	}
	return 0, 0, 0, false
}

func formatNote(kind, n int) string {
	if kind == 1 && n <= 20 {
		return string('①' + rune(n-1))
	}
	return "[" + strconv.Itoa(n) + "]"
}

func (c *noteNumbers) End() {}

// annexList reports the list of annexes in another form than 附件：1. 名单, with a mark behind a name among
// them. GB/T 9704-2012 7.3.5.1.
var annexList = &Rule{
	ID:      "structure/annex-list",
	On:      Only(source.Paragraph) | Only(source.ListItem),
	Anchors: anchors("附件"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			if seg.Lead > 0 || seg.Partial || strings.Trim(seg.Text[:hits[0].From], " 　") != "" || utf8.RuneCountInString(seg.Text) > 60 {
				return
			}
			at := hits[0].To
			if strings.HasPrefix(seg.Text[at:], ":") {
				p.Report(seg, at, at+1, Problem{Message: ".colon", Suggest: []string{"："}, Safe: true})
				at++
			} else if strings.HasPrefix(seg.Text[at:], "：") {
				at += len("：")
			} else {
				return
			}
			_, end, ok := arabicAfter(seg.Text, at, 2)
			if ok && strings.HasPrefix(seg.Text[end:], "、") {
				p.Report(seg, end, end+len("、"), Problem{Suggest: []string{"."}})
			}
			last, n := utf8.DecodeLastRuneInString(seg.Text)
			if strings.ContainsRune("。；，", last) && at < len(seg.Text)-n && !strings.ContainsAny(seg.Text[at:len(seg.Text)-n], "。；，") {
				p.Report(seg, len(seg.Text)-n, len(seg.Text), Problem{Message: ".mark", Suggest: []string{""}, Safe: true})
			}
		})
	},
}

// addressee reports a line of addressees that ends with another mark than a colon: 各区人民政府，.
// GB/T 9704-2012 7.3.2.
var addressee = &Rule{
	ID:      "structure/addressee",
	On:      Only(source.Paragraph),
	Anchors: anchors("各"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			if seg.Lead > 0 || seg.Partial || strings.Trim(seg.Text[:hits[0].From], " 　") != "" {
				return
			}
			last, n := utf8.DecodeLastRuneInString(seg.Text)
			if hits[0].To > len(seg.Text)-n {
				return // nothing behind 各
			}
			body := seg.Text[hits[0].To : len(seg.Text)-n]
			if !strings.ContainsRune("，,。；", last) || utf8.RuneCountInString(body) > 60 || strings.ContainsAny(body, "。；！？：") {
				return
			}
			for part := range strings.FieldsFuncSeq(body, func(r rune) bool { return r == '，' || r == ',' || r == '、' }) {
				if strings.ContainsAny(part, "是应要将报按由及可把为") {
					return // a sentence
				}
			}
			for _, end := range [...]string{"人民政府", "部门", "单位", "机构", "委办局", "直属机构", "公司", "企业", "学校", "街道办事处", "委员会", "科室"} {
				if strings.HasSuffix(body, end) {
					p.Report(seg, len(seg.Text)-n, len(seg.Text), Problem{Suggest: []string{"："}})
					return
				}
			}
		})
	},
}

// signatureDate reports the date under a document when it lies in the future or lacks its year.
// GB/T 9704-2012 7.3.5.4.
var signatureDate = &Rule{
	ID:    "structure/signature-date",
	Whole: true,
	On:    Only(source.Paragraph),
	Begin: func(p *Pass) Inspector { return &signature{pass: p} },
}

// signature keeps the last block that is nothing but a date; only what stands behind the text counts.
type signature struct {
	pass *Pass
	text bool // sentences came before
	last *Place
	date date
}

func (s *signature) Inspect(seg *Segment, _ []Hit) {
	if len(seg.Text) > 60 {
		s.text, s.last = true, nil
		return
	}
	month := strings.Index(seg.Text, "月")
	if month < 0 {
		return
	}
	parseDates(seg.Text, []Hit{{From: month, To: month + len("月")}}, func(d date) {
		if strings.Trim(seg.Text[:d.from]+seg.Text[d.to:], " 　（）()") == "" && d.day > 0 && s.text {
			s.last, s.date = s.pass.Keep(seg, d.from, d.to, Problem{}), d
		}
	})
}

func (s *signature) End() {
	if s.last == nil {
		return
	}
	switch d := s.date; {
	case d.year == 0:
		s.pass.ReportAt(s.last, Problem{Message: ".year", Level: Info})
	case d.year > 1900 && d.year < 3000 && d.year*10000+d.month*100+d.day > int(s.pass.Today()):
		s.pass.ReportAt(s.last, Problem{})
	}
}
