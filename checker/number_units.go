package checker

import (
	"strings"
	"sync"
	"unicode"
)

// A unitForm is a row of data/units.tsv: a wrong form of a unit behind a number.
type unitForm struct {
	wrong, right string
	kind         string // case, obsolete, doubled
}

var readUnits = sync.OnceValue(func() map[string][]unitForm {
	out := map[string][]unitForm{}
	for _, row := range readTable("data/units.tsv") {
		u := unitForm{row["wrong"], row["right"], row["kind"]}
		out[u.kind] = append(out[u.kind], u)
	}
	return out
})

func unitAnchors(kind string) func() []string {
	return func() []string {
		var out []string
		for _, u := range readUnits()[kind] {
			out = append(out, u.wrong)
		}
		return out
	}
}

// inspectUnits reports the forms of one kind that stand right behind a number.
func inspectUnits(p *Pass, kind string) Inspector {
	return InspectFunc(func(seg *Segment, hits []Hit) {
		end := 0
		for _, h := range hits {
			u := readUnits()[kind][h.Anchor]
			number := strings.TrimRight(seg.Text[:h.From], " ")
			if h.From < end || !isDigit(before(number, len(number))) || len(number) < h.From-1 {
				continue
			}
			if next := after(seg.Text, h.To); next < 0x250 && (unicode.IsLetter(next) || unicode.IsDigit(next)) {
				continue
			}
			end = h.To
			p.Report(seg, h.From, h.To, Problem{Suggest: []string{u.right}, Safe: kind == "case"})
		}
	})
}

// unitCase reports unit symbols with a wrong capital or small letter: 5Km, 20KG. GB 3100-1993 6.2.
var unitCase = &Rule{
	ID:      "number/unit-case",
	Anchors: unitAnchors("case"),
	Begin:   func(p *Pass) Inspector { return inspectUnits(p, "case") },
}

// obsoleteUnit reports units that are no legal ones any more: 公尺, 公升, 马力. 国务院关于在我国统一实行
// 法定计量单位的命令, 1984.
var obsoleteUnit = &Rule{
	ID:      "number/obsolete-unit",
	Anchors: unitAnchors("obsolete"),
	Begin:   func(p *Pass) Inspector { return inspectUnits(p, "obsolete") },
}

// doubledUnit reports two units or signs for one number: 5kg公斤, 20%百分点. GB 3100-1993.
var doubledUnit = &Rule{
	ID:      "number/doubled-unit",
	Anchors: unitAnchors("doubled"),
	Begin:   func(p *Pass) Inspector { return inspectUnits(p, "doubled") },
}

// bareSquare reports 平方 in place of 平方米: 120平方的房子. GB 3100-1993.
var bareSquare = &Rule{
	ID:      "number/bare-square",
	Anchors: anchors("平方", "立方"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				if r := before(seg.Text, h.From); !isDigit(r) && r != '万' && r != '余' && r != '多' {
					continue
				}
				if next := after(seg.Text, h.To); next != 0 && !strings.ContainsRune("的，。；、）以左大", next) {
					continue
				}
				p.Report(seg, h.From, h.To, Problem{Suggest: []string{seg.Text[h.From:h.To] + "米"}})
			}
		})
	},
}

// exponent reports m2 and m3 without a raised digit. GB 3100-1993 6.2.
var exponent = &Rule{
	ID:      "number/exponent",
	Anchors: anchors("m2", "m3", "M2", "M3"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				from := h.From
				if from > 0 && strings.IndexByte("kckKCdDm", seg.Text[from-1]) >= 0 {
					from--
				}
				next := after(seg.Text, h.To)
				if !isDigit(before(seg.Text, from)) || next < 0x250 && (unicode.IsLetter(next) || unicode.IsDigit(next)) {
					continue
				}
				raised := "²"
				if seg.Text[h.To-1] == '3' {
					raised = "³"
				}
				p.Report(seg, from, h.To, Problem{Suggest: []string{strings.ToLower(seg.Text[from:h.To-1]) + raised}})
			}
		})
	},
}

// celsius reports 摄氏20度 and a minus sign after 零下. GB 3102.4-1993 4-2.
var celsius = &Rule{
	ID:      "number/celsius",
	Anchors: anchors("摄氏", "零下-", "零下－", "零下−"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				if h.Anchor > 0 {
					if isDigit(after(seg.Text, h.To)) {
						p.Report(seg, h.From, h.To, Problem{Message: ".minus", Suggest: []string{"零下"}})
					}
					continue
				}
				end := h.To
				for end < len(seg.Text) && (isDigit(rune(seg.Text[end])) || seg.Text[end] == '.' || seg.Text[end] == '-') {
					end++
				}
				if end > h.To && after(seg.Text, end) == '度' {
					p.Report(seg, h.From, end+len("度"), Problem{Suggest: []string{seg.Text[h.To:end] + "摄氏度"}})
				}
			}
		})
	},
}
