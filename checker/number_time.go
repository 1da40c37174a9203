package checker

import (
	"strconv"
	"strings"
)

// impossibleTime reports times that no clock shows: 25时, 12时75分, 下午25:30. GB/T 7408.
var impossibleTime = &Rule{
	ID:      "number/impossible-time",
	Anchors: behindDigits("时", "点", ":", "："),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				if h = h.behindDigit(); h.Anchor < 2 {
					clockWords(p, seg, h)
				} else {
					clockColon(p, seg, h)
				}
			}
		})
	},
}

// clockWords judges 12时75分. 30时 alone is left to the reader, since 时 is also a conjunction.
func clockWords(p *Pass, seg *Segment, h Hit) {
	hour, from, ok := arabicBefore(seg.Text, h.From, 2)
	if !ok {
		return
	}
	minute, end, ok := arabicAfter(seg.Text, h.To, 2)
	if !ok || after(seg.Text, end) != '分' || strings.HasPrefix(seg.Text[end:], "分钟") {
		return
	}
	// 78点22分 is a score.
	if h.Anchor == 1 && hour > 24 {
		return
	}
	if hour > 24 || minute > 59 || hour == 24 && minute > 0 {
		p.Report(seg, from, end+len("分"), Problem{})
	}
}

// clockColon judges 下午25:30: without a word of time before it, 25:30 may be a score or a ratio.
func clockColon(p *Pass, seg *Segment, h Hit) {
	hour, from, ok := arabicBefore(seg.Text, h.From, 2)
	if !ok {
		return
	}
	minute, end, ok := arabicAfter(seg.Text, h.To, 2)
	if !ok || end-h.To != 2 || hour <= 23 && minute <= 59 || hour == 24 && minute == 0 {
		return
	}
	lead := strings.TrimRight(seg.Text[:from], " ")
	for _, word := range [...]string{"上午", "下午", "中午", "晚上", "凌晨", "早上", "傍晚", "日晚", "日"} {
		if strings.HasSuffix(lead, word) {
			p.Report(seg, from, end, Problem{})
			return
		}
	}
}

// arabicBefore reads the number of at most n digits that ends at offset at.
func arabicBefore(text string, at, n int) (value, from int, ok bool) {
	from = at
	for from > 0 && isDigit(rune(text[from-1])) {
		from--
	}
	if from == at || at-from > n {
		return 0, at, false
	}
	value, _ = strconv.Atoi(text[from:at])
	return value, from, true
}

// arabicAfter reads the number of at most n digits that begins at offset at.
func arabicAfter(text string, at, n int) (value, end int, ok bool) {
	end = at
	for end < len(text) && isDigit(rune(text[end])) {
		end++
	}
	if end == at || end-at > n {
		return 0, at, false
	}
	value, _ = strconv.Atoi(text[at:end])
	return value, end, true
}
