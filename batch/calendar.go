package batch

import (
	_ "embed"
	"strings"
	"sync"
	"time"
)

//go:embed holidays.tsv
var holidayTable string

// dayLayout is how days are written in the table and named in the calendar.
const dayLayout = time.DateOnly

// calendar holds, for days that differ from the week, whether people work.
type calendar struct {
	works       map[string]bool
	first, last int // years that are known
}

// workdays reads the table once.
var workdays = sync.OnceValue(func() calendar {
	c := calendar{works: map[string]bool{}, first: 9999}
	for line := range strings.Lines(holidayTable) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(cells) != 3 {
			continue
		}
		day, err1 := time.Parse(dayLayout, cells[1])
		end, err2 := time.Parse(dayLayout, cells[2])
		if err1 != nil || err2 != nil || cells[0] != "rest" && cells[0] != "work" {
			panic("batch: holidays.tsv: " + line)
		}
		c.first, c.last = min(c.first, end.Year()), max(c.last, day.Year())
		for ; !day.After(end); day = day.AddDate(0, 0, 1) {
			c.works[day.Format(dayLayout)] = cells[0] == "work"
		}
	}
	return c
})

// works reports whether a day is a working day in mainland China. Outside of the years whose
// holidays are known it goes by the week alone.
func (c *calendar) worksOn(day time.Time) bool {
	if w, ok := c.works[day.Format(dayLayout)]; ok {
		return w
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// WorkingDays counts the working days of mainland China after the day of from, up to and including
// the day of to; known reports whether the holidays of all years between are known, else weekends
// alone count as holidays. A period of more than thirty years is cut.
func WorkingDays(from, to time.Time) (days int, known bool) {
	c := workdays()
	from, to = from.In(china), to.In(china)
	known = from.Year() >= c.first && to.Year() <= c.last
	last := to.Format(dayLayout)
	for n := 0; n < 30*366 && from.Format(dayLayout) < last; n++ {
		from = from.AddDate(0, 0, 1)
		if c.worksOn(from) {
			days++
		}
	}
	return days, known
}
