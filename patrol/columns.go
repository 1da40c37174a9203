package patrol

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"proofcheck/lexicon"
	"proofcheck/store"
)

// Span is a time such as 2w or 6m: days, weeks or months.
type Span struct {
	N    int
	Unit byte // d, w, m
}

// ParseSpan reads a number with d, w or m.
func ParseSpan(s string) (Span, error) {
	if len(s) >= 2 {
		n, err := strconv.Atoi(s[:len(s)-1])
		if unit := s[len(s)-1]; err == nil && n > 0 && n < 10000 && (unit == 'd' || unit == 'w' || unit == 'm') {
			return Span{n, unit}, nil
		}
	}
	return Span{}, fmt.Errorf("patrol: %q: write a time as 14d, 2w or 6m", s)
}

// String is the inverse of ParseSpan.
func (s Span) String() string { return strconv.Itoa(s.N) + string(s.Unit) }

// before returns the day that is the span before a time.
func (s Span) before(t time.Time) time.Time {
	switch s.Unit {
	case 'w':
		return t.AddDate(0, 0, -7*s.N)
	case 'm':
		return t.AddDate(0, -s.N, 0)
	}
	return t.AddDate(0, 0, -s.N)
}

// column looks at a column by the dates on its page, and by those of its documents in the store. A
// column without dates counts as not updated, as inspections have it. It returns nil when the column
// is fine.
func (p *Patrol) column(ctx context.Context, site *Site, c Column) *Stale {
	stale := &Stale{Column: c.Name, URL: c.URL, Within: c.Within.String()}
	now := p.now()
	var newest time.Time
	base, err := url.Parse(site.URL)
	if err == nil {
		var u *url.URL
		if u, err = base.Parse(c.URL); err == nil {
			stale.URL = u.String()
			v := p.Prober.Read(ctx, u)
			if err = v.Err; err == nil {
				newest = Newest(v.Content, now)
			}
		}
	}
	if err != nil {
		stale.Error = err.Error()
	}
	for d, err := range p.Store.Documents(ctx, store.DocumentFilter{Column: c.Name, From: dateOf(c.Within.before(now))}) {
		if err == nil && d.Date <= dateOf(now) {
			newest = later(newest, time.Date(int(d.Date)/10000, time.Month(int(d.Date)/100%100), int(d.Date)%100, 0, 0, 0, 0, now.Location()))
		}
	}
	if !newest.IsZero() {
		stale.Newest = newest.Format(time.DateOnly)
	}
	// The day counts, not the hour.
	if !newest.Before(midnight(c.Within.before(now))) {
		return nil
	}
	return stale
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func dateOf(t time.Time) lexicon.Date {
	return lexicon.Date(t.Year()*10000 + int(t.Month())*100 + t.Day())
}

// dates are days as pages write them: 2020-06-30, 2020/6/30, 2020.6.30, 2020年6月30日.
var dates = regexp.MustCompile(`((?:19|20)\d\d)(?:-|/|\.|年)(\d\d?)(?:-|/|\.|月)(\d\d?)`)

// maxColumnPage bounds how much of a page is looked at, bytes.
const maxColumnPage = 4 << 20

// Newest returns the newest day that readers of a page see, not counting days after now; zero when there
// is none. Scripts and styles are not seen.
func Newest(page []byte, now time.Time) time.Time {
	var newest time.Time
	z := html.NewTokenizer(bytes.NewReader(page[:min(len(page), maxColumnPage)]))
	hidden := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return newest
		case html.StartTagToken:
			if name, _ := z.TagName(); string(name) == "script" || string(name) == "style" {
				hidden = string(name)
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == hidden {
				hidden = ""
			}
		case html.TextToken:
			if hidden != "" {
				continue
			}
			for _, m := range dates.FindAllStringSubmatch(strings.Join(strings.Fields(string(z.Text())), ""), -1) {
				year, _ := strconv.Atoi(m[1])
				month, _ := strconv.Atoi(m[2])
				day, _ := strconv.Atoi(m[3])
				t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, now.Location())
				if t.Month() == time.Month(month) && t.Day() == day && !t.After(now) {
					newest = later(newest, t)
				}
			}
		}
	}
}
