package checker

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// yuanTwice reports ¥ together with 元: ￥500元. GB/T 15835-2011; 会计基础工作规范 52.
var yuanTwice = &Rule{
	ID:      "number/yuan-twice",
	Anchors: anchors("￥", "¥"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				m := amountWithYuan().FindStringSubmatch(seg.Text[h.To:min(len(seg.Text), h.To+40)])
				if m != nil {
					end := h.To + len(m[0])
					p.Report(seg, h.From, end, Problem{Suggest: []string{seg.Text[h.To:end], seg.Text[h.From : h.To+len(m[1])]}})
				}
			}
		})
	},
}

var amountWithYuan = lazy(`^ ?([0-9][0-9,]*(?:\.[0-9]+)?(?:万|亿)?)元`)

// amountInWords reports amounts in the capital digits of accounting that mix in ordinary digits
// (一拾万), use 圆正, or do not agree with the figures beside them. 会计基础工作规范 52; 票据法 8.
var amountInWords = &Rule{
	ID:      "number/amount-in-words",
	Anchors: anchors("元整", "圆整", "元正", "圆正", "角整", "分整", "拾", "佰", "仟"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h.Anchor < 6 {
					amount(p, seg, h)
				} else if h.From >= end {
					end = mixedAmount(p, seg, h)
				}
			}
		})
	},
}

// mixedAmount judges an amount that does not end in 整, 一拾万元, and returns where it ends.
func mixedAmount(p *Pass, seg *Segment, h Hit) (end int) {
	const digits = capitalDigits + plainDigits + capitalUnits + plainUnits
	from := h.From
	for r := before(seg.Text, from); r != 0 && strings.ContainsRune(digits, r); r = before(seg.Text, from) {
		from -= utf8.RuneLen(r)
	}
	for end = h.To; ; {
		r := after(seg.Text, end)
		if r == 0 || !strings.ContainsRune(digits, r) {
			break
		}
		end += utf8.RuneLen(r)
	}
	words := seg.Text[from:end]
	if next := after(seg.Text, end); next != '元' && next != '圆' || strings.ContainsRune("整正", after(seg.Text, end+len("元"))) ||
		!strings.ContainsAny(words, plainDigits[len("〇"):]+plainUnits) || end-from < 3*len("拾") {
		return end
	}
	p.Report(seg, from, end, Problem{Message: ".mixed", Suggest: []string{capitals(words)}})
	return end
}

const (
	capitalDigits = "零壹贰叁肆伍陆柒捌玖"
	plainDigits   = "〇一二三四五六七八九"
	capitalUnits  = "拾佰仟万亿"
	plainUnits    = "十百千"
)

func amount(p *Pass, seg *Segment, h Hit) {
	text := seg.Text
	from := h.From
	capital, plain, large := 0, 0, false
	for n := 0; n < 30; n++ {
		r, size := utf8.DecodeLastRuneInString(text[:from])
		if strings.ContainsRune("元圆角分", r) && n > 0 || strings.ContainsRune("万亿零", r) {
			large = large || strings.ContainsRune("万亿", r)
			from -= size
			continue
		}
		if strings.ContainsRune(capitalDigits+capitalUnits, r) {
			capital++
		} else if strings.ContainsRune(plainDigits+plainUnits, r) {
			plain++
		} else {
			break
		}
		from -= size
	}
	if capital < 2 && !(capital == 1 && large) {
		return
	}
	words := text[from:h.To]
	if plain > 0 {
		p.Report(seg, from, h.To, Problem{Message: ".mixed", Suggest: []string{capitals(words)}})
		return
	}
	if strings.HasSuffix(words, "正") || strings.Contains(words, "圆") {
		p.Report(seg, from, h.To, Problem{Message: ".form", Level: Info, Suggest: []string{strings.NewReplacer("圆", "元", "正", "整").Replace(words)}})
	}
	value, ok := capitalValue(words)
	m := figuresAfter().FindStringSubmatchIndex(text[h.To:min(len(text), h.To+48)])
	if !ok || m == nil {
		return
	}
	figures := text[h.To+m[2] : h.To+m[3]]
	f, err := strconv.ParseFloat(strings.ReplaceAll(strings.ReplaceAll(figures, ",", ""), "，", ""), 64)
	if err != nil {
		return
	}
	if m[4] >= 0 {
		f *= map[string]float64{"万": 1e4, "亿": 1e8}[text[h.To+m[4]:h.To+m[5]]]
	}
	if int64(f*100+0.5) != value {
		p.Report(seg, from, h.To+m[1], Problem{Args: []string{"words", words, "figures", figures}})
	}
}

var figuresAfter = lazy(`^[（(](?:小写|人民币)?[：:]?[￥¥]? ?([0-9][0-9,，]*(?:\.[0-9]+)?)(万|亿)?`)

func capitals(s string) string {
	plain, capital := []rune(plainDigits+plainUnits), []rune(capitalDigits+"拾佰仟")
	return strings.Map(func(r rune) rune {
		for i, q := range plain {
			if q == r {
				return capital[i]
			}
		}
		return r
	}, s)
}

// capitalValue reads an amount in capital digits, in hundredths of a yuan.
func capitalValue(s string) (int64, bool) {
	var total, section, digit, hundredths int64
	seen := false
	for _, r := range s {
		if i := strings.IndexRune(capitalDigits, r); i >= 0 {
			digit = int64(i / len("零"))
			continue
		}
		switch r {
		case '拾':
			section += max(digit, 1) * 10
		case '佰':
			section += digit * 100
		case '仟':
			section += digit * 1000
		case '万':
			total += (section + digit) * 10000
			section = 0
		case '亿':
			total = (total + section + digit) * 100000000
			section = 0
		case '元', '圆':
			total += section + digit
			section, seen = 0, true
		case '角':
			hundredths += digit * 10
		case '分':
			hundredths += digit
		case '整', '正':
		default:
			return 0, false
		}
		digit = 0
		if total > 1e15 {
			return 0, false
		}
	}
	return total*100 + hundredths, seen
}
