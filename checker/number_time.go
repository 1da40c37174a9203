package checker

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// impossibleTime reports times that no clock shows, 25时, 12时75分, 下午25:30, and hours of the whole day behind words for
// half of it: 上午15时 is none, 下午15时 says it twice. GB/T 7408. The words are in data/clock.tsv.
var impossibleTime = &Rule{
	ID:      "number/impossible-time",
	Rises:   true,
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

// A clockWord is a row of data/clock.tsv.
type clockWord struct{ word, half string }

var readClock = sync.OnceValue(func() map[string][]clockWord {
	out := map[string][]clockWord{}
	for _, row := range readTable("data/clock.tsv") {
		out[row["side"]] = append(out[row["side"]], clockWord{row["word"], row["half"]})
	}
	return out
})

// besideClock returns the word of time before a time, or the one behind it.
func besideClock(lead, rest string) (clockWord, bool) {
	lead = strings.TrimRight(lead, " ")
	before := readClock()["before"]
	if i := slices.IndexFunc(before, func(w clockWord) bool { return strings.HasSuffix(lead, w.word) }); i >= 0 {
		return before[i], true
	}
	return clockWord{}, slices.ContainsFunc(readClock()["after"], func(w clockWord) bool { return strings.HasPrefix(rest, w.word) })
}

// halfDay judges an hour of the whole day, from at to end, behind a word for half of it.
func halfDay(p *Pass, seg *Segment, hour, at, end int) {
	if hour <= 12 || hour > 23 {
		return
	}
	w, _ := besideClock(seg.Text[:at], "")
	from := strings.LastIndex(seg.Text[:at], w.word)
	switch w.half {
	case "am":
		p.Report(seg, from, end, Problem{Message: ".half"})
	case "pm":
		p.Report(seg, from, end, Problem{Message: ".twice", Level: Info, Suggest: []string{seg.Text[at:end]}})
	}
}

// clockWords judges 12时75分. 30时 alone is left to the reader, since 时 is also a conjunction.
func clockWords(p *Pass, seg *Segment, h Hit) {
	hour, from, ok := arabicBefore(seg.Text, h.From, 2)
	if !ok {
		return
	}
	halfDay(p, seg, hour, from, h.To)
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
	if !ok || end-h.To != 2 {
		return
	}
	if hour <= 23 && minute <= 59 || hour == 24 && minute == 0 {
		halfDay(p, seg, hour, from, end)
		return
	}
	if _, clock := besideClock(seg.Text[:from], seg.Text[end:]); clock {
		p.Report(seg, from, end, Problem{})
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
