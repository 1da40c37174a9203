package checker

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// shortYear reports a year of two digits: 20年5月19日. GB/T 15835-2011 4.1.3.
var shortYear = &Rule{
	ID:      "number/short-year",
	Anchors: behindDigits("年"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				h = h.behindDigit()
				year, from, ok := arabicBefore(seg.Text, h.From, 2)
				if !ok || h.From-from != 2 || strings.ContainsRune("近约满第共达.,，、-—～~后前期", before(seg.Text, from)) && from > 0 {
					continue
				}
				month, end, ok := arabicAfter(seg.Text, h.To, 2)
				if !ok || month < 1 || month > 12 || after(seg.Text, end) != '月' || duration(seg.Text[:from]) {
					continue
				}
				full := 2000 + year
				if doc := int(p.Today() / 10000); full > doc+5 {
					full -= 100
				}
				p.Report(seg, from, h.To, Problem{Suggest: []string{strconv.Itoa(full) + "年"}})
			}
		})
	},
}

// duration reports whether text ends with a word after which years and months are a length of time.
func duration(text string) bool {
	for _, word := range [...]string{"徒刑", "刑期", "历时", "为期", "工龄", "任期", "期限", "年龄", "累计", "用了", "长达", "时间"} {
		if strings.HasSuffix(text, word) {
			return true
		}
	}
	return false
}

// yearZero reports a year whose zero is not 〇 between Chinese digits, or not 0 between Arabic ones:
// 二○二○年, 二零二零年, 2O20年. GB/T 15835-2011 4.2.3.
var yearZero = &Rule{
	ID:      "number/year-zero",
	Anchors: anchors("年"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				zeroOf(p, seg, h.From)
			}
		})
	},
}

const zeros = "〇○零OoＯ0０"

func zeroOf(p *Pass, seg *Segment, at int) {
	from, han, arabic, odd := at, 0, 0, false
	var zero rune
	for n := 0; n < 4; n++ {
		r, size := utf8.DecodeLastRuneInString(seg.Text[:from])
		switch {
		case strings.ContainsRune(zeros, r):
			if zero != 0 && zero != r {
				odd = true
			}
			zero = r
		case isDigit(r):
			arabic++
		case digitValue(r) > 0 && r < 0xFF00:
			han++
		default:
			return
		}
		from -= size
	}
	first := after(seg.Text, from)
	if prev := before(seg.Text, from); zero == 0 || digitValue(prev) >= 0 && from > 0 || first != '一' && first != '二' && first != '1' && first != '2' {
		return
	}
	right := ""
	switch {
	case han > 0 && arabic == 0 && (zero != '〇' || odd):
		right = replaceZeros(seg.Text[from:at], '〇')
	case arabic > 0 && han == 0 && (zero != '0' || odd):
		right = replaceZeros(seg.Text[from:at], '0')
	default:
		return
	}
	problem := Problem{Suggest: []string{right}, Safe: true}
	if zero == '零' && !odd {
		problem.Level = Info
	}
	p.Report(seg, from, at, problem)
}

func replaceZeros(s string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(zeros, r) {
			return zero
		}
		return r
	}, s)
}

// paddedDate reports a month or day with a leading zero in the 年月日 form: 2020年05月09日.
// GB/T 9704-2012 7.3.5.4.
var paddedDate = &Rule{
	ID:      "number/padded-date",
	Anchors: anchors("年0", "月0"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				unit := '日'
				if h.Anchor == 0 {
					unit = '月'
				}
				at := h.To - 1
				n, end, ok := arabicAfter(seg.Text, at, 2)
				if !ok || end-at != 2 || n == 0 || after(seg.Text, end) != unit || !isDigit(before(seg.Text, h.From)) {
					continue
				}
				p.Report(seg, at, end, Problem{Suggest: []string{strconv.Itoa(n)}, Safe: true})
			}
		})
	},
}

// farYear reports a date whose year is far in the future, a slip such as 2201年 for 2021年.
var farYear = &Rule{
	ID:      "number/far-year",
	Anchors: behindDigits("年"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				h = h.behindDigit()
				year, from, ok := arabicBefore(seg.Text, h.From, 4)
				if !ok || year < int(p.Today()/10000)+100 || year > 2999 {
					continue
				}
				if _, end, ok := arabicAfter(seg.Text, h.To, 2); ok && after(seg.Text, end) == '月' {
					p.Report(seg, from, h.To, Problem{})
				}
			}
		})
	},
}

// futureDecade reports a decade of a century that has not come yet: 21世纪80年代 for 20世纪80年代.
var futureDecade = &Rule{
	ID:      "number/future-decade",
	Anchors: anchors("世纪"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				century, from, ok := numberBefore(seg.Text, h.From)
				if !ok || century < 10 || century > 30 {
					continue
				}
				decade, end, ok := numberAfter(seg.Text, h.To)
				if !ok || decade%10 != 0 || decade > 90 || !strings.HasPrefix(seg.Text[end:], "年代") {
					continue
				}
				if (century-1)*100+decade > int(p.Today()/10000)+20 {
					p.Report(seg, from, end+len("年代"), Problem{})
				}
			}
		})
	},
}
