package main

import (
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"proofcheck/checker"
	"proofcheck/ledger"
)

func unitKeys() []mappingKey[ledger.UnitRule] {
	return []mappingKey[ledger.UnitRule]{
		{"unit", func(p *configParser, r *ledger.UnitRule, n ast.Node) { r.Unit = p.text(n) }},
		{"paths", func(p *configParser, r *ledger.UnitRule, n ast.Node) { r.Paths = p.globs(n) }},
		{"columns", func(p *configParser, r *ledger.UnitRule, n ast.Node) { r.Sections = p.globs(n) }},
	}
}

// units says who is responsible: a list of mappings with unit and paths or columns.
func (p *configParser) units(n ast.Node) ledger.Units {
	var out ledger.Units
	for _, item := range p.items(n) {
		var r ledger.UnitRule
		readKeys(p, item, &r, unitKeys())
		switch {
		case r.Unit == "":
			p.problem(item, "config.missing", "key", "unit", "in", "units")
		case r.Paths == nil && r.Sections == nil:
			p.problem(item, "config.missing", "key", "paths", "in", "units")
		}
		out = append(out, r)
	}
	return out
}

// items returns the elements of a list of mappings.
func (p *configParser) items(n ast.Node) []ast.Node {
	if seq, ok := n.(*ast.SequenceNode); ok {
		return seq.Values
	}
	p.wrongType(n, "config.type.mappings")
	return nil
}

// score says what mistakes cost; what it does not say is as inspections of government sites have it.
func (p *configParser) score(n ast.Node) *ledger.Score {
	s := ledger.DefaultScore()
	keys := []string{"full", "pass", "home-link", "link", "typo", "min-level", "veto"}
	for _, c := range checker.Categories {
		if c != checker.Link && c != checker.Typo {
			keys = append(keys, string(c))
		}
	}
	for _, v := range p.pairs(n) {
		p.key = keyText(v)
		points := map[string]*float64{"full": &s.Full, "pass": &s.Pass, "home-link": &s.HomeLink, "link": &s.Link, "typo": &s.Typo}[p.key]
		switch {
		case points != nil:
			*points = p.points(v.Value)
		case p.key == "min-level":
			s.Least = p.level(v.Value, minLevels)
		case p.key == "veto":
			if b := p.yesNo(v.Value); b != nil {
				s.Veto = *b
			}
		case slices.Contains(keys, p.key):
			if s.Other == nil {
				s.Other = map[checker.Category]float64{}
			}
			s.Other[checker.Category(p.key)] = p.points(v.Value)
		default:
			p.unknown(v, keys)
		}
	}
	return &s
}

// points is a number that is not negative.
func (p *configParser) points(n ast.Node) float64 {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		if v, err := strconv.ParseFloat(n.GetToken().Value, 64); err == nil && v >= 0 && v <= 1e6 {
			return v
		}
	}
	p.wrongType(n, "config.type.points")
	return 0
}
