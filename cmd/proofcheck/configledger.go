package main

import (
	"github.com/goccy/go-yaml/ast"

	"proofcheck/ledger"
)

// units says who is responsible: a list of mappings with unit and paths or columns.
func (p *configParser) units(n ast.Node) ledger.Units {
	var out ledger.Units
	for _, item := range p.items(n) {
		var r ledger.UnitRule
		for _, v := range p.pairs(item) {
			switch p.key = keyText(v); p.key {
			case "unit":
				r.Unit = p.text(v.Value)
			case "paths":
				r.Paths = p.globs(v.Value)
			case "columns":
				r.Sections = p.globs(v.Value)
			default:
				p.unknown(v, []string{"unit", "paths", "columns"})
			}
		}
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
