package main

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/goccy/go-yaml/ast"
)

// The methods below read the values of keys about links. Where one is wrong they note the problem with
// its place; the message is that of the flag.

func (p *configParser) address(n ast.Node) string {
	s := p.text(n)
	if _, ok := parseAddress(s); s != "" && !ok {
		p.wrongValue(n, "links.address", s)
	}
	return s
}

// wrongValue notes a value that is not written as the message of key says.
func (p *configParser) wrongValue(n ast.Node, key, value string) {
	p.problem(n, "config.entry", "key", p.key, "error", p.say(key, "value", value))
}

// entries takes a list of texts, or one, and notes those that are not good.
func (p *configParser) entries(n ast.Node, key string, good func(string) bool) []string {
	check := func(n ast.Node, s string) {
		if !good(s) {
			p.wrongValue(n, key, s)
		}
	}
	list := p.list(n)
	if seq, ok := n.(*ast.SequenceNode); ok {
		for i, v := range seq.Values {
			check(v, list[i])
		}
	} else {
		for _, s := range list {
			check(n, s)
		}
	}
	return list
}

func (p *configParser) addressGlobs(n ast.Node) []string {
	return p.entries(n, "links.pattern", doublestar.ValidatePattern)
}

func (p *configParser) accept(n ast.Node) []string {
	good := func(s string) bool { _, _, ok := parseAccept(s); return ok }
	out := []string{}
	values := []ast.Node{n}
	if seq, ok := n.(*ast.SequenceNode); ok {
		values = seq.Values
	}
	for _, v := range values {
		if i, ok := v.(*ast.IntegerNode); ok { // as good as a text
			if !good(i.Token.Value) {
				p.wrongValue(v, "links.accept", i.Token.Value)
			}
			out = append(out, i.Token.Value)
		} else {
			out = append(out, p.entries(v, "links.accept", good)...)
		}
	}
	return out
}

func (p *configParser) headers(n ast.Node) []string {
	return p.entries(n, "links.header", func(s string) bool { _, _, _, ok := parseHeader(s); return ok })
}

func (p *configParser) credentials(n ast.Node) []string {
	return p.entries(n, "links.credentials", func(s string) bool {
		host, variable, ok := strings.Cut(s, "=")
		return ok && host != "" && variable != ""
	})
}

func (p *configParser) lives(n ast.Node) []string {
	return p.entries(n, "links.ttl", func(s string) bool { _, _, ok := parseTTL(s); return ok })
}

func (p *configParser) remap(n ast.Node) []remapping {
	out := []remapping{}
	for _, s := range p.entries(n, "links.remap", func(s string) bool { _, ok := parseRemap(s, p.resolve); return ok }) {
		if m, ok := parseRemap(s, p.resolve); ok {
			out = append(out, m)
		}
	}
	return out
}
