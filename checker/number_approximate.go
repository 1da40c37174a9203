package checker

import (
	"strings"
)

// doubleApproximation reports two words that both say about, at least or at most of one number:
// 约50人左右, 至少30天以上, 近30余家. The pairs are in data/approximate.tsv. CY/T 266-2023.
var doubleApproximation = &Rule{
	ID: "number/double-approximation",
	Anchors: func() []string {
		var out []string
		for _, a := range readApproximations() {
			out = append(out, a.before)
		}
		return out
	},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h.From >= end {
					end = approximated(p, seg, h)
				}
			}
		})
	},
}

type approximation struct {
	before string
	after  []string // what says the same behind the number and its unit
	except []string // what before is only a part of
}

var readApproximations = table("data/approximate.tsv", func(row map[string]string) approximation {
	return approximation{row["before"], split(row["after"]), split(row["except"])}
})

// approximated looks at a number after h and returns where to go on.
func approximated(p *Pass, seg *Segment, h Hit) int {
	a := readApproximations()[h.Anchor]
	text := seg.Text
	for _, e := range a.except {
		if strings.HasSuffix(text[:h.To], e) {
			return h.To
		}
	}
	at, digits := h.To, 0
	for at < len(text) {
		r := after(text, at)
		if !strings.ContainsRune("0123456789.,%％〇一二三四五六七八九十百千万亿两半", r) {
			break
		}
		at += max(1, len(string(r)))
		digits++
	}
	if digits == 0 || digits > 14 {
		return h.To
	}
	// The word follows the number itself (30余) or a unit of up to three characters (30个工作日左右).
	rest := text[at:min(len(text), at+24)]
	for _, w := range a.after {
		i := strings.Index(rest, w)
		if i < 0 || i > len("个工作日") || strings.ContainsAny(rest[:i], "，。、；：的和至到为（《“") {
			continue
		}
		// 左右两侧, 以上问题, 多次, 上下级: the word belongs to what follows.
		next := after(rest, i+len(w))
		if isHan(next) && strings.ContainsRune("两侧岸问各述次元年月级游种方", next) && w != "余" && w != "多" {
			continue
		}
		if (w == "余" || w == "多") && i > 0 {
			continue
		}
		end := at + i + len(w)
		p.Report(seg, h.From, end, Problem{Args: []string{"before", a.before, "after", w}, Suggest: []string{
			text[h.From : at+i], text[h.To:end],
		}})
		return end
	}
	return h.To
}
