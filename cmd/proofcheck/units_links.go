package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"proofcheck/checker"
	"proofcheck/links"
)

// linksFor returns what the links of drafts are held against.
func (us *units) linksFor(s *section) (checker.Links, error) {
	if s.links == "off" {
		return checker.Links{}, nil
	}
	tree, top, err := us.treeFor(&s.site)
	if err != nil {
		return checker.Links{}, err
	}
	out := checker.Links{Inspector: links.NewInspector(s.site.inspector()), Tree: tree, Page: func(name string) string { return pageIn(top, name) }}
	if us.history {
		out.History = &pastLinks{us: us}
	}
	if s.links == "all" {
		out.Prober, err = us.proberFor(&s.site)
	}
	return out, err
}

// treeFor returns the files that links lead to: those of the site, or of the whole computer when nobody
// says where the site lies.
func (us *units) treeFor(s *site) (tree *links.Tree, top string, err error) {
	if top = s.root; top == "" {
		if top, err = filepath.Abs("/"); err != nil {
			top = "/"
		}
	}
	key := fmt.Sprint(s.root, s.base, s.slugs, s.remap)
	if t := us.trees[key]; t != nil {
		return t, top, nil
	}
	opt, err := s.tree(us.p)
	if err != nil {
		return nil, "", err
	}
	if s.root == "" {
		opt.BaseURL = nil // nobody knows which folder is published there
	}
	tree = links.NewTree(top, opt)
	us.trees[key] = tree
	return tree, top, nil
}

func (us *units) proberFor(s *site) (*links.Prober, error) {
	key := fmt.Sprintf("%q", siteLines(s))
	if p := us.probers[key]; p != nil {
		return p, nil
	}
	opt, err := s.probe(us.p)
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	for _, h := range s.own {
		own[links.ASCIIHost(h)] = true
	}
	if u, ok := parseAddress(s.base); ok {
		own[links.ASCIIHost(u.Hostname())] = true
	}
	opt.Own = func(host string) bool { return own[links.ASCIIHost(host)] }
	opt.Refresh = us.s.refresh
	if !us.s.noCache {
		us.opening.Do(func() { us.cache, err = us.p.openCache(cachePath(), s) })
		if err != nil {
			return nil, err
		}
	}
	opt.Cache = us.cache
	p := links.NewProber(opt)
	us.probers[key] = p
	return p, nil
}

// pastLinks is the history of local links. The cache is opened when there is something to keep, so that most runs do
// without.
type pastLinks struct {
	us   *units
	open atomic.Bool
}

// Recall implements checker.History.
func (h *pastLinks) Recall(document string, found []links.Seen) {
	if len(found) == 0 && !h.open.Load() {
		return
	}
	path, err := filepath.Abs(document)
	if err != nil {
		return
	}
	// When another process has it, there is no history, and nobody misses it. If the network is asked it is open.
	h.us.opening.Do(func() {
		if path := cachePath(); path != "" {
			h.us.cache, _ = links.OpenCache(path, nil)
		}
	})
	h.open.Store(true)
	h.us.cache.Recall(path, found)
}

// pageIn returns the slash path of a file below top, "" when there is no such file, as for standard input.
func pageIn(top, name string) string {
	path, err := filepath.Abs(name)
	if err != nil {
		return ""
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	rel, err := filepath.Rel(top, path)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	return filepath.ToSlash(rel)
}
