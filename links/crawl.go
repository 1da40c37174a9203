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
	c := &crawler{opt: opt, ctx: ctx, own: map[string]bool{ASCIIHost(start.Hostname()): true}, nodes: map[string]*node{}, finals: map[string]bool{}, maps: map[string]bool{}, robots: map[string]*site{}}
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
	c.add(start, 0, occurrence{})
	c.wg.Wait()
	return c.report(), ctx.Err()
}

type crawler struct {
	opt CrawlOptions
	ctx context.Context
	wg  sync.WaitGroup

	mu            sync.Mutex
	own           map[string]bool
	nodes         map[string]*node
	order         []*node
	finals        map[string]bool // pages whose links have been taken
	maps          map[string]bool // sitemaps that have been read
	pages, others lane
	read, done    int
	links         int
	findings      []Finding
	robots        map[string]*site
}

// A lane is a queue with workers of its own, so that slow strangers do not hold up the site.
type lane struct {
	queue            []*node
	workers, running int
}

// A node is an address and who links to it.
type node struct {
	u       *url.URL
	depth   int
	page    bool // it is read for its links
	parents []occurrence
	answer  *Answer
}

// An occurrence is a link on a page, kept small: big sites have millions.
type occurrence struct {
	page                  *pageName // nil for the first page, which nothing links to
	target, text, element string
	offset                int64
	line, column          int32
}

type pageName struct{ address, title string }

func occur(page *pageName, r *Reference) occurrence {
	return occurrence{page, r.Target, strings.Clone(r.Text), r.Element, r.At.Offset, int32(r.At.Line), int32(r.At.Column)}
}

// reference returns what is known of the link.
func (o *occurrence) reference() Reference {
	return Reference{
		Link: source.Link{Target: o.target, Element: o.element}, Text: o.text,
		At: source.Position{Offset: o.offset, Line: int(o.line), Column: int(o.column)},
	}
}

// add notes a link, and asks about its address if nobody has.
func (c *crawler) add(u *url.URL, depth int, from occurrence) {
	key := Key(u)
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.nodes[key]
	if n == nil {
		n = &node{u: u, depth: depth}
		c.nodes[key] = n
		c.order = append(c.order, n)
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
	if from.page != nil && len(n.parents) < maxParents {
		n.parents = append(n.parents, from)
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
		done, total := c.done, len(c.order)
		c.mu.Unlock()
		if c.opt.Progress != nil {
			c.opt.Progress(done, total)
		}
	}
}

func (c *crawler) visit(n *node) {
	if n.page && n.depth > 0 && !c.allowed(n.u) {
		n.answer = &Answer{URL: Key(n.u), Reason: "robots", Size: -1}
		return
	}
	if !n.page {
		n.answer = c.opt.Prober.Probe(c.ctx, n.u)
		return
	}
	a := c.opt.Prober.probe(c.ctx, n.u, formats.HTML)
	n.answer = a
	if a.page == nil || a.Verdict == Dead {
		return
	}
	final, err := url.Parse(a.Final)
	if err != nil {
		return
	}
	host := ASCIIHost(final.Hostname())
	c.mu.Lock()
	if n.depth == 0 && len(a.Chain) > 1 {
		c.own[host] = true // http://site.cn leads to https://www.site.cn: that is the site
	}
	// Several addresses may lead to one page, whose links are taken once.
	own := c.own[host] && !c.finals[a.Final]
	c.finals[a.Final] = true
	c.mu.Unlock()
	if own {
		c.follow(n, a, final)
	}
	a.page, a.refs = nil, nil
}

// follow follows the links of a page.
func (c *crawler) follow(n *node, a *Answer, final *url.URL) {
	base := final
	if b := a.page.Base; b != nil {
		base = final.ResolveReference(b)
	}
	at := Key(final)
	page := &pageName{at, a.Title}
	var findings []Finding
	for i := range a.refs {
		r := &a.refs[i]
		bad := false
		for _, p := range c.opt.Inspector.CheckOn(final, &r.Link, r.Text) {
			if p.ID == "own-absolute" {
				continue // sites are published so; it matters in drafts
			}
			findings = append(findings, Finding{Problem: p, Page: at, Title: a.Title, Ref: *r})
			bad = bad || p.Level == Error && p.ID != "look-alike" && p.ID != "text-differs" && p.ID != "executable" && p.ID != "blocked"
		}
		if bad || placeholder(r.Target) || strings.TrimSpace(r.Target) == "" {
			continue
		}
		u, err := Resolve(base, r.Target)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			continue
		}
		c.add(u, n.depth+1, occur(page, r))
	}
	for _, s := range a.page.Signs {
		findings = append(findings, Finding{Problem: s.Problem, Page: at, Title: a.Title, Ref: Reference{At: s.At, Link: source.Link{Target: s.Target}}})
	}
	c.mu.Lock()
	c.findings = append(c.findings, findings...)
	c.links += len(a.refs)
	c.mu.Unlock()
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

// report puts together what the answers mean for each link.
func (c *crawler) report() *Report {
	r := &Report{Findings: c.findings, Links: c.links}
	for _, n := range c.order {
		if n.answer == nil {
			continue // cancelled before it was asked
		}
		r.Distinct++
		r.Verdicts[n.answer.Verdict]++
		if n.page && n.answer.Verdict != Skipped && n.answer.Type == "text/html" {
			r.Pages++
		}
		parents := n.parents
		if len(parents) == 0 {
			parents = []occurrence{{page: &pageName{address: n.answer.URL}}}
		}
		for _, o := range parents {
			ref := o.reference()
			for _, p := range Judge(&ref, n.answer) {
				r.Findings = append(r.Findings, Finding{Problem: p, Page: o.page.address, Title: o.page.title, Ref: ref, Answer: n.answer})
			}
		}
	}
	r.sort()
	return r
}
