package checker

import (
	"slices"
	"strings"
)

// levelCount reports levels of government that are out of order or not as many as is said: 市、省、县三级,
// 省、市、县两级. They are named from the highest to the lowest, or the other way round where something goes up. 宪法 第三十条; CY/T 266-2023.
var levelCount = &Rule{
	ID:      "number/level-count",
	Rises:   true,
	Anchors: anchors("两级", "三级", "四级", "五级"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				namedLevels(p, seg, h, h.Anchor+2)
			}
		})
	},
}

// A levelName is the name of a level, which are numbered from the highest.
type levelName struct {
	name  string
	level int
}

var levelNames = table("data/levels.tsv", func(row map[string]string) levelName {
	return levelName{row["name"], int(row["level"][0] - '0')}
})

func namedLevels(p *Pass, seg *Segment, h Hit, said int) {
	from, parted, named := levelsBefore(seg.Text, h.From)
	// 、 everywhere or nowhere: 省市、县两级 takes two together. What stands before may be a level too: 部、省、市三级.
	n := len(named)
	if n < 2 || parted > 0 && parted != n-1 || before(seg.Text, from) == '、' {
		return
	}
	byLevel := func(a, b levelName) int { return a.level - b.level }
	sorted := slices.SortedStableFunc(slices.Values(named), byLevel)
	number := string(after(seg.Text, h.From))
	switch {
	case len(slices.CompactFunc(slices.Clone(sorted), func(a, b levelName) bool { return a.level == b.level })) < n:
		// 乡、镇: two names of one level
	case !slices.IsSortedFunc(named, byLevel):
		upwards := slices.Clone(named)
		slices.Reverse(upwards)
		if n != said || slices.Equal(upwards, sorted) || named[0].name == "县" && named[1].name == "市" {
			return // a way through the offices; counties, and cities that are one
		}
		var names []string
		for _, l := range sorted {
			names = append(names, l.name)
		}
		separator := strings.Repeat("、", min(parted, 1))
		p.Report(seg, from, h.To, Problem{Suggest: []string{strings.Join(names, separator) + seg.Text[h.From:h.To]}})
	case n > said && (parted > 0 || !isHan(before(seg.Text, from))): // the 省 of 山东省县乡两级 is another's
		p.Report(seg, from, h.To, Problem{Message: ".count", Level: Warning, Args: []string{"said", number, "count", hanNumber(n)}})
	}
}

// levelsBefore returns the names of levels that end at a place, where they begin and how many 、 are between them.
func levelsBefore(text string, at int) (from, parted int, named []levelName) {
	for from = at; ; {
		body, sep := strings.CutSuffix(text[:from], "、")
		names := levelNames()
		i := slices.IndexFunc(names, func(l levelName) bool { return strings.HasSuffix(body, l.name) })
		if i < 0 || sep && len(named) == 0 {
			slices.Reverse(named)
			return from, parted, named
		}
		if sep {
			parted++
		}
		from = len(body) - len(names[i].name)
		named = append(named, names[i])
	}
}
