package checker

type latinName struct{ wrong, right string }

var readLatinNames = table("data/latin.tsv", func(row map[string]string) latinName {
	return latinName{row["wrong"], row["right"]}
})

// latinNames reports names of technology in a wrong case: Wifi, Ipv6, Github. CY/T 154-2017 5.
var latinNames = &Rule{
	ID: "expression/latin-name",
	Anchors: func() []string {
		var out []string
		for _, n := range readLatinNames() {
			out = append(out, n.wrong)
		}
		return out
	},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				// An address or a path is written as it works.
				if prev, next := before(seg.Text, h.From), after(seg.Text, h.To); letterBeside(seg.Text, h.From, h.To) || prev == '.' || prev == '/' || prev == '@' || next == '.' || next == '/' || next == '@' {
					continue
				}
				p.Report(seg, h.From, h.To, Problem{Suggest: []string{readLatinNames()[h.Anchor].right}, Safe: true})
			}
		})
	},
}
