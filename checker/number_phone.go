package checker

import (
	"slices"
	"strings"
	"sync"
)

// phoneLength reports telephone numbers and postcodes with a digit too few or too many: an area code of eight-digit
// places with seven digits, a mobile number of ten or twelve, a postcode of five. The area codes are in
// data/areacodes.tsv, what stands before numbers in data/phones.tsv. 电信网编号计划（2017年版）; GB/T 2260.
var phoneLength = &Rule{
	ID: "number/phone-length",
	Anchors: func() []string {
		out := slices.Clone(readPhones().codes)
		for _, l := range readPhones().labels {
			out = append(out, l.word+"：", l.word+":")
		}
		return out
	},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			phones := readPhones()
			for _, h := range hits {
				if h.Anchor < len(phones.codes) {
					phones.areaCode(p, seg, h)
				} else {
					phones.labelled(p, seg, h, phones.labels[(h.Anchor-len(phones.codes))/2].kind)
				}
			}
		})
	},
}

// phoneTable says what numbers look like.
type phoneTable struct {
	codes  []string // area codes with their hyphen
	labels []phoneLabel
}

type phoneLabel struct{ word, kind string }

var readPhones = sync.OnceValue(func() *phoneTable {
	t := &phoneTable{}
	for _, row := range readTable("data/areacodes.tsv") {
		t.codes = append(t.codes, row["code"]+"-")
	}
	for _, row := range readTable("data/phones.tsv") {
		t.labels = append(t.labels, phoneLabel{row["label"], row["kind"]})
	}
	return t
})

// areaCode judges a number behind an area code of a place with eight digits.
func (t *phoneTable) areaCode(p *Pass, seg *Segment, h Hit) {
	end := digitsEnd(seg.Text, h.To)
	n := end - h.To
	if isDigit(before(seg.Text, h.From)) || goesOn(seg.Text, end) || n != 7 && n != 9 || servicePhone(seg.Text[h.To:end]) {
		return
	}
	p.Report(seg, h.From, end, Problem{Args: []string{"digits", "8"}})
}

// labelled judges a number behind a word that says what it is.
func (t *phoneTable) labelled(p *Pass, seg *Segment, h Hit, kind string) {
	from := h.To
	for from < len(seg.Text) && seg.Text[from] == ' ' {
		from++
	}
	end := digitsEnd(seg.Text, from)
	n := end - from
	if n == 0 || goesOn(seg.Text, end) {
		return
	}
	switch number := seg.Text[from:end]; {
	case kind == "post" && n != 6 && n > 2:
		p.Report(seg, from, end, Problem{Message: ".postcode"})
	case kind != "post" && (n == 10 || n == 12) && mobile(number) && (kind == "mobile" || !strings.HasPrefix(number, "10")):
		p.Report(seg, from, end, Problem{Args: []string{"digits", "11"}})
	}
}

func digitsEnd(text string, at int) int {
	for at < len(text) && isDigit(rune(text[at])) {
		at++
	}
	return at
}

// goesOn reports whether what stands behind digits belongs to the number: an extension, what is masked, letters.
func goesOn(text string, end int) bool {
	next := after(text, end)
	return next == '*' || next == '-' || next == '—' || next == 'x' || next == 'X' || next == ' ' && isDigit(after(text, end+1))
}

// mobile reports whether digits begin as a mobile number does.
func mobile(number string) bool { return number[0] == '1' && number[1] >= '3' }

// servicePhone reports whether a number is one that all places have, of five digits and more.
func servicePhone(number string) bool {
	return strings.HasPrefix(number, "95") || strings.HasPrefix(number, "96") || strings.HasPrefix(number, "12")
}
