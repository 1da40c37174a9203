package checker

import (
	"math"
	"strconv"
	"strings"
)

// decreaseTimes reports a decrease by times: 成本减少2倍. What is reduced once is gone. CY/T 266-2023.
var decreaseTimes = &Rule{
	ID:      "number/decrease-times",
	Anchors: anchors("减少", "降低", "下降", "缩小", "缩短", "减轻", "减小"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				window := seg.Text[h.From:min(len(seg.Text), h.From+48)]
				if m := timesAfterDecrease().FindStringIndex(window); m != nil {
					p.Report(seg, h.From, h.From+m[1], Problem{})
				}
			}
		})
	},
}

var timesAfterDecrease = lazy(`^\p{Han}{2}(?:了|近|约|超过|将近|了近|了约)?(?:[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十几数百千]+)(?:多|余)?倍`)

// growthRate reports a rate of growth that does not follow from the two numbers beside it:
// 由80万元增至100万元，增长20%. Only the exact pattern with equal units is judged. CY/T 266-2023.
var growthRate = &Rule{
	ID:      "number/growth-rate",
	Anchors: anchors("增至", "增长到", "增加到", "提高到", "上升到", "增长至", "增加至", "降至", "下降到", "减少到", "减至", "降到", "下降至"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				rate(p, seg, h)
			}
		})
	},
}

var (
	growthStart = lazy(`(?:由|从)(?:\p{Han}{0,10}的)?([0-9]+(?:\.[0-9]+)?)([\p{Han}%％]{0,6})$`)
	growthEnd   = lazy(`^(?:了)?([0-9]+(?:\.[0-9]+)?)([\p{Han}%％]{0,6})，(?:同比|比上年|较上年)?(增长|增加|提高|上升|增幅|下降|减少|降低|降幅)(?:了|为|达)?([0-9]+(\.[0-9]+)?)[%％]`)
)

func rate(p *Pass, seg *Segment, h Hit) {
	start := max(0, h.From-72)
	a := growthStart().FindStringSubmatch(seg.Text[start:h.From])
	b := growthEnd().FindStringSubmatchIndex(seg.Text[h.To:min(len(seg.Text), h.To+96)])
	if a == nil || b == nil {
		return
	}
	group := func(i int) string { return seg.Text[h.To+b[2*i] : h.To+b[2*i+1]] }
	unit := group(2)
	if a[2] != unit || strings.ContainsAny(unit, "%％") {
		return
	}
	from, _ := strconv.ParseFloat(a[1], 64)
	to, _ := strconv.ParseFloat(group(1), 64)
	said, _ := strconv.ParseFloat(group(4), 64)
	if from == 0 {
		return
	}
	places := 0
	if b[10] >= 0 {
		places = b[11] - b[10] - 1
	}
	unit10 := math.Pow10(places)
	is := math.Abs(to-from) / from * 100
	// What is written may itself be rounded: allow two units of the last place.
	if math.Abs(is-said) <= 2/unit10+is*roundingError(a[1], group(1)) {
		return
	}
	right := strconv.FormatFloat(is, 'f', places, 64)
	p.Report(seg, h.To+b[6], h.To+b[1], Problem{Args: []string{"rate", right}})
}

// roundingError bounds the relative error of a ratio of two rounded numbers.
func roundingError(a, b string) float64 {
	bound := func(s string) float64 {
		v, _ := strconv.ParseFloat(s, 64)
		places := 0
		if i := strings.IndexByte(s, '.'); i >= 0 {
			places = len(s) - i - 1
		}
		return 0.5 / math.Pow10(places) / math.Max(v, 1e-9)
	}
	return 4 * (bound(a) + bound(b))
}

// outOfRange reports quantities beyond their bounds: 北纬95°, 东经200度, 湿度130%, 占比120%.
var outOfRange = &Rule{
	ID:      "number/out-of-range",
	Anchors: anchors("北纬", "南纬", "东经", "西经", "湿度", "占比"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				window := seg.Text[h.To:min(len(seg.Text), h.To+24)]
				m := boundedQuantity().FindStringSubmatch(window)
				if m == nil {
					continue
				}
				v, _ := strconv.ParseFloat(m[1], 64)
				degrees := m[2] == "°" || m[2] == "度"
				limit := [...]float64{90, 90, 180, 180, 100, 100}[h.Anchor]
				if v > limit && degrees == (h.Anchor < 4) {
					p.Report(seg, h.From, h.To+len(m[0]), Problem{Args: []string{"limit", strconv.Itoa(int(limit))}})
				}
			}
		})
	},
}

var boundedQuantity = lazy(`^(?:为|达|达到|约|是|高达)?([0-9]+(?:\.[0-9]+)?)(°|度|%|％)`)
