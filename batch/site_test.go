package batch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"proofcheck/links"
	"proofcheck/store"
)

// trial is a site of articles with a menu and a footer.
type trial struct {
	mu     sync.Mutex
	footer string
	gone   map[string]bool
	asked  map[string]int
	pages  int

	slow     time.Duration // that a page takes
	sections bool          // ten pages each have a menu of their own, and only the first of them stands on the front page
}

func (s *trial) page(path string) (string, bool) {
	if s.gone[path] {
		return "", false
	}
	page := func(title, body string) string {
		return fmt.Sprintf(`<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>%s</title></head><body><nav><a href="/">首页</a></nav>%s<footer><p>%s</p></footer></body></html>`, title, body, s.footer)
	}
	if path == "/" {
		var b strings.Builder
		for i := range s.pages {
			if s.sections && i%10 > 0 {
				continue
			}
			fmt.Fprintf(&b, `<p><a href="/news/%d.html">第%d篇</a></p>`, i, i)
		}
		return page("首页", b.String()+`<a href="/secret/x.html">内部</a><a href="/file.pdf">文件</a><a href="/dead.html">没有</a><a href="https://elsewhere.example/">外站</a>`), true
	}
	var n int
	if _, err := fmt.Sscanf(path, "/news/%d.html", &n); err == nil && n < s.pages {
		body := fmt.Sprintf("<p>第%d篇，正文没有问题。</p>", n)
		if n%10 == 3 {
			body += fmt.Sprintf("<p>第%d篇按步就班。</p>", n)
		}
		if s.sections {
			body += fmt.Sprintf("<p>第%d栏在此登陆系统。</p>", n/10)
			for i := n + 1; n%10 == 0 && i < n+10; i++ {
				body += fmt.Sprintf(`<a href="%d.html">第%d篇</a>`, i, i)
			}
		}
		return page(fmt.Sprintf("第%d篇", n), body), true
	}
	return "", false
}

// ServeHTTP answers.
func (s *trial) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	time.Sleep(s.slow)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[r.URL.Path]++
	if r.URL.Path == "/robots.txt" {
		fmt.Fprint(w, "User-agent: *\nDisallow: /secret/\n")
		return
	}
	switch r.URL.Path {
	case "/sitemap.xml":
		fmt.Fprintf(w, "<urlset><url><loc>http://%s/orphan.html</loc></url><url><loc>http://%s/moved.html</loc></url><url><loc>https://elsewhere.example/</loc></url></urlset>", r.Host, r.Host)
		return
	case "/orphan.html":
		w.Header().Set("Content-Type", "text/html; charset=gbk")
		fmt.Fprint(w, "<title>x</title><p>\xb0\xb4\xb2\xbd\xbe\xcd\xb0\xe0</p>") // 按步就班 in GBK
		return
	case "/moved.html":
		http.Redirect(w, r, "/news/3.html", http.StatusMovedPermanently)
		return
	}
	text, ok := s.page(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, text)
}

func startTrial(t *testing.T, pages int) (*trial, string, SourceOptions) {
	t.Helper()
	site := &trial{footer: "请登陆系统。", gone: map[string]bool{}, asked: map[string]int{}, pages: pages}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	prober := links.NewProber(links.ProbeOptions{Rate: -1, Backoff: time.Millisecond})
	t.Cleanup(prober.Close)
	return site, server.URL + "/", SourceOptions{Site: links.CrawlOptions{Prober: prober, Depth: 5}}
}

// siteFindings is found without the host.
func siteFindings(t *testing.T, s *store.Store, base string) string {
	t.Helper()
	text := strings.ReplaceAll(found(t, s, store.Filter{}), base, "/")
	return text
}

func TestAFootersErrorIsOneOfTheTemplate(t *testing.T) {
	t.Parallel()
	site, base, opt := startTrial(t, 40)
	s := openStore(t)
	out := scanAll(t, s, examiner(t), open(t, base, opt))
	if out.Run.Errors != 6 || out.Run.New != 6 || out.Run.Failed != 0 {
		t.Errorf("counted %+v", out.Run.Counts)
	}
	if out.Run.Documents != 42 || site.asked["/secret/x.html"] != 0 || site.asked["/file.pdf"] != 0 {
		t.Errorf("%d pages; %v", out.Run.Documents, site.asked)
	}
	check := func(state string) {
		t.Helper()
		var own []string
		templates := 0
		for _, f := range strings.Fields(siteFindings(t, s, base)) {
			if strings.HasPrefix(f, "template:") {
				templates++
				if !strings.HasSuffix(f, ":登陆系统:"+state) {
					t.Errorf("template %s, want %s", f, state)
				}
			} else {
				own = append(own, f)
			}
		}
		if want := []string{"/news/13.html:按步就班:open", "/news/23.html:按步就班:open", "/news/3.html:按步就班:open", "/news/33.html:按步就班:open", "/orphan.html:按步就班:open"}; !slices.Equal(own, want) || templates != 1 {
			t.Errorf("%d templates, %q; want %q", templates, own, want)
		}
	}
	check("open")
	for r, err := range s.Findings(t.Context(), store.Filter{Text: "登陆系统"}) {
		if err != nil || !strings.HasPrefix(r.Document.URL, base) || r.Document.Title != "请登陆系统。" {
			t.Errorf("%+v, %v", r.Document, err)
		}
	}
	// Characters of menus and footers are not those of each page.
	for e, err := range s.Extents(t.Context(), store.DocumentFilter{}) {
		if err != nil || e.Characters > 41*25 {
			t.Errorf("%+v, %v", e, err)
		}
	}
	// Nothing has changed: nothing is new, and the template is not reported twice.
	again := scanAll(t, s, examiner(t), open(t, base, opt))
	if again.Run.New != 0 || again.Run.Fixed != 0 || again.Run.Unchanged < 35 {
		t.Errorf("counted %+v", again.Run.Counts)
	}
	check("open")
	// Another footer changes no page, and mends the template.
	site.mu.Lock()
	site.footer = "请登录系统。"
	site.mu.Unlock()
	mended := scanAll(t, s, examiner(t), open(t, base, opt))
	if mended.Run.Fixed != 1 || mended.Run.New != 0 || mended.Run.Unchanged < 33 {
		t.Errorf("counted %+v", mended.Run.Counts)
	}
	check("fixed")
}

func TestPagesAreFetchedAgain(t *testing.T) {
	t.Parallel()
	site, base, opt := startTrial(t, 20)
	s := openStore(t)
	src := open(t, base, opt)
	scanAll(t, s, examiner(t), src)
	site.mu.Lock()
	site.gone["/news/3.html"] = true
	clear(site.asked)
	site.mu.Unlock()
	out, err := (&Scan{Store: s, Sources: []*Source{src}, Examiner: examiner(t), Recheck: true}).Run(t.Context())
	if err != nil || out.Run.Fixed != 1 || out.Run.Failed != 0 {
		t.Errorf("%+v, %v", out, err)
	}
	if site.asked["/news/13.html"] != 1 || site.asked["/news/5.html"] != 0 {
		t.Errorf("asked %v", site.asked)
	}
}

func TestASiteThatCannotBeReached(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	address := server.URL
	server.Close()
	prober := links.NewProber(links.ProbeOptions{Rate: -1, Backoff: time.Millisecond, Timeout: time.Second})
	defer prober.Close()
	src := open(t, address, SourceOptions{Site: links.CrawlOptions{Prober: prober, Depth: 1}})
	_, err := (&Scan{Store: openStore(t), Sources: []*Source{src}, Examiner: examiner(t)}).Run(t.Context())
	var of *SourceError
	if !errors.As(err, &of) {
		t.Errorf("got %v", err)
	}
}

func TestWalkingEndsWhenItIsStopped(t *testing.T) {
	t.Parallel()
	_, base, opt := startTrial(t, 200)
	ctx, cancel := context.WithCancel(t.Context())
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range links.Walk(ctx, u, opt.Site) {
		if n++; n == 5 {
			cancel()
		}
	}
	if n > 50 {
		t.Errorf("%d pages after it was stopped", n)
	}
	cancel()
	for range links.Walk(t.Context(), u, opt.Site) {
		break
	}
}

// warc writes a web archive of a site.
func warc(t *testing.T, site *trial, packed bool) string {
	t.Helper()
	var out bytes.Buffer
	record := func(kind, uri, media, body string) {
		text := fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, uri, media, len(body), body)
		if !packed {
			out.WriteString(text)
			return
		}
		z := gzip.NewWriter(&out)
		z.Write([]byte(text))
		z.Close()
	}
	record("warcinfo", "", "application/warc-fields", "software: test\r\n")
	for i := range site.pages {
		path := fmt.Sprintf("/news/%d.html", i)
		page, _ := site.page(path)
		record("request", "http://a.example"+path, "application/http; msgtype=request", "GET "+path+" HTTP/1.1\r\n\r\n")
		record("response", "http://a.example"+path, "application/http; msgtype=response", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(page), page))
	}
	record("response", "http://a.example/none", "application/http; msgtype=response", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>按步就班</p>")
	record("response", "http://a.example/i.png", "application/http; msgtype=response", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n按步就班")
	record("resource", "file:///x.txt", "text/plain", "按步就班")
	return out.String()
}

func TestWebArchives(t *testing.T) {
	t.Parallel()
	site := &trial{footer: "请登陆系统。", pages: 12}
	for _, packed := range []bool{false, true} {
		name := filepath.Join(t.TempDir(), "a.warc")
		text := warc(t, site, packed)
		if packed {
			name += ".gz"
		}
		s := openStore(t)
		out := scanAll(t, s, examiner(t), open(t, write(t, name, text), SourceOptions{}))
		got := siteFindings(t, s, "http://a.example/")
		if out.Run.Documents != 13 || strings.Count(got, "登陆系统") != 1 || strings.Count(got, "按步就班:open") != 2 || !strings.Contains(got, "file:///x.txt:按步就班") || !strings.Contains(got, "/news/3.html:按步就班") {
			t.Errorf("%d pages, %s", out.Run.Documents, got)
		}
		// Cut off: what is before is there, and it is told.
		s = openStore(t)
		_, err := (&Scan{Store: s, Sources: []*Source{open(t, write(t, name, text[:len(text)/2]), SourceOptions{})}, Examiner: examiner(t)}).Run(t.Context())
		if !errors.Is(err, ErrBroken) || !strings.Contains(found(t, s, store.Filter{}), "按步就班") {
			t.Errorf("got %v", err)
		}
	}
}
