package checker

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// sequenceGap reports serial numbers at the beginning of blocks that skip or repeat one:
// 一、二、四. Levels are kept apart as GB/T 9704-2012 7.3.3 orders them: 一、 （一） 1. （1）, and
// a lower level starts again under each higher one.
var sequenceGap = &Rule{
	ID:    "structure/sequence-gap",
	Whole: true,
	Needs: HanMark | FullMark | HalfMark,
	Begin: func(p *Pass) Inspector { return &sequences{pass: p} },
}

// The levels of serial numbers.
const (
	levelHan        = iota // 一、
	levelHanBracket        // （一）
	levelArabic            // 1. or 1．
	levelBracket           // （1）
	serialLevels
)

type sequences struct {
	pass *Pass
	last [serialLevels]int // the last number of each level; 0 after a higher level
}

func (s *sequences) Inspect(seg *Segment, _ []Hit) {
	switch seg.Kind {
	case source.Cell, source.Quote, source.Caption, source.Title:
		return
	}
	if seg.Lead > 0 {
		return
	}
	level, n, end, ok := serialNumber(seg.Text)
	if !ok {
		if seg.Kind == source.Heading {
			s.last = [serialLevels]int{}
		} else if list, annexes := strings.CutPrefix(seg.Text, "附件："); annexes {
			s.last[levelArabic], _, _ = arabicAfter(list, 0, 2) // 附件：1. 名单, and 2. in the next block
		}
		return
	}
	last := s.last[level]
	for l := level + 1; l < serialLevels; l++ {
		s.last[l] = 0
	}
	s.last[level] = n
	// A list that starts anew says nothing; one that goes on must go on by one. Where a number
	// of the same level is only far away, the two are not one list.
	if last == 0 || n == 1 || n == last+1 {
		return
	}
	// Arabic numbers also count things that have nothing to do with each other.
	lower := Off
	if level >= levelArabic {
		lower = Info
	}
	if n > last+1 && n <= last+3 && last > 0 {
		s.pass.Report(seg, 0, end, Problem{Level: lower, Args: []string{"last", seg.Text[:end], "want", formatSerial(level, last+1)}})
	} else if n == last {
		s.pass.Report(seg, 0, end, Problem{Level: lower, Message: ".repeated", Args: []string{"want", formatSerial(level, last+1)}})
	}
}

func (s *sequences) End() {}

// serialNumber reads the serial number at the beginning of a block.
func serialNumber(text string) (level, n, end int, ok bool) {
	body, bracket := strings.CutPrefix(text, "（")
	if !bracket {
		body, bracket = strings.CutPrefix(text, "(")
	}
	k := 0
	han := false
	for k < len(body) && k < 15 {
		r, size := utf8.DecodeRuneInString(body[k:])
		if digitValue(r) < 0 && r != '十' || r >= '０' && r <= '９' {
			break
		}
		han = han || !isDigit(r)
		k += size
	}
	if k == 0 {
		return 0, 0, 0, false
	}
	n, ok = parseNumber(body[:k])
	if !ok || n == 0 || n > 99 {
		return 0, 0, 0, false
	}
	end = len(text) - len(body) + k
	r, size := utf8.DecodeRuneInString(body[k:])
	end += size
	switch {
	case bracket && (r == '）' || r == ')'):
		level = levelBracket
		if han {
			level = levelHanBracket
		}
	case !bracket && han && r == '、':
		level = levelHan
	case !bracket && !han && (r == '.' || r == '．') && !isDigit(after(text, end)):
		level = levelArabic
	default:
		return 0, 0, 0, false
	}
	return level, n, end, true
}

func formatSerial(level, n int) string {
	switch level {
	case levelHan:
		return hanNumber(n) + "、"
	case levelHanBracket:
		return "（" + hanNumber(n) + "）"
	case levelBracket:
		return "（" + strconv.Itoa(n) + "）"
	}
	return strconv.Itoa(n) + "."
}

// hanNumber writes a number from 1 to 99 in Chinese.
func hanNumber(n int) string {
	digits := []rune("零一二三四五六七八九")
	out := ""
	if n >= 20 {
		out = string(digits[n/10])
	}
	if n >= 10 {
		out += "十"
	}
	if n%10 > 0 {
		out += string(digits[n%10])
	}
	return out
}
