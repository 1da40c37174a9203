package checker

import (
	"strings"
	"unicode/utf8"
)

// arabicThousand reports an Arabic number before 千, 百 or 十: 4千人. Only 万 and 亿 go with Arabic
// digits. GB/T 15835-2011 5.1.4.
var arabicThousand = &Rule{
	ID:      "number/arabic-thousand",
	Anchors: behindDigits("千", "百", "十"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				h = h.behindDigit()
				n, from, ok := arabicBefore(seg.Text, h.From, 2)
				next := after(seg.Text, h.To)
				if !ok || n == 0 || n > 99 || strings.ContainsRune(".,．，", before(seg.Text, from)) && from > 0 {
					continue
				}
				// 5千瓦, 3百分点 and the like are units; 10十 is no number at all.
				if next == 0 || !strings.ContainsRune("人元个多余名户吨辆件家次头只亩万亿", next) {
					continue
				}
				zero := [...]string{"000", "00", "0"}[h.Anchor]
				p.Report(seg, from, h.To, Problem{Suggest: []string{seg.Text[from:h.From] + zero}})
			}
		})
	},
}

// rangeUnit reports a range whose first number lacks the % or the 万 of the second: 15～30%.
// GB/T 15835-2011 5.1.3; GB/T 15834-2011 4.13.3.3.
var rangeUnit = &Rule{
	ID:      "number/range-unit",
	Anchors: behindDigits("%", "％", "万", "亿"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				unitOfRange(p, seg, h.behindDigit())
			}
		})
	},
}

var rangeBeforeUnit = lazy(`(\d+(?:\.\d+)?)(～|~|—|－|-|至)(\d+(?:\.\d+)?)$`)

func unitOfRange(p *Pass, seg *Segment, h Hit) {
	number := strings.TrimRight(seg.Text[max(0, h.From-40):h.From], "0123456789.")
	if r, _ := utf8.DecodeLastRuneInString(number); !strings.ContainsRune("～~—－-至", r) {
		return
	}
	start := max(0, h.From-40)
	m := rangeBeforeUnit().FindStringSubmatchIndex(seg.Text[start:h.From])
	if m == nil {
		return
	}
	from := start + m[0]
	if r := before(seg.Text, from); r != 0 && !isHan(r) && !strings.ContainsRune("（，。、；：“ ", r) {
		return // a date, a code, a longer number
	}
	first, sep, second := seg.Text[start+m[2]:start+m[3]], seg.Text[start+m[4]:start+m[5]], seg.Text[start+m[6]:start+m[7]]
	unit := seg.Text[h.From:h.To]
	if sep == "-" && unit != "%" || len(first) == 4 && first[0] <= '2' {
		return // 2020-30万: a code; 2018—30亿: a year
	}
	p.Report(seg, from, h.To, Problem{Suggest: []string{first + unit + sep + second + unit}})
}

// missingZero reports a decimal without its zero: .5米. GB/T 15835-2011 5.1.6.
var missingZero = &Rule{
	ID:      "number/missing-zero",
	Anchors: anchors("."),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				end := h.To
				for end < len(seg.Text) && isDigit(rune(seg.Text[end])) {
					end++
				}
				if end == h.To || end-h.To > 3 || !isHan(after(seg.Text, end)) && !strings.HasPrefix(seg.Text[end:], "%") {
					continue
				}
				if prev := before(seg.Text, h.From); !isHan(prev) && prev != '（' && prev != '约' || strings.ContainsRune("一二三四五六七八九十第图表节章条", prev) {
					continue
				}
				p.Report(seg, h.From, end, Problem{Suggest: []string{"0" + seg.Text[h.From:end]}, Safe: true})
			}
		})
	},
}

// fullWidthDigits reports digits and letters in full width: ２０２０年, ＡＢＣ. GB/T 15835-2011 4.1;
// CY/T 154-2017.
var fullWidthDigits = &Rule{
	ID:    "number/full-width",
	Needs: WideForm,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			end := 0
			for _, m := range seg.Marks() {
				if m.at < end || !fullWidth(m.r) {
					continue
				}
				var right []byte
				end = m.at
				for r := m.r; fullWidth(r); r = after(seg.Text, end) {
					right = append(right, byte(r-0xFF01+'!'))
					end += utf8.RuneLen(r)
				}
				p.Report(seg, m.at, end, Problem{Suggest: []string{string(right)}, Safe: true})
			}
		})
	},
}

func fullWidth(r rune) bool {
	return r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
}

// percentWords reports 百分之 with Arabic digits: 百分之30. GB/T 15835-2011 4.1.1.
var percentWords = &Rule{
	ID:      "number/percent-words",
	Anchors: anchors("百分之", "千分之", "万分之"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				end := h.To
				for end < len(seg.Text) && (isDigit(rune(seg.Text[end])) || seg.Text[end] == '.') {
					end++
				}
				if end == h.To {
					continue
				}
				problem := Problem{}
				if sign := [...]string{"%", "‰", ""}[h.Anchor]; sign != "" {
					problem.Suggest = []string{seg.Text[h.To:end] + sign}
				} else {
					problem.Message = ".words"
				}
				p.Report(seg, h.From, end, problem)
			}
		})
	},
}
