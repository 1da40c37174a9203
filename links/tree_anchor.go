package links

import (
	"os"
	"strings"
	"sync"

	"proofcheck/formats"
)

type anchorSet struct {
	load func() map[string]struct{} // nil when the file is no page
}

// Anchor returns what is wrong with a fragment of a file that Resolve has found. Files that are no
// pages have none.
func (t *Tree) Anchor(name, fragment string) []Problem {
	if name == "" || !judged(fragment) {
		return nil
	}
	v, ok := t.anchors.Load(name)
	if !ok {
		v, _ = t.anchors.LoadOrStore(name, &anchorSet{sync.OnceValue(func() map[string]struct{} { return t.readAnchors(name) })})
	}
	anchors := v.(*anchorSet).load()
	if anchors == nil {
		return nil
	}
	return missingAnchor(anchors, fragment, "missing-anchor")
}

// judged reports whether a fragment names an anchor. Others are for scripts and readers of the
// page: the top, a text fragment, a line of code, a path or state of an application.
func judged(fragment string) bool {
	if fragment == "" || strings.EqualFold(fragment, "top") || strings.Contains(fragment, ":~:") || placeholder(fragment) {
		return false
	}
	switch fragment[0] {
	case '/', '!', '?':
		return false
	case 'L':
		if len(fragment) > 1 && fragment[1] >= '0' && fragment[1] <= '9' {
			return false
		}
	}
	return !strings.ContainsAny(fragment, "=&")
}

func missingAnchor(anchors map[string]struct{}, fragment, id string) []Problem {
	if _, ok := anchors[fragment]; ok {
		return nil
	}
	if _, ok := anchors["user-content-"+fragment]; ok {
		return nil
	}
	near := ""
	for a := range anchors {
		if strings.EqualFold(a, fragment) && (near == "" || a < near) {
			near = a
		}
	}
	if near != "" {
		return []Problem{problem("case-anchor", "name", near)}
	}
	return []Problem{problem(id, "anchor", fragment)}
}

// readAnchors reads a page for its anchors only.
func (t *Tree) readAnchors(name string) map[string]struct{} {
	f := formats.ByName(name)
	if f == nil || f == formats.Text {
		return nil
	}
	if info, err := os.Stat(t.path(name)); err != nil || !info.Mode().IsRegular() {
		return nil // opening a pipe would wait
	}
	in, err := os.Open(t.path(name))
	if err != nil {
		return nil
	}
	defer in.Close()
	page, err := ReadPage(name, in, f, PageOptions{Slugs: t.opt.Slugs}, nil)
	if err != nil || page.Partial {
		return nil // it could not be read to its end, so nothing is known to be missing
	}
	return page.Anchors
}
