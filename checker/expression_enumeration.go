package checker

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// fixedEnumeration reports enumerations whose parts stand in a fixed order, as the core values or the bodies of
// party and government, when two parts have changed places, one is named twice or one is missing. The
// enumerations are in data/enumerations.tsv, with the document that fixes each.
var fixedEnumeration = &Rule{
	ID:      "expression/enumeration",
	Anchors: func() []string { return readEnumerations().anchors },
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) { enumerations(p, seg, hits) })
	},
}

type enumeration struct {
	name, source string
	parts        []string
	least        int  // parts in a row from which on their order is judged
	whole        bool // whether a missing part is reported
}

type enumerationTable struct {
	list    []enumeration
	anchors []string
	uses    [][]partOf // by anchor
}

// partOf says which part of which enumeration an anchor is.
type partOf struct{ list, part int }

var readEnumerations = sync.OnceValue(func() *enumerationTable {
	t := &enumerationTable{}
	index := map[string]int{}
	for n, row := range readTable("data/enumerations.tsv") {
		least, err := strconv.Atoi(row["least"])
		if err != nil {
			panic("checker: data/enumerations.tsv: least of " + row["name"] + ": " + err.Error())
		}
		e := enumeration{row["name"], row["source"], split(row["parts"]), least, row["whole"] == "1"}
		t.list = append(t.list, e)
		for k, part := range e.parts {
			i, ok := index[part]
			if !ok {
				i = len(t.anchors)
				index[part] = i
				t.anchors = append(t.anchors, part)
				t.uses = append(t.uses, nil)
			}
			t.uses[i] = append(t.uses[i], partOf{n, k})
		}
	}
	return t
})

// A row is parts of one enumeration that follow each other, with nothing but a separator between.
type partRow struct {
	from, to int
	parts    []int
}

func enumerations(p *Pass, seg *Segment, hits []Hit) {
	if len(hits) < 2 {
		return // no row
	}
	t := readEnumerations()
	hits = slices.Clone(hits)
	slices.SortFunc(hits, func(a, b Hit) int { return a.From - b.From })
	rows := make(map[int]*partRow)
	for _, h := range hits {
		for _, use := range t.uses[h.Anchor] {
			row := rows[use.list]
			if row != nil && joined(seg.Text, row.to, h.From) {
				row.to = h.To
				row.parts = append(row.parts, use.part)
				continue
			}
			if row != nil {
				judgeRow(p, seg, &t.list[use.list], row)
			}
			rows[use.list] = &partRow{h.From, h.To, []int{use.part}}
		}
	}
	for n := range t.list {
		if row := rows[n]; row != nil {
			judgeRow(p, seg, &t.list[n], row)
		}
	}
}

// joined reports whether two parts are neighbours in an enumeration.
func joined(text string, from, to int) bool {
	if to <= from || to-from > 12 {
		return false
	}
	return strings.Trim(text[from:to], "、，和与及以“”‘’ ") == ""
}

func judgeRow(p *Pass, seg *Segment, e *enumeration, row *partRow) {
	n := len(row.parts)
	if n < 2 {
		return
	}
	// A row that goes on with something else is another enumeration.
	if before(seg.Text, row.from) == '、' || after(seg.Text, row.to) == '、' {
		return
	}
	sorted := slices.Clone(row.parts)
	slices.Sort(sorted)
	twice := len(slices.Compact(slices.Clone(sorted))) < n
	problem := Problem{Source: e.source, Args: []string{"name", e.name, "order", strings.Join(e.parts, "、")}}
	switch {
	case n >= e.least && (twice || !slices.IsSorted(row.parts)):
		if !twice {
			problem.Suggest = []string{e.say(sorted)}
		}
	case e.whole && !twice && n == len(e.parts)-1 && slices.IsSorted(row.parts) && sorted[0] == 0 && sorted[n-1] == len(e.parts)-1:
		problem.Message = ".missing"
		all := make([]int, len(e.parts))
		for i := range all {
			all[i] = i
		}
		problem.Suggest = []string{e.say(all)}
	default:
		return
	}
	p.Report(seg, row.from, row.to, problem)
}

// say writes parts with the separator between them.
func (e *enumeration) say(parts []int) string {
	words := make([]string, len(parts))
	for i, k := range parts {
		words[i] = e.parts[k]
	}
	return strings.Join(words, "、")
}
