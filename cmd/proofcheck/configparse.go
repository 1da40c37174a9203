package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// configParser walks the tree of a config file and notes what is wrong with it.
type configParser struct {
	speaker
	path, dir string // the file as messages name it; where relative paths begin
	key       string // being read
	problems  []error
}

// parseConfig fills c from the text of its file. All problems are reported together.
func (p *program) parseConfig(text []byte, c *config) error {
	cp := &configParser{speaker: p.speaker, path: shown(near(c.path)), dir: c.dir}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return cp.syntax(err)
	}
	if len(file.Docs) > 1 {
		cp.problem(file.Docs[1].Body, "config.documents")
	}
	for _, v := range cp.pairs(file.Docs[0].Body) {
		cp.key = keyText(v)
		k := findKey(cp.key)
		switch {
		case k == nil:
			var names []string
			for _, k := range configKeys() {
				names = append(names, k.name)
			}
			cp.unknown(v, names)
		case k.part != nil:
			k.part(cp, &c.section, v.Value)
		default:
			k.run(cp, c, v.Value)
		}
	}
	return errors.Join(cp.problems...)
}

// pairs returns the entries of a mapping; an empty node has none.
func (p *configParser) pairs(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
		return nil
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	p.wrongType(n, "config.type.mapping")
	return nil
}

// A mappingKey is a key of a mapping that is read into a T.
type mappingKey[T any] struct {
	name string
	read func(*configParser, *T, ast.Node)
}

// readKeys reads the entries of a mapping.
func readKeys[T any](p *configParser, n ast.Node, into *T, keys []mappingKey[T]) {
	for _, v := range p.pairs(n) {
		p.key = keyText(v)
		found := false
		for _, k := range keys {
			if found = k.name == p.key; found {
				k.read(p, into, v.Value)
				break
			}
		}
		if !found {
			names := make([]string, len(keys))
			for i := range keys {
				names[i] = keys[i].name
			}
			p.unknown(v, names)
		}
	}
}

// syntax turns an error of the YAML parser into one that names the place.
func (p *configParser) syntax(err error) error {
	line, column, text := 1, 1, err.Error()
	var y yaml.Error
	if errors.As(err, &y) {
		text = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
	}
	return p.fail("config.syntax", "at", p.place(line, column), "error", text)
}

func (p *configParser) place(line, column int) string {
	return p.path + ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column)
}

// problem notes what is wrong at a node.
func (p *configParser) problem(n ast.Node, key string, pairs ...string) {
	line, column := 1, 1
	if n != nil {
		if t := n.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
	}
	p.problems = append(p.problems, p.fail(key, append([]string{"at", p.place(line, column)}, pairs...)...))
}

// unknown notes a key that does not exist.
func (p *configParser) unknown(v *ast.MappingValueNode, names []string) {
	p.problem(v.Key, "config.key", "key", keyText(v), "near", nearest(keyText(v), names))
}

// wrongType notes a value of the wrong type; expected is the key of its description.
func (p *configParser) wrongType(n ast.Node, expected string) {
	p.problem(n, "config.type", "key", p.key, "value", brief(n), "expected", p.say(expected))
}

func keyText(v *ast.MappingValueNode) string {
	if s, ok := v.Key.(*ast.StringNode); ok {
		return s.Value
	}
	return brief(v.Key)
}

// brief quotes a value on one line.
func brief(n ast.Node) string {
	const most = 40
	s, _, _ := strings.Cut(strings.TrimSpace(n.String()), "\n")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}

// hasSlash reports whether a path pattern is anchored; patterns have slashes on every system.
func hasSlash(pattern string) bool { return strings.Contains(strings.TrimSuffix(pattern, "/"), "/") }

func trimSlash(pattern string) string { return strings.Trim(strings.TrimPrefix(pattern, "./"), "/") }
