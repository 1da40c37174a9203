package checker

// reversedRange reports a range of dates that ends before it begins: 6月30日至6月1日. Without years
// a later month that goes first may mean the turn of the year. GB/T 7408.
var reversedRange = &Rule{
	ID:      "number/reversed-range",
	Anchors: anchors("月"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			var last date
			parseDates(seg.Text, hits, func(d date) {
				if last.to > 0 && rangeBetween(seg.Text, last.to, d.from) && reversed(last, d) {
					p.Report(seg, last.from, d.to, Problem{})
				}
				last = d
			})
		})
	},
}

func rangeBetween(text string, from, to int) bool {
	if to <= from {
		return false
	}
	switch text[from:to] {
	case "至", "到", "—", "-", "－", "～", "~", "——", "起至":
		return true
	}
	return false
}

// reversed reports whether b is before a. A missing year is that of the other date.
func reversed(a, b date) bool {
	if a.month < 1 || a.month > 12 || b.month < 1 || b.month > 12 {
		return false
	}
	if a.year != 0 && b.year != 0 && a.year != b.year {
		return b.year < a.year
	}
	if a.month != b.month {
		return a.year != 0 && a.year == b.year && b.month < a.month
	}
	return a.day != 0 && b.day != 0 && b.day < a.day
}
