package checker

import (
	"slices"
	"strings"
)

// thousandsMark reports a full-width comma inside of a number, 1，000元, commas that part it elsewhere than behind
// three digits each, 1,0000元, 12,34,567人, and one that stands for a decimal point: 0,5元. GB/T 15835-2011 5.1.5.
// What counts as a quantity is in data/quantities.tsv.
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

// A quantity is what may follow a number that counts or measures.
type quantity struct {
	word     string
	fraction bool // a part of one can be meant
}

var quantities = table("data/quantities.tsv", func(row map[string]string) quantity {
	return quantity{row["word"], row["fraction"] != ""}
})

// totals are the words before a quantity that is one number.
var totals = table("data/totals.tsv", column("word"))

// quantityAt returns what follows a number, if that makes it a quantity.
func quantityAt(text string, at int) (quantity, bool) {
	i := slices.IndexFunc(quantities(), func(q quantity) bool { return strings.HasPrefix(text[at:], q.word) })
	if i < 0 {
		return quantity{}, false
	}
	return quantities()[i], true
}

func wideComma(p *Pass, seg *Segment, h Hit) {
	_, from, ok := arabicBefore(seg.Text, h.From, 3)
	_, end, ok2 := arabicAfter(seg.Text, h.To, 3)
	if !ok || !ok2 || end-h.To != 3 || strings.ContainsRune("，、.", before(seg.Text, from)) && from > 0 {
		return
	}
	if _, counts := quantityAt(seg.Text, end); counts {
		p.Report(seg, from, end, Problem{Suggest: []string{seg.Text[from:h.From] + "," + seg.Text[h.To:end]}})
	}
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
	prev := before(text, from)
	groups := strings.Split(text[from:end], ",")
	unit, counts := quantityAt(text, end)
	if !counts || prev == '.' || prev == ',' || prev == '/' || prev == '-' || letterBeside(text, from, end) {
		return end
	}
	if unit.fraction && decimalComma(text[:from], groups) {
		p.Report(seg, from, end, Problem{Message: ".decimal", Suggest: []string{groups[0] + "." + groups[1]}})
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

// decimalComma reports whether the comma between two groups of digits stands for a decimal point. 12,34元 may as well be
// two amounts in a row; what tells is a zero that no number of a row has, 0,5 and 12,05, or a word before that one number
// follows: 共计12,34元.
func decimalComma(text string, groups []string) bool {
	if len(groups) != 2 || len(groups[1]) > 2 || len(groups[0]) > 1 && groups[0][0] == '0' {
		return false
	}
	if groups[0] == "0" || len(groups[1]) == 2 && groups[1][0] == '0' {
		return true
	}
	return slices.ContainsFunc(totals(), func(word string) bool { return strings.HasSuffix(text, word) })
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
