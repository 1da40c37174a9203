package lexicon

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date is a day as year*10000 + month*100 + day; 0 means no date.
type Date int32

// DateOf returns the day of t in its own time zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(y*10000 + int(m)*100 + d)
}

// String returns the date as YYYY-MM-DD, "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// ParseDate reads YYYY-MM-DD. It takes as well what spreadsheets make of such a date:
// 2021/1/1, 2021年1月1日, and the number of days since the end of 1899.
func ParseDate(s string) (Date, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(s), " 00:00:00")
	if n, err := strconv.Atoi(strings.TrimSuffix(s, ".0")); err == nil {
		if n < 10000 || n > 99999 {
			return 0, false
		}
		return DateOf(time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC)), true
	}
	s = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "").Replace(s)
	parts := strings.Split(s, "-")
	if len(parts) != 3 || len(parts[0]) != 4 {
		return 0, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 14)
		if err != nil || len(p) > 4 {
			return 0, false
		}
		n[i] = int(v)
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	if n[0] == 0 || t.Day() != n[2] || int(t.Month()) != n[1] {
		return 0, false
	}
	return DateOf(t), true
}
