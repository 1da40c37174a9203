package checker

import (
	"strconv"
	"strings"
)

// impossibleDate reports days that no calendar has: 2月30日, 13月, 2019年2月29日. GB/T 7408.
// Lunar dates are left alone: they are written in Chinese numbers after 农历, 正月, 腊月 …
var impossibleDate = &Rule{
	ID:      "number/impossible-date",
	Anchors: anchors("月"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			parseDates(seg.Text, hits, func(d date) { impossible(p, seg, d) })
		})
	},
}

func impossible(p *Pass, seg *Segment, d date) {
	text := seg.Text
	if d.day == 0 && d.year == 0 {
		return // 13月 alone may be a number of months: 18月龄
	}
	if strings.HasSuffix(text[:d.from], "农历") || strings.HasSuffix(text[:d.from], "阴历") {
		return
	}
	if d.year != 0 && (d.year < 1000 || d.year > 2999) {
		return // 20年5月 is another rule's business; 11500年 is no date
	}
	month, day := strconv.Itoa(d.month), strconv.Itoa(d.day)
	switch {
	case d.month < 1 || d.month > 12:
		p.Report(seg, d.from, d.to, Problem{Message: ".month", Args: []string{"month", month}})
	case d.day > daysIn(d.year, d.month):
		last := strconv.Itoa(daysIn(d.year, d.month))
		p.Report(seg, d.from, d.to, Problem{Args: []string{"month", month, "day", day, "last", last}})
	}
}
