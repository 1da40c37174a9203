package checker

import (
	"strings"
	"sync"
)

// regionMismatch reports a city, prefecture or league behind a province that it does not lie in: 江苏省合肥市.
// GB/T 2260. Cities of counties are not in the table, and names that two provinces have are left alone.
var regionMismatch = &Rule{
	ID:      "expression/region",
	Anchors: func() []string { return readRegions().provinces },
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			t := readRegions()
			for _, h := range hits {
				city, home := t.cityAt(seg.Text[h.To:])
				if city == "" || home == h.Anchor {
					continue
				}
				p.Report(seg, h.From, h.To+len(city), Problem{
					Args: []string{"city", city, "province", t.provinces[home]}, Suggest: []string{t.provinces[home] + city},
				})
			}
		})
	},
}

type regionTable struct {
	provinces []string
	home      map[string]int // of a city, as an index of provinces
	longest   int            // bytes of a city's name
}

var readRegions = sync.OnceValue(func() *regionTable {
	t := &regionTable{home: map[string]int{}}
	for i, row := range readTable("data/regions.tsv") {
		t.provinces = append(t.provinces, row["province"])
		for _, city := range split(row["cities"]) {
			t.home[city] = i
			t.longest = max(t.longest, len(city))
		}
	}
	return t
})

// cityAt returns the city that text begins with and the province it lies in.
func (t *regionTable) cityAt(text string) (city string, home int) {
	for i, r := range text {
		if i > t.longest || !isHan(r) {
			break
		}
		if !strings.ContainsRune("市州盟区", r) {
			continue
		}
		name := text[:i+len("市")]
		if home, ok := t.home[name]; ok {
			return name, home
		}
	}
	return "", 0
}
