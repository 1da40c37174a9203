package checker

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"proofcheck/source"
)

// listedCount reports a number of things that is not the number of those that follow: 以下三点 and then
// four of them. Counted are 一是 二是 … in the same block and serial numbers at the beginning of the
// blocks that follow. CY/T 266-2023.
var listedCount = &Rule{
	ID:      "number/listed-count",
	Whole:   true,
	Every:   true,
	Anchors: anchors("以下", "下列", "如下"),
	Begin:   func(p *Pass) Inspector { return &counts{pass: p} },
}

type counts struct {
	pass  *Pass
	place *Place // of what was announced at the end of the block before; nil when nothing was
	said  int
	level int // of the serial numbers that are counted
	last  int
}

var announced = lazy(`^(?:的)?([一二两三四五六七八九十]|[2-9]|1[0-9])(?:个|大)?(?:方面|点|项|条|类|种|步骤|问题|措施|原因|要求|任务|意见|建议|情形|条件)`)

func (c *counts) Inspect(seg *Segment, hits []Hit) {
	c.follow(seg)
	for _, h := range hits {
		c.announce(seg, h)
	}
}

// announce reads the number of things behind 以下 and its like.
func (c *counts) announce(seg *Segment, h Hit) {
	m := announced().FindStringSubmatch(seg.Text[h.To:min(len(seg.Text), h.To+36)])
	if m == nil {
		return
	}
	said, ok := parseNumber(strings.Replace(m[1], "两", "二", 1))
	if !ok || said < 2 {
		return
	}
	end := h.To + len(m[0])
	if n := enumerated(seg.Text[end:min(len(seg.Text), end+farthestItem)]); n > 1 {
		if n > said {
			c.pass.Report(seg, h.From, end, Problem{Args: []string{"said", m[1], "count", strconv.Itoa(n)}})
		}
		return
	}
	if rest := seg.Text[end:]; strings.HasSuffix(rest, "：") && utf8.RuneCountInString(rest) <= 20 && seg.Kind != source.Heading {
		c.finish()
		c.place, c.said, c.level, c.last = c.pass.Keep(seg, h.From, end, Problem{}), said, -1, 0
	}
}

// farthestItem bounds, in bytes, where 一是 二是 三是 are looked for.
const farthestItem = 6000

// enumerated returns how many of 一是 二是 三是 … follow each other in a text.
func enumerated(text string) int {
	n := 0
	for n < 12 {
		i := strings.Index(text, hanNumber(n+1)+"是")
		if i < 0 {
			break
		}
		text = text[i+len("是"):]
		n++
	}
	return n
}

// follow sees the blocks behind an announcement.
func (c *counts) follow(seg *Segment) {
	if c.place == nil || seg.Lead > 0 || seg.Kind == source.Cell || seg.Kind == source.Caption {
		return
	}
	level, n, _, ok := serialNumber(seg.Text)
	switch {
	case !ok && seg.Kind == source.Heading:
		c.finish()
	case !ok && c.last == 0:
		c.place = nil // what follows is no list with numbers
	case !ok:
	case c.last == 0 && n == 1:
		c.level, c.last = level, 1
	case c.last == 0:
		c.place = nil
	case level == c.level && n == c.last+1:
		c.last = n
	case level == c.level || level < c.level:
		c.finish()
	}
}

// finish judges the list that has come to its end.
func (c *counts) finish() {
	if c.place != nil && c.last > 1 && c.last != c.said {
		c.pass.ReportAt(c.place, Problem{Args: []string{"said", strconv.Itoa(c.said), "count", strconv.Itoa(c.last)}})
	}
	c.place = nil
}

func (c *counts) End() { c.finish() }

// percentSum reports shares of one whole that do not add up: 三次产业结构为7.2:39.5:55.0. 分别占 is left alone:
// its wholes may be different ones.
// CY/T 266-2023.
var percentSum = &Rule{
	ID:      "number/percent-sum",
	Anchors: anchors("三次产业", "三产"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				window := seg.Text[h.To:min(len(seg.Text), h.To+96)]
				m := industries().FindStringSubmatchIndex(window)
				if m == nil {
					continue
				}
				sum := 0.0
				for _, s := range decimals().FindAllString(window[m[2]:m[3]], -1) {
					v, _ := strconv.ParseFloat(s, 64)
					sum += v
				}
				if sum < 99.7 || sum > 100.3 {
					p.Report(seg, h.To+m[2], h.To+m[3], Problem{Args: []string{"sum", strconv.FormatFloat(sum, 'f', -1, 64)}})
				}
			}
		})
	},
}

var (
	industries = lazy(`^(?:增加值)?(?:比例|结构|比重|占比|比|结构比|结构比例)(?:由[^，。；]{0,40})?(?:调整|优化|变|演变)?(?:为|是|至)([0-9.]+[:：∶][0-9.]+[:：∶][0-9.]+)`)
	decimals   = lazy(`[0-9]+(?:\.[0-9]+)?`)
)

// falsePrecision reports 约 and its like before a whole number that is exact to the last of five digits or more:
// 约12345人. GB/T 15835-2011 4.2.2.
var falsePrecision = &Rule{
	ID:      "number/false-precision",
	Anchors: anchors("大约", "大概", "约"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				end := h.To
				for end < len(seg.Text) && (isDigit(rune(seg.Text[end])) || seg.Text[end] == ',') {
					end++
				}
				number := strings.TrimRight(seg.Text[h.To:end], ",")
				next := after(seg.Text, end)
				if len(strings.Trim(strings.ReplaceAll(number, ",", ""), "0")) < 5 || h.Anchor == 2 && aboutInWord(seg.Text[:h.To]) || !isHan(next) || next == '万' || next == '亿' {
					continue
				}
				p.Report(seg, h.From, h.To+len(number), Problem{Suggest: []string{number}})
			}
		})
	},
}

// aboutInWord reports whether the 约 at the end of text is part of another word: 合约, 节约.
func aboutInWord(text string) bool {
	for _, a := range readApproximations() {
		if a.before != "约" {
			continue
		}
		for _, e := range a.except {
			if strings.HasSuffix(text, e) {
				return true
			}
		}
	}
	return false
}

// anniversary reports a number of years that does not follow from the year of the event: 2021年 and
// 中国共产党成立99周年. The events are in data/anniversaries.tsv. CY/T 266-2023.
var anniversary = &Rule{
	ID:    "number/anniversary",
	Whole: true,
	Anchors: func() []string {
		var out []string
		for _, e := range readAnniversaries() {
			out = append(out, e.event)
		}
		return out
	},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				yearsSince(p, seg, h, readAnniversaries()[h.Anchor].year)
			}
		})
	},
}

type anniversaryEvent struct {
	event string
	year  int
}

var readAnniversaries = sync.OnceValue(func() []anniversaryEvent {
	var out []anniversaryEvent
	for _, row := range readTable("data/anniversaries.tsv") {
		year, err := strconv.Atoi(row["year"])
		if err != nil {
			panic("checker: data/anniversaries.tsv: " + row["event"] + ": " + err.Error())
		}
		out = append(out, anniversaryEvent{row["event"], year})
	}
	return out
})

// sentenceStart returns where the sentence before offset at begins, or where it is too far to matter.
func sentenceStart(text string, at int) int {
	for n := 0; n < 60 && at > 0; n++ {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		if sentenceEnd(r) {
			break
		}
		at -= size
	}
	return at
}

// aboutToCome reports whether a text speaks of another year than its own.
func aboutToCome(text string) bool {
	for _, word := range [...]string{"迎接", "即将", "明年", "去年", "将迎来", "今后", "未来", "曾"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// yearsSince judges N周年 behind an event. The year is that of the same sentence; without one it is the
// document's, for information.
func yearsSince(p *Pass, seg *Segment, h Hit, year int) {
	text := seg.Text
	n, end, ok := numberAfter(text, h.To)
	if !ok || n == 0 || n > 300 || !strings.HasPrefix(text[end:], "周年") {
		return
	}
	end += len("周年")
	from := sentenceStart(text, h.From)
	problem := Problem{}
	now, explicit := 0, false
	for at := from; ; {
		i := strings.Index(text[at:h.From], "年")
		if i < 0 {
			break
		}
		if y, _, ok := arabicBefore(text, at+i, 4); ok && y > 1900 && y < 2200 {
			if now != 0 && now != y {
				return // two years, and nobody knows which one counts
			}
			now, explicit = y, true
		}
		at += i + len("年")
	}
	if !explicit {
		if now = int(p.DocumentDate() / 10000); now == 0 {
			return
		}
		problem.Level = Info
		// Anniversaries long past, and those to come, have nothing to do with the date of the document.
		if d := now - year - n; d < -3 || d > 3 || aboutToCome(text[from:h.From]) {
			return
		}
	}
	if now-year == n || now < year {
		return
	}
	problem.Args = []string{"year", strconv.Itoa(now), "right", strconv.Itoa(now - year)}
	if isDigit(rune(text[h.To])) {
		problem.Suggest = []string{text[h.From:h.To] + strconv.Itoa(now-year) + "周年"}
	}
	p.Report(seg, h.From, end, problem)
}
