package checker

import (
	"strings"
	"time"
	"unicode/utf8"
)

// weekdayMismatch reports a weekday that is not that of the date right before it:
// 2020年5月19日（星期三）. A date without a year is judged by the year of the document, and
// then only warned about. GB/T 7408.
var weekdayMismatch = &Rule{
	ID:      "number/weekday",
	Anchors: anchors("月"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			parseDates(seg.Text, hits, func(d date) { weekday(p, seg, d) })
		})
	},
}

var weekdayNames = [...]string{"日", "一", "二", "三", "四", "五", "六"}

func weekday(p *Pass, seg *Segment, d date) {
	if d.day == 0 || d.month < 1 || d.month > 12 || d.day > daysIn(d.year, d.month) {
		return
	}
	prefix, name, at, ok := weekdayAfter(seg.Text, d.to)
	if !ok {
		return
	}
	problem := Problem{}
	if d.year == 0 {
		if d.year = int(p.DocumentDate() / 10000); d.year == 0 {
			return
		}
		problem.Level = Warning
	}
	if d.year < 1900 || d.year > 2999 {
		return
	}
	right := weekdayNames[time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Weekday()]
	if name == right || name == "天" && right == "日" {
		return
	}
	problem.Suggest = []string{seg.Text[d.from:at] + prefix + right}
	problem.Args = []string{"weekday", prefix + right}
	p.Report(seg, d.from, at+len(prefix)+len(name), problem)
}

// weekdayAfter reads 星期三, 周三 or 礼拜三 right after a date, also in brackets or after a
// comma.
func weekdayAfter(text string, at int) (prefix, name string, from int, ok bool) {
	for range 2 {
		r, n := utf8.DecodeRuneInString(text[at:])
		if n == 0 || !strings.ContainsRune("（(，, 、", r) {
			break
		}
		at += n
	}
	for _, prefix := range [...]string{"星期", "周", "礼拜"} {
		rest, ok := strings.CutPrefix(text[at:], prefix)
		if !ok {
			continue
		}
		r, n := utf8.DecodeRuneInString(rest)
		if !strings.ContainsRune("一二三四五六日天", r) {
			return "", "", 0, false
		}
		// 周一至周五, 周一、周二: a range or a list says nothing about this date; 周三路 is a name.
		next := after(rest, n)
		if strings.ContainsRune("至到—～-、年岁期路", next) && next != 0 {
			return "", "", 0, false
		}
		return prefix, rest[:n], at, true
	}
	return "", "", 0, false
}
