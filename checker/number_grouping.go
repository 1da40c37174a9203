package checker

import "strings"

// thousandsMark reports a full-width comma inside of a number, 1，000元, and commas that part it elsewhere than behind
// three digits each: 1,0000元, 12,34,567人. GB/T 15835-2011 5.1.5.
var thousandsMark = &Rule{
	ID:      "number/thousands-mark",
	Anchors: behindDigits("，", ","),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h = h.behindDigit(); h.Anchor == 0 {
					wideComma(p, seg, h)
				} else if h.From >= end {
					end = wrongGroups(p, seg, h)
				}
			}
		})
	},
}

// counted are the characters behind a number that is a quantity.
const counted = "元万亿人户亩吨个件平名册家"

func wideComma(p *Pass, seg *Segment, h Hit) {
	_, from, ok := arabicBefore(seg.Text, h.From, 3)
	_, end, ok2 := arabicAfter(seg.Text, h.To, 3)
	if !ok || !ok2 || end-h.To != 3 || strings.ContainsRune("，、.", before(seg.Text, from)) && from > 0 {
		return
	}
	next := after(seg.Text, end)
	if next == 0 || !strings.ContainsRune(counted, next) {
		return
	}
	p.Report(seg, from, end, Problem{Suggest: []string{seg.Text[from:h.From] + "," + seg.Text[h.To:end]}})
}

// wrongGroups judges the number with half-width commas whose first one is at h, and returns where it ends. Numbers in
// a row, 12,34和56, have groups that no one would write as thousands: at least one of four digits or more tells, or one
// of three beside one of another length.
func wrongGroups(p *Pass, seg *Segment, h Hit) (end int) {
	text := seg.Text
	from := h.From
	for from > 0 && isDigit(rune(text[from-1])) {
		from--
	}
	for end = h.To; end < len(text) && (isDigit(rune(text[end])) || text[end] == ',' && end+1 < len(text) && isDigit(rune(text[end+1]))); {
		end++
	}
	prev, next := before(text, from), after(text, end)
	groups := strings.Split(text[from:end], ",")
	if prev == '.' || prev == ',' || prev == '/' || prev == '-' || letterBeside(text, from, end) || next == 0 || !strings.ContainsRune(counted, next) {
		return end
	}
	three, four, other := 0, 0, 0
	for _, g := range groups[1:] {
		switch n := len(g); {
		case n == 3:
			three++
		case n > 3:
			four++
		default:
			other++
		}
	}
	first := groups[0]
	if first[0] == '0' || len(first) <= 3 && four+other == 0 || four == 0 && (three == 0 || other == 0) && len(first) < 4 {
		return end
	}
	if len(first) > 3 && three != len(groups)-1 || len(first) > 4 {
		return end // figures in a row: 2020,2021个
	}
	p.Report(seg, from, end, Problem{Message: ".groups", Suggest: []string{inThousands(strings.Join(groups, ""))}})
	return end
}

// inThousands parts digits by commas, three and three from the end.
func inThousands(digits string) string {
	first := (len(digits)-1)%3 + 1
	out := digits[:first]
	for i := first; i < len(digits); i += 3 {
		out += "," + digits[i:i+3]
	}
	return out
}
