package links

import (
	"bytes"
	"context"
	"iter"
	"net/url"
	"strings"
	"sync"

	"github.com/temoto/robotstxt"

	"proofcheck/formats"
)

// Walk reads the pages of a site that its sitemaps and the links of its pages lead to, and yields
// each once, in no certain order. Depth, MaxPages, Own, IgnoreRobots and NoSitemap are those of
// Crawl. Pages that cannot be read are yielded with Err, addresses without a page with Pass. Pages that are
// Known to have been visited are not. Its goroutines have ended when the loop ends.
func Walk(ctx context.Context, start *url.URL, opt CrawlOptions) iter.Seq[*Visit] {
	return func(yield func(*Visit) bool) {
		ctx, cancel := context.WithCancel(ctx)
		if opt.MaxPages == 0 {
			opt.MaxPages = 100_000
		}
		w := &walker{opt: opt, ctx: ctx, own: map[string]bool{ASCIIHost(start.Hostname()): true}, seen: map[string]bool{}, rules: map[string]*robotsRules{}, out: make(chan *Visit)}
		for _, h := range opt.Own {
			w.own[ASCIIHost(h)] = true
		}
		w.more = sync.NewCond(&w.mu)
		stop := context.AfterFunc(ctx, func() {
			w.mu.Lock()
			w.more.Broadcast()
			w.mu.Unlock()
		})
		defer stop()
		hosts := w.resume()
		w.add(start, 0)
		slots := opt.Prober.opt.PerHost
		if h := opt.Prober.opt.Hosts[HostKey(start)]; h != nil && h.PerHost > 0 {
			slots = h.PerHost
		}
		var group sync.WaitGroup
		if len(hosts) > 0 {
			w.atWork++ // nobody may think that nothing is left
			group.Go(func() { w.maps(hosts) })
		}
		for range slots + 1 {
			group.Go(w.work)
		}
		go func() {
			group.Wait()
			close(w.out)
		}()
		for v := range w.out {
			if !yield(v) {
				break
			}
		}
		cancel()
		for range w.out { // until all have ended
		}
	}
}

type walker struct {
	opt CrawlOptions
	ctx context.Context
	out chan *Visit

	mu     sync.Mutex
	more   *sync.Cond // the queue, or the number of those at work, has changed
	own    map[string]bool
	seen   map[string]bool // addresses that were queued, and where redirects led
	queue  []target
	atWork int
	pages  int
	rules  map[string]*robotsRules
}

type target struct {
	u     *url.URL
	depth int
}

// robotsRules are what a host says about being walked.
type robotsRules struct {
	once  sync.Once
	group *robotstxt.Group
}

// resume takes up what an earlier walk has come upon, and returns a page of each host.
func (w *walker) resume() map[string]*url.URL {
	hosts := map[string]*url.URL{}
	var left []target
	for _, s := range w.opt.Known {
		u, err := url.Parse(s.Address)
		if err != nil {
			continue
		}
		hosts[u.Scheme+"://"+HostKey(u)] = u
		if s.Depth == 0 {
			w.own[ASCIIHost(u.Hostname())] = true // where the first page led
		}
		if !s.Visited {
			left = append(left, target{u, s.Depth})
		} else if !w.seen[s.Address] {
			w.seen[s.Address] = true
			w.pages++
		}
	}
	for _, t := range left {
		w.add(t.u, t.depth)
	}
	return hosts
}

// maps reads the maps of hosts, all of whose known pages may have been visited before.
func (w *walker) maps(hosts map[string]*url.URL) {
	for _, u := range hosts {
		if w.ctx.Err() == nil {
			w.allowed(u)
		}
	}
	w.mu.Lock()
	w.atWork--
	w.more.Broadcast()
	w.mu.Unlock()
}

// add queues an address, and reports whether nobody had.
func (w *walker) add(u *url.URL, depth int) bool {
	key := Key(u)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen[key] || !w.own[ASCIIHost(u.Hostname())] || depth > w.opt.Depth || w.pages >= w.opt.MaxPages || isAttachment(u.Path) || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	w.seen[key] = true
	w.pages++
	w.queue = append(w.queue, target{u, depth})
	w.more.Signal()
	return true
}

// work visits pages until there are none.
func (w *walker) work() {
	for {
		w.mu.Lock()
		for len(w.queue) == 0 && w.atWork > 0 && w.ctx.Err() == nil {
			w.more.Wait()
		}
		if len(w.queue) == 0 || w.ctx.Err() != nil {
			w.more.Broadcast()
			w.mu.Unlock()
			return
		}
		t := w.queue[0]
		w.queue = w.queue[1:]
		w.atWork++
		w.mu.Unlock()
		w.visit(t)
		w.mu.Lock()
		w.atWork--
		w.more.Broadcast()
		w.mu.Unlock()
	}
}

func (w *walker) visit(t target) {
	v := w.read(t)
	if w.ctx.Err() != nil {
		return
	}
	v.Steps = append(v.Steps, Step{v.Address, t.depth, true})
	select {
	case w.out <- v:
	case <-w.ctx.Done():
	}
}

// read reads a page and follows its links.
func (w *walker) read(t target) *Visit {
	if !w.allowed(t.u) && t.depth > 0 {
		return &Visit{Address: Key(t.u), Pass: PassRobots}
	}
	v := w.opt.Prober.Read(w.ctx, t.u)
	if v.Err != nil || w.ctx.Err() != nil {
		return v
	}
	final, err := url.Parse(v.Final)
	if err != nil || v.Final != v.Address && !w.arrive(final, t.depth) {
		v.Content, v.Pass = nil, PassElsewhere
		return v
	}
	if v.Final != v.Address {
		v.Steps = append(v.Steps, Step{v.Final, t.depth, true})
	}
	if v.Content == nil {
		v.Pass = PassFile
		return v
	}
	w.follow(v, final, t.depth)
	return v
}

// arrive notes where a redirect has led. It reports whether that is a page of the site that nobody has
// read.
func (w *walker) arrive(final *url.URL, depth int) bool {
	key := Key(final)
	w.mu.Lock()
	defer w.mu.Unlock()
	if depth == 0 {
		w.own[ASCIIHost(final.Hostname())] = true // http://site.cn leads to https://www.site.cn: that is the site
	}
	if w.seen[key] || !w.own[ASCIIHost(final.Hostname())] {
		return false
	}
	w.seen[key] = true
	return true
}

// follow queues what a page links to.
func (w *walker) follow(v *Visit, final *url.URL, depth int) {
	format := formats.ByMediaType(v.Type)
	if depth >= w.opt.Depth || format == nil {
		return
	}
	var list []string
	page, _ := ReadPage(v.Final, bytes.NewReader(v.Content), format, PageOptions{Charset: v.Charset}, func(r *Reference) {
		if r.Element == "a" || r.Element == "area" || r.Element == "iframe" || r.Element == "frame" {
			list = append(list, strings.Clone(r.Target))
		}
	})
	base := final
	if page != nil && page.Base != nil {
		base = final.ResolveReference(page.Base)
	}
	if page != nil && page.Refresh != "" {
		list = append(list, page.Refresh)
	}
	for _, target := range list {
		if strings.TrimSpace(target) == "" || placeholder(target) {
			continue
		}
		if u, err := Resolve(base, target); err == nil && u.Host != "" && w.add(u, depth+1) {
			v.Steps = append(v.Steps, Step{Key(u), depth + 1, false})
		}
	}
}

// allowed reports whether robots.txt lets a page be read. The rules and the maps of a host are fetched
// once.
func (w *walker) allowed(u *url.URL) bool {
	key := u.Scheme + "://" + HostKey(u)
	w.mu.Lock()
	r := w.rules[key]
	if r == nil {
		r = &robotsRules{}
		w.rules[key] = r
	}
	w.mu.Unlock()
	r.once.Do(func() { w.host(u, r) })
	return w.opt.IgnoreRobots || r.group == nil || r.group.Test(u.EscapedPath())
}

func (w *walker) host(u *url.URL, r *robotsRules) {
	p := w.opt.Prober
	var maps []string
	if text, err := p.fetch(w.ctx, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}, maxRobots); err == nil {
		if rules, err := robotstxt.FromBytes(text); err == nil {
			r.group = rules.FindGroup(agent)
			maps = rules.Sitemaps
		}
	}
	if w.opt.NoSitemap {
		return
	}
	if len(maps) == 0 {
		maps = []string{u.Scheme + "://" + u.Host + "/sitemap.xml"}
	}
	for seen := map[string]bool{}; len(maps) > 0 && len(seen) < maxSitemaps && w.ctx.Err() == nil; {
		at, err := Resolve(nil, maps[0])
		maps = maps[1:]
		if err != nil || at.Host == "" || seen[Key(at)] {
			continue
		}
		seen[Key(at)] = true
		w.mu.Lock()
		own := w.own[ASCIIHost(at.Hostname())]
		w.mu.Unlock()
		if !own {
			continue
		}
		text, err := p.fetch(w.ctx, at, maxSitemap)
		if err != nil {
			continue
		}
		pages, further := parseSitemap(text)
		maps = append(maps, further...)
		for _, page := range pages {
			if v, err := Resolve(at, page); err == nil {
				w.add(v, 1)
			}
		}
	}
}
