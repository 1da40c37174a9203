package checker

import (
	"time"
	"unicode/utf8"
)

// A date is a Gregorian date as written in a text. A part that is not written is 0.
type date struct {
	from, to         int // range in Text
	year, month, day int
}

// parseDates calls f for each date in 年月日 form that begins at or after the anchor 月 places
// given by hits: 2020年5月19日, ２０２０年５月, 二〇二〇年五月十九日, 5月19日.
func parseDates(text string, months []Hit, f func(date)) {
	for _, h := range months {
		var d date
		var ok bool
		d.from = h.From
		if d.month, d.from, ok = numberBefore(text, h.From); !ok {
			continue
		}
		if at := d.from; at >= 3 && text[at-3:at] == "年" {
			if y, from, ok := numberBefore(text, at-3); ok {
				d.year, d.from = y, from
			}
		}
		d.to = h.To
		if n, end, ok := numberAfter(text, h.To); ok {
			if r := after(text, end); r == '日' || r == '号' {
				d.day, d.to = n, end+3
			}
		}
		f(d)
	}
}

// numberBefore reads the number that ends at offset at: Arabic (half or full width) or
// Chinese. A space may stand between the number and at.
func numberBefore(text string, at int) (n, from int, ok bool) {
	for at > 0 && text[at-1] == ' ' {
		at--
	}
	from = at
	last := before(text, from)
	for k := 0; k < 12 && from > 0; k++ {
		r, size := utf8.DecodeLastRuneInString(text[:from])
		if digitValue(r) < 0 && r != '十' || isDigit(r) != isDigit(last) {
			break
		}
		from -= size
	}
	n, ok = parseNumber(text[from:at])
	return n, from, ok
}

// numberAfter reads the number that begins at offset at, after optional spaces.
func numberAfter(text string, at int) (n, end int, ok bool) {
	for at < len(text) && text[at] == ' ' {
		at++
	}
	end = at
	first := after(text, end)
	for k := 0; k < 12 && end < len(text); k++ {
		r, size := utf8.DecodeRuneInString(text[end:])
		if digitValue(r) < 0 && r != '十' || isDigit(r) != isDigit(first) {
			break
		}
		end += size
	}
	n, ok = parseNumber(text[at:end])
	for end < len(text) && text[end] == ' ' {
		end++
	}
	return n, end, ok
}

// parseNumber reads Arabic digits or a Chinese number up to 99 or written digit by digit.
func parseNumber(s string) (int, bool) {
	if s == "" {
		return 0, false
	}
	n, ten := 0, false
	last := 0
	for _, r := range s {
		if r == '十' {
			if ten {
				return 0, false
			}
			ten = true
			n, last = max(n, 1)*10, 0
			continue
		}
		v := digitValue(r)
		if ten {
			if last++; last > 1 {
				return 0, false
			}
			n += v
			continue
		}
		if n = n*10 + v; n > 99999 {
			return 0, false
		}
	}
	return n, true
}

// digitValue returns the value of a digit, -1 for other characters.
func digitValue(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	switch r {
	case '〇', '零', '○':
		return 0
	case '一':
		return 1
	case '二':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

// daysIn returns the number of days of a month of the Gregorian calendar; of February in a
// leap year when the year is not known (0).
func daysIn(year, month int) int {
	if year == 0 {
		year = 2000
	}
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
