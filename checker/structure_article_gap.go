package checker

import (
	"slices"
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// articleGap reports articles and chapters at the beginning of blocks that skip or repeat a
// number: 第一条, 第三条. 立法技术规范（试行）（一） 12.
var articleGap = &Rule{
	ID:    "structure/article-gap",
	Whole: true,
	On:    Only(source.Paragraph) | Only(source.Heading) | Only(source.ListItem),
	Begin: func(p *Pass) Inspector {
		return &articles{pass: p}
	},
}

// The units that are numbered through a text; a chapter begins the sections anew, and a part the
// chapters of some codes, which is why only small steps count.
var articleUnits = [...]rune{'条', '章'}

type articles struct {
	pass *Pass
	last [len(articleUnits)]int
}

func (a *articles) Inspect(seg *Segment, _ []Hit) {
	if seg.Lead > 0 || !strings.HasPrefix(seg.Text, "第") {
		return
	}
	n, end, ok := hanNumeral(seg.Text, len("第"))
	if !ok {
		return
	}
	unit := after(seg.Text, end)
	k := slices.Index(articleUnits[:], unit)
	if k < 0 {
		return
	}
	end += utf8.RuneLen(unit)
	spaced := len(seg.Omitted) > 0 && seg.Omitted[0].At == end
	if after(seg.Text, end) == '之' || after(seg.Text, end) == '第' && !spaced || strings.HasPrefix(seg.Text[end:], "、") || strings.HasPrefix(seg.Text[end:], "至") {
		return // 第三条之一; 第三条第二款 …修改为; 第三条、第五条
	}
	// What follows the number must be a heading or a clause, not the rest of a sentence about it.
	if next := after(seg.Text, end); next != ' ' && next != '　' && next != '\u2003' && next != '：' && next != 0 && seg.Kind != source.Heading {
		if !spaced {
			return
		}
	}
	last := a.last[k]
	a.last[k] = n
	if last == 0 || n == 1 || n == last+1 {
		return
	}
	problem := Problem{Args: []string{"want", "第" + formatHan(last+1) + string(unit)}}
	switch {
	case n > last+1 && n <= last+3:
		a.pass.Report(seg, 0, end, problem)
	case n == last:
		problem.Message = ".repeated"
		a.pass.Report(seg, 0, end, problem)
	}
}

func (a *articles) End() {}

// hanNumeral reads a Chinese number below ten thousand that begins at offset at.
func hanNumeral(text string, at int) (n, end int, ok bool) {
	digit, seen := 0, false
	for end = at; end < len(text) && end-at < 30; {
		r, size := utf8.DecodeRuneInString(text[end:])
		unit := 0
		switch r {
		case '十':
			unit = 10
		case '百':
			unit = 100
		case '千':
			unit = 1000
		}
		if v := digitValue(r); unit == 0 && (v < 0 || r < 0x3000 || r >= 0xFF00) {
			break
		} else if unit > 0 {
			n += max(digit, b2i(digit == 0 && unit == 10)) * unit
			digit = 0
		} else {
			digit = v
		}
		seen = true
		end += size
	}
	return n + digit, end, seen
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// formatHan writes a number below one thousand in Chinese.
func formatHan(n int) string {
	if n < 100 {
		return hanNumber(n)
	}
	out := hanNumber(n/100) + "百"
	switch rest := n % 100; {
	case rest == 0:
	case rest < 10:
		out += "零" + hanNumber(rest)
	case rest < 20:
		out += "一" + hanNumber(rest)
	default:
		out += hanNumber(rest)
	}
	return out
}
