package links

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/temoto/robotstxt"

	"proofcheck/formats"
)

// Visit is a page of a site as it was read.
type Visit struct {
	Address string // as of Key, where it was asked for
	Final   string // where redirects led
	Type    string // media type, lower case
	Charset string // that the server declared
	Content []byte // without the coding of the transport
	Err     error  // why there is no content
	Status  int    // of the last answer; 0 when there was none
}

// Read reads one address, with the politeness and the limits of the Prober, and follows redirects. It
// asks again when the network fails.
func (p *Prober) Read(ctx context.Context, u *url.URL) *Visit {
	v := &Visit{Address: Key(u)}
	wait := p.opt.Backoff
	for attempt := 0; ; attempt++ {
		again := p.readOnce(ctx, u, v)
		if !again || attempt >= p.opt.Retries || ctx.Err() != nil {
			return v
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
		wait *= 2
	}
}

// readOnce is one attempt. It reports whether another may have another result.
func (p *Prober) readOnce(ctx context.Context, u *url.URL, v *Visit) (again bool) {
	for range p.opt.MaxRedirects + 1 {
		next, again, err := p.readHop(ctx, u, v)
		v.Err, v.Final = err, Key(u)
		if err != nil || next == nil {
			return again
		}
		if next.Scheme != "http" && next.Scheme != "https" || next.Host == "" {
			v.Err = fmt.Errorf("links: %s: redirect to %q", u, next)
			return false
		}
		u = next
	}
	v.Err = fmt.Errorf("links: %s: too many redirects", v.Address)
	return false
}

func (p *Prober) readHop(ctx context.Context, u *url.URL, v *Visit) (next *url.URL, again bool, err error) {
	to := u
	if p.opt.Rewrite != nil {
		if r := p.opt.Rewrite(u); r != nil {
			to = r
		}
	}
	h := p.host(HostKey(to))
	if err := p.enter(ctx, h); err != nil {
		return nil, false, err
	}
	defer p.leave(h)
	ctx, cancel := context.WithTimeout(ctx, p.opt.Timeout)
	defer cancel()
	req, err := p.request(ctx, to, h)
	if err != nil {
		return nil, false, err
	}
	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		return nil, reasonOf(err) != "private", err
	}
	defer resp.Body.Close()
	if cookies := resp.Cookies(); len(cookies) > 0 {
		p.jar.SetCookies(to, cookies[:min(len(cookies), 20)])
	}
	v.Status = resp.StatusCode
	if location := resp.Header.Get("Location"); resp.StatusCode >= 300 && resp.StatusCode < 400 && location != "" {
		next, err := Resolve(u, location)
		return next, false, err
	}
	if resp.StatusCode != http.StatusOK {
		if wait := retryAfter(resp.Header.Get("Retry-After")); wait > 0 && wait <= p.opt.MaxWait {
			h.rest(wait)
		}
		return nil, resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests, fmt.Errorf("links: %s: status %d", u, resp.StatusCode)
	}
	media, params, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	v.Type, v.Charset = media, knownCharset(params["charset"])
	if f := formats.ByMediaType(media); f == nil {
		return nil, false, nil // a file for programs
	}
	var body bytes.Buffer
	if err := readBody(&body, resp, p.opt.MaxBody); err != nil {
		return nil, brokenBody(err), err
	}
	v.Content = body.Bytes()
	return nil, false, nil
}

// Walk reads the pages of a site that its sitemaps and the links of its pages lead to, and yields
// each once, in no certain order. Depth, MaxPages, Own, IgnoreRobots and NoSitemap are those of
// Crawl. Pages that cannot be read are yielded with Err, those that robots.txt keeps out are not. Its
// goroutines have ended when the loop ends.
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
		w.add(start, 0)
		slots := opt.Prober.opt.PerHost
		if h := opt.Prober.opt.Hosts[HostKey(start)]; h != nil && h.PerHost > 0 {
			slots = h.PerHost
		}
		var group sync.WaitGroup
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

func (w *walker) add(u *url.URL, depth int) {
	key := Key(u)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen[key] || !w.own[ASCIIHost(u.Hostname())] || depth > w.opt.Depth || w.pages >= w.opt.MaxPages || isAttachment(u.Path) || u.Scheme != "http" && u.Scheme != "https" {
		return
	}
	w.seen[key] = true
	w.pages++
	w.queue = append(w.queue, target{u, depth})
	w.more.Signal()
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
	if !w.allowed(t.u) && t.depth > 0 {
		return
	}
	v := w.opt.Prober.Read(w.ctx, t.u)
	if w.ctx.Err() != nil {
		return
	}
	if v.Err == nil {
		final, err := url.Parse(v.Final)
		if err != nil || v.Final != v.Address && !w.arrive(final, t.depth) {
			return // another address of a page that was read, or a stranger's page
		}
		if v.Content == nil {
			return
		}
		w.follow(v, final, t.depth)
	}
	select {
	case w.out <- v:
	case <-w.ctx.Done():
	}
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
		if u, err := Resolve(base, target); err == nil && u.Host != "" {
			w.add(u, depth+1)
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
