package links

import (
	"context"
	"net/url"
	"strings"
	"sync"

	"github.com/temoto/robotstxt"

	"proofcheck/formats"
	"proofcheck/source"
)

// CrawlOptions say how a site is walked. Prober and Inspector are required.
type CrawlOptions struct {
	Prober       *Prober
	Inspector    *Inspector
	Own          []string // hosts of the site besides that of the first page
	Depth        int      // pages that far from the first one are read; the first has 0
	MaxPages     int      // pages that are read at most; 0 means 100,000
	IgnoreRobots bool
	NoSitemap    bool
	Known        []Step                // of Walk: what an earlier walk has come upon
	Progress     func(done, total int) // called from several goroutines; may be nil
}

// agent is the name that robots.txt may speak to.
const agent = "proofcheck"

// maxParents is how many pages are kept that link to one address.
const maxParents = 2000

// Crawl reads the pages of a site and asks about every link on them, each address once. Its
// goroutines have ended when it returns; a cancelled ctx returns what was done, and its error.
func Crawl(ctx context.Context, start *url.URL, opt CrawlOptions) (*Report, error) {
	if opt.MaxPages == 0 {
		opt.MaxPages = 100_000
	}
	c := &crawler{opt: opt, ctx: ctx, own: map[string]bool{ASCIIHost(start.Hostname()): true}, nodes: map[string]*node{}, finals: map[string]bool{}, maps: map[string]bool{}, robots: map[string]*site{}, known: map[string]map[string]*node{}}
	for _, h := range opt.Own {
		c.own[ASCIIHost(h)] = true
	}
	slots := opt.Prober.opt.PerHost
	if h := opt.Prober.opt.Hosts[HostKey(start)]; h != nil && h.PerHost > 0 {
		slots = h.PerHost
	}
	// More than the slots, so that pages are read while others are fetched.
	c.pages.workers, c.others.workers = 2*slots+8, 8*opt.Prober.opt.Global
	// The tables that reading needs are made while the first page is on its way.
	c.wg.Go(func() {
		_, _ = ReadPage("", strings.NewReader("<title>题</title><p><a href='http://example.com/'>文字</a>"), formats.HTML, PageOptions{Screen: true}, func(r *Reference) {
			c.opt.Inspector.CheckOn(start, &r.Link, r.Text)
		})
	})
	// The rules of the site are fetched beside the first page, which the user has named.
	c.wg.Go(func() { c.site(start) })
	first := c.add(start, 0)
	c.wg.Wait()
	if first.linked == 0 && first.answer != nil { // no page links to it, but it was asked for
		c.judge(&pageName{address: first.answer.URL}, &Reference{}, first.answer)
	}
	c.result.sort()
	return &c.result, ctx.Err()
}

type crawler struct {
	opt CrawlOptions
	ctx context.Context
	wg  sync.WaitGroup

	mu            sync.Mutex
	own           map[string]bool
	nodes         map[string]*node
	finals        map[string]bool // pages whose links have been taken
	maps          map[string]bool // sitemaps that have been read
	pages, others lane
	read, done    int
	total         int
	result        Report
	robots        map[string]*site
	known         map[string]map[string]*node // what targets lead to, by the folder of the page
	targets       int                         // that are known
}

// maxTargets is how many targets are remembered. Sites have menus: most links have been seen before.
const maxTargets = 100_000

// A lane is a queue with workers of its own, so that slow strangers do not hold up the site.
type lane struct {
	queue            []*node
	workers, running int
}

// A node is an address and who links to it.
type node struct {
	u       *url.URL
	depth   int
	page    bool         // it is read for its links
	linked  int          // how many links are kept, or were judged
	parents []occurrence // while there is no answer
	answer  *Answer
}

// An occurrence is a link on a page, kept small: big sites have millions.
type occurrence struct {
	page                             *pageName
	target, text, element, attribute string
	offset, end                      int64
	line, column                     int32
}

type pageName struct{ address, title string }

func occur(page *pageName, r *Reference) occurrence {
	return occurrence{page, r.Target, strings.Clone(r.Text), r.Element, r.Attribute, r.At.Offset, r.Span.End, int32(r.At.Line), int32(r.At.Column)}
}

// reference returns what is known of the link.
func (o *occurrence) reference() *Reference {
	return &Reference{
		Link: source.Link{Target: o.target, Element: o.element, Attribute: o.attribute, Span: source.Span{Start: o.offset, End: o.end}}, Text: o.text,
		At: source.Position{Offset: o.offset, Line: int(o.line), Column: int(o.column)},
	}
}

// add notes an address, and asks about it if nobody has.
func (c *crawler) add(u *url.URL, depth int) *node {
	key := Key(u)
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.nodes[key]
	if n == nil {
		n = &node{u: u, depth: depth}
		c.nodes[key] = n
		c.total++
		n.page = c.own[ASCIIHost(u.Hostname())] && depth <= c.opt.Depth && c.read < c.opt.MaxPages && !isAttachment(u.Path)
		own := c.own[ASCIIHost(u.Hostname())]
		if n.page {
			c.read++
		}
		l := &c.others
		if own {
			l = &c.pages
		}
		l.queue = append(l.queue, n)
		if l.running < l.workers {
			l.running++
			c.wg.Go(func() { c.work(l) })
		}
	}
	return n
}

// link notes a link to an address, and judges it as soon as there is an answer: of the many links of big sites
// none is kept that is fine.
func (c *crawler) link(n *node, page *pageName, r *Reference) {
	c.mu.Lock()
	n.linked++
	kept, a := n.linked <= maxParents, n.answer
	if kept && a == nil {
		n.parents = append(n.parents, occur(page, r))
	}
	c.mu.Unlock()
	if kept && a != nil {
		c.judge(page, r, a)
	}
}

// judge reports what an answer means for a link.
func (c *crawler) judge(page *pageName, r *Reference, a *Answer) {
	problems := Judge(r, a)
	if len(problems) == 0 {
		return
	}
	// The positions that are known of all references; their words must not hold the text around them.
	o := occur(page, r)
	ref := o.reference()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range problems {
		c.result.Findings = append(c.result.Findings, Finding{Problem: p, Page: page.address, Title: page.title, Ref: *ref, Answer: a, First: a.First, Times: a.Times})
	}
}

// answered takes the answer to an address, and judges the links to it.
func (c *crawler) answered(n *node, a *Answer) {
	if a.Reason == "cancelled" {
		return
	}
	c.mu.Lock()
	parents := n.parents
	n.answer, n.parents = a, nil
	c.result.Distinct++
	c.result.Verdicts[a.Verdict]++
	if n.page && a.Verdict != Skipped && a.Type == "text/html" {
		c.result.Pages++
	}
	c.mu.Unlock()
	for i := range parents {
		c.judge(parents[i].page, parents[i].reference(), a)
	}
}

// work empties a lane.
func (c *crawler) work(l *lane) {
	for {
		c.mu.Lock()
		if len(l.queue) == 0 || c.ctx.Err() != nil {
			l.running--
			c.mu.Unlock()
			return
		}
		n := l.queue[0]
		l.queue = l.queue[1:]
		c.mu.Unlock()
		c.visit(n)
		c.mu.Lock()
		c.done++
		done, total := c.done, c.total
		c.mu.Unlock()
		if c.opt.Progress != nil {
			c.opt.Progress(done, total)
		}
	}
}

func (c *crawler) visit(n *node) {
	if n.page && n.depth > 0 && !c.allowed(n.u) {
		c.answered(n, &Answer{URL: Key(n.u), Reason: "robots", Size: -1})
		return
	}
	if !n.page {
		c.answered(n, c.opt.Prober.Probe(c.ctx, n.u))
		return
	}
	a := c.opt.Prober.probe(c.ctx, n.u, formats.HTML)
	if a.page != nil && a.Verdict != Dead {
		c.take(n, a)
	}
	c.answered(n, a)
	if a.refs != nil {
		putReferences(a.refs)
	}
	a.page, a.refs = nil, nil
}

// take follows the links of a page unless that has been done under another address.
func (c *crawler) take(n *node, a *Answer) {
	final, err := url.Parse(a.Final)
	if err != nil {
		return
	}
	host := ASCIIHost(final.Hostname())
	c.mu.Lock()
	if n.depth == 0 && len(a.Chain) > 1 {
		c.own[host] = true // http://site.cn leads to https://www.site.cn: that is the site
	}
	own := c.own[host] && !c.finals[a.Final]
	c.finals[a.Final] = true
	c.mu.Unlock()
	if own {
		c.follow(n, a, final)
	}
}

// follow follows the links of a page.
func (c *crawler) follow(n *node, a *Answer, final *url.URL) {
	base := final
	if b := a.page.Base; b != nil {
		base = final.ResolveReference(b)
	}
	at := Key(final)
	page := &pageName{at, a.Title}
	folder := base.Scheme + "://" + base.Host + "/" + base.EscapedPath()
	folder = folder[:strings.LastIndexByte(folder, '/')+1]
	var findings []Finding
	for i := range *a.refs {
		r := &(*a.refs)[i]
		bad := false
		for _, p := range c.opt.Inspector.CheckOn(final, &r.Link, r.Text) {
			if p.ID == "own-absolute" {
				continue // sites are published so; it matters in drafts
			}
			findings = append(findings, Finding{Problem: p, Page: at, Title: a.Title, Ref: *r})
			bad = bad || LevelOf(p.ID) == Error && p.ID != "look-alike" && p.ID != "text-differs" && p.ID != "executable" && p.ID != "blocked"
		}
		if bad || placeholder(r.Target) || strings.TrimSpace(r.Target) == "" {
			continue
		}
		if to := c.lead(folder, base, r.Target, n.depth+1); to != nil {
			c.link(to, page, r)
		}
	}
	for _, s := range a.page.Signs {
		findings = append(findings, Finding{Problem: s.Problem, Page: at, Title: a.Title, Ref: Reference{At: s.At, Link: source.Link{Target: s.Target}}})
	}
	c.mu.Lock()
	c.result.Findings = append(c.result.Findings, findings...)
	c.result.Links += len(*a.refs)
	c.mu.Unlock()
}

// lead returns what a target leads to on a page of a folder whose base is given, nil when it leads to nothing that
// can be asked.
func (c *crawler) lead(folder string, base *url.URL, target string, depth int) *node {
	// Such targets depend on more than the folder.
	if t := strings.TrimLeft(target, " \t\r\n\f"); t == "" || t[0] == '?' || t[0] == '#' {
		folder = ""
	}
	if folder != "" {
		c.mu.Lock()
		n := c.known[folder][target]
		c.mu.Unlock()
		if n != nil {
			return n
		}
	}
	u, err := Resolve(base, target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil
	}
	n := c.add(u, depth)
	if folder == "" {
		return n
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.targets++; c.targets > maxTargets {
		clear(c.known)
		c.targets = 1
	}
	if c.known[folder] == nil {
		c.known[folder] = map[string]*node{}
	}
	c.known[folder][target] = n
	return n
}

// site is what a host says about being walked.
type site struct {
	known chan struct{} // closed when the rules are there
	group *robotstxt.Group
}

// allowed reports whether robots.txt lets the page be read.
func (c *crawler) allowed(u *url.URL) bool {
	if c.opt.IgnoreRobots {
		return true
	}
	s := c.site(u)
	return s.group == nil || s.group.Test(u.EscapedPath())
}

// site fetches the rules and the map of a host once.
func (c *crawler) site(u *url.URL) *site {
	key := u.Scheme + "://" + HostKey(u)
	c.mu.Lock()
	s := c.robots[key]
	if s != nil {
		c.mu.Unlock()
		select {
		case <-s.known:
		case <-c.ctx.Done():
			return &site{}
		}
		return s
	}
	s = &site{known: make(chan struct{})}
	c.robots[key] = s
	c.mu.Unlock()
	defer close(s.known)
	var maps []string
	if !c.opt.IgnoreRobots || !c.opt.NoSitemap {
		if text, err := c.opt.Prober.fetch(c.ctx, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}, maxRobots); err == nil {
			if rules, err := robotstxt.FromBytes(text); err == nil {
				s.group = rules.FindGroup(agent)
				maps = rules.Sitemaps
			}
		}
	}
	if c.opt.NoSitemap {
		return s
	}
	if len(maps) == 0 {
		maps = []string{key + "/sitemap.xml"}
	}
	// Beside the pages: what waits for the rules need not wait for the map.
	c.wg.Go(func() { c.sitemaps(maps) })
	return s
}
