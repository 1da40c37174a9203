package links

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"proofcheck/formats"
)

// Finding is a problem of a reference on a page.
type Finding struct {
	Problem
	Page   string // slash path in the tree, or address
	Title  string // of the page
	Ref    Reference
	Answer *Answer // what the network said; nil when it was not asked

	First time.Time // when the problem was first seen; zero when nobody keeps that
	Times int       // runs in a row that have found it
}

// Report is what a check of a folder or a site has found.
type Report struct {
	Pages    int
	Links    int       // references, equal ones counted each time
	Distinct int       // addresses that were asked over the network
	Findings []Finding // in the order of pages and positions
	Failed   []Failure
	Verdicts [verdicts]int // of the distinct addresses
}

// Failure is a page that could not be read.
type Failure struct {
	Page string
	Err  error
}

// FolderOptions say how a folder is checked. Tree and Inspector are required.
type FolderOptions struct {
	Tree      *Tree
	Inspector *Inspector
	Prober    *Prober // nil: external links are not asked
	History   *Cache  // knows when problems were first seen; nil: nobody does
	Screen    bool    // look for hidden links too
	Jobs      int     // pages at a time; 0 is the number of processors
	Skip      func(name string) bool
	Progress  func(done, total int) // called from several goroutines; may be nil
}

// Pages returns the slash paths of the pages in a tree, in order. Hidden folders and node_modules
// are left out.
func (t *Tree) Pages(skip func(name string) bool) ([]string, error) {
	var out []string
	err := filepath.WalkDir(t.top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == t.top {
				return err
			}
			return nil // it is not a page that can be read; Resolve says so where it is linked
		}
		rel, err := filepath.Rel(t.top, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		base := d.Name()
		if rel != "." && (skip != nil && skip(rel) || d.IsDir() && (base[0] == '.' || base == "node_modules")) {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() && formats.ByName(base) != nil {
			out = append(out, rel)
		}
		return nil
	})
	return out, err
}

// CheckFolder checks all links of a folder: offline, in the folder, and over the network when there
// is a Prober. Its goroutines have ended when it returns; a cancelled ctx returns what was done.
func CheckFolder(ctx context.Context, opt FolderOptions) (*Report, error) {
	pages, err := opt.Tree.Pages(opt.Skip)
	if err != nil {
		return nil, err
	}
	return CheckPages(ctx, pages, opt)
}

// CheckPages checks the named pages of a folder as CheckFolder does.
func CheckPages(ctx context.Context, pages []string, opt FolderOptions) (*Report, error) {
	jobs := opt.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	results := make([]pageResult, len(pages))
	each := func(do func(i int)) {
		var next atomic.Int64
		var wg sync.WaitGroup
		for range min(jobs, len(pages)) {
			wg.Go(func() {
				for i := int(next.Add(1)) - 1; i < len(pages) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
					do(i)
				}
			})
		}
		wg.Wait()
	}
	var done atomic.Int64
	each(func(i int) {
		results[i].read(pages[i], &opt)
		if opt.Progress != nil {
			opt.Progress(int(done.Add(1)), len(pages))
		}
	})
	// Anchors are judged when those of all pages are known.
	each(func(i int) { results[i].anchors() })
	r := &Report{}
	var asked []asking
	for i := range results {
		p := &results[i]
		if p.err != nil {
			r.Failed = append(r.Failed, Failure{pages[i], p.err})
			continue
		}
		if p.page == nil {
			continue
		}
		r.Pages++
		r.Links += p.links
		r.Findings = append(r.Findings, p.findings...)
		for _, ref := range p.external {
			asked = append(asked, asking{pages[i], p.page.Title, ref})
		}
	}
	if opt.Prober != nil {
		r.ask(ctx, opt.Prober, opt.Tree.opt.BaseURL, asked)
	}
	r.sort()
	if ctx.Err() == nil {
		if err := opt.History.recall(opt.Tree.top, pages, r.Findings); err != nil {
			return r, err
		}
	}
	return r, ctx.Err()
}

// sort brings findings into the order of pages and positions.
func (r *Report) sort() {
	// Findings are large, and each is moved once.
	order := make([]int, len(r.Findings))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &r.Findings[i], &r.Findings[j]
		return cmp.Or(strings.Compare(a.Page, b.Page), cmp.Compare(a.Ref.At.Offset, b.Ref.At.Offset), strings.Compare(a.ID, b.ID), cmp.Compare(i, j))
	})
	sorted := make([]Finding, len(order))
	for k, i := range order {
		sorted[k] = r.Findings[i]
	}
	r.Findings = sorted
}

// asking is a reference that the network is asked about.
type asking struct {
	page, title string
	ref         Reference
}

// pageResult is what is known of one page of a folder.
type pageResult struct {
	page     *Page
	err      error
	links    int
	findings []Finding
	pending  []pendingAnchor
	external []Reference
}

type pendingAnchor struct {
	ref   Reference
	leads Local
}

func (p *pageResult) read(name string, opt *FolderOptions) {
	t := opt.Tree
	in, err := os.Open(t.path(name))
	if err != nil {
		p.err = err
		return
	}
	defer in.Close()
	// The base element may stand behind links only on broken pages; browsers take it anyway.
	var base *url.URL
	var page *Page
	refs := references.Get().(*[]Reference)
	defer putReferences(refs)
	body := bodies.Get().(*bytes.Buffer)
	defer putBody(body)
	_, p.err = body.ReadFrom(io.LimitReader(in, maxHeld))
	if p.err != nil {
		return
	}
	charset := ""
	if utf8.Valid(body.Bytes()) {
		charset = "utf-8" // so that it need not be guessed
	}
	whole := io.Reader(body)
	if body.Len() == maxHeld {
		whole = io.MultiReader(body, in)
	}
	page, p.err = ReadPage(name, whole, formats.ByName(name), PageOptions{Charset: charset, Slugs: t.opt.Slugs, Signs: opt.Screen}, func(r *Reference) {
		*refs = append(*refs, *r)
	})
	if p.err != nil {
		return
	}
	p.page, base = page, page.Base
	t.Add(name, page)
	p.links = len(*refs)
	for i := range *refs {
		p.reference(name, base, &(*refs)[i], opt)
	}
	for _, s := range page.Signs {
		r := Reference{At: s.At}
		r.Target = s.Target
		p.findings = append(p.findings, Finding{Problem: s.Problem, Page: name, Title: page.Title, Ref: r})
	}
}

// maxHeld is how much of a file is held while its encoding is found, in bytes.
const maxHeld = 1 << 20

func (p *pageResult) reference(name string, base *url.URL, r *Reference, opt *FolderOptions) {
	add := func(problems []Problem) {
		for _, problem := range problems {
			p.findings = append(p.findings, Finding{Problem: problem, Page: name, Title: p.page.Title, Ref: *r})
		}
	}
	problems := opt.Inspector.Check(&r.Link, r.Text)
	add(problems)
	for _, problem := range problems {
		// What cannot be followed need not be looked for.
		if LevelOf(problem.ID) == Error || problem.ID == "empty" || problem.ID == "script" {
			return
		}
	}
	local := opt.Tree.Resolve(name, base, &r.Link)
	if local.Outside {
		if Absolute(r.Target) {
			p.external = append(p.external, *r)
		}
		return
	}
	add(local.Problems)
	if local.Name != "" && judged(local.Anchor) {
		p.pending = append(p.pending, pendingAnchor{*r, local})
	}
}

// Absolute reports whether a target names a host that is reached by http or https.
func Absolute(target string) bool {
	switch schemeOf(target) {
	case "http", "https":
		return true
	case "":
		return strings.HasPrefix(target, "//")
	}
	return false
}

func (p *pageResult) anchors() {
	for i := range p.pending {
		a := &p.pending[i]
		for _, problem := range a.leads.Tree.Anchor(a.leads.Name, a.leads.Anchor) {
			if at := strings.IndexByte(a.ref.Target, '#'); at >= 0 {
				problem.From, problem.To = at, len(a.ref.Target)
				if problem.ID == "case-anchor" {
					problem.Suggest = a.ref.Target[:at+1] + problem.Args[1]
				}
			}
			p.findings = append(p.findings, Finding{Problem: problem, Page: p.page.Name, Title: p.page.Title, Ref: a.ref})
		}
	}
	p.pending = nil
}
