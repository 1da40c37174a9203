package checker

import (
	"slices"
	"strings"
	"sync"
)

// regionMismatch reports a city, prefecture or league behind a province that it does not lie in, 江苏省合肥市, and a county
// or district behind a province or city that has none of this name: 河北省朝阳区, 合肥市朝阳区. GB/T 2260. A name is judged
// only if it is one of today's elsewhere, since many others have been one.
var regionMismatch = &Rule{
	ID:      "expression/region",
	Anchors: func() []string { return readRegions().names },
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			t := readRegions()
			for i, h := range hits {
				// 鞍山市 is no name in 马鞍山市.
				longer := func(o Hit) bool { return o.To == h.To && o.From < h.From }
				if !slices.ContainsFunc(hits[max(0, i-2):min(len(hits), i+3)], longer) {
					t.inspect(p, seg, h, t.names[h.Anchor])
				}
			}
		})
	},
}

// A region is a province with a city in it, "" for what lies in the province itself.
type region struct{ province, city string }

type regionTable struct {
	names     []string // of provinces and cities
	provinces map[string]bool
	home      map[string]string // province of a city
}

var readRegions = sync.OnceValue(func() *regionTable {
	t := &regionTable{provinces: map[string]bool{}, home: map[string]string{}}
	for _, row := range readTable("data/regions.tsv") {
		t.provinces[row["province"]] = true
		t.names = append(t.names, row["province"])
		for _, city := range split(row["cities"]) {
			t.home[city] = row["province"]
			t.names = append(t.names, city)
		}
	}
	return t
})

// readCounties returns where counties and districts lie. It is asked for where the name of one may stand; most drafts
// do without.
var readCounties = sync.OnceValue(func() map[string][]region {
	out := map[string][]region{}
	for _, row := range readTable("data/counties.tsv") {
		for _, county := range split(row["counties"]) {
			out[county] = append(out[county], region{row["province"], row["city"]})
		}
	}
	return out
})

// inspect judges what stands behind the name of a province or city.
func (t *regionTable) inspect(p *Pass, seg *Segment, h Hit, name string) {
	rest := seg.Text[h.To:]
	if t.provinces[name] {
		city := nameAt(rest, func(name string) bool { return t.home[name] != "" })
		if home := t.home[city]; city != "" && home != name {
			p.Report(seg, h.From, h.To+len(city), Problem{Args: []string{"city", city, "province", home}, Suggest: []string{home + city}})
		}
		if city != "" {
			return // what stands behind it is judged there
		}
	}
	county := nameAt(rest, func(name string) bool { return len(readCounties()[name]) > 0 })
	if county == "" {
		return
	}
	regions := readCounties()[county]
	if slices.ContainsFunc(regions, func(r region) bool {
		return r.province == name || r.city == name || r.city == "" && r.province == t.home[name]
	}) {
		return
	}
	var homes []string
	for _, r := range regions {
		if home := r.province + strings.TrimPrefix(r.city, r.province); len(homes) < 3 {
			homes = append(homes, home)
		}
	}
	p.Report(seg, h.From, h.To+len(county), Problem{
		Message: ".county", Level: Warning, Args: []string{"county", county, "place", name, "homes", strings.Join(homes, "、")},
	})
}

// longestRegion is more than the bytes of any name of a city or county.
const longestRegion = 20 * len("县")

// nameAt returns the longest name that text begins with and known knows, "" for none.
func nameAt(text string, known func(string) bool) string {
	best := ""
	for i, r := range text {
		if i > longestRegion || !isHan(r) {
			break
		}
		if strings.ContainsRune("市州盟区县旗", r) && known(text[:i+len("市")]) {
			best = text[:i+len("市")]
		}
	}
	return best
}
