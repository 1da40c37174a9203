package links

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestASiteIsWalkedAndEveryParentOfABadLinkIsNamed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		pages := map[string]string{
			"/":            "<title>首页</title><a href='a.html'>甲</a><a href='/secret/x.html'>禁</a><a href='http://out.cn/gone'>外</a>" + long,
			"/a.html":      "<title>甲页</title><p id=one><a href='b.html#two'>乙</a>\n<a href='missing.html'>没有</a><img src='/no.png'>" + long,
			"/b.html":      "<title>乙页</title><a href='/missing.html'>没有</a><a href='a.html#three'>甲</a><a href='deep.html'>深</a>" + long,
			"/deep.html":   "<title>深页</title><a href='deeper.html'>更深</a>" + long,
			"/secret/x":    "",
			"/listed.html": "<title>表中页</title><a href='/missing.html'>没有</a>" + long,
		}
		asked := map[string]int{}
		n.add("www.site.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			n.mu.Lock()
			asked[r.URL.Path]++
			n.mu.Unlock()
			switch r.URL.Path {
			case "/robots.txt":
				fmt.Fprint(w, "User-agent: *\nDisallow: /secret/\nSitemap: http://www.site.cn/map.xml.gz\n")
			case "/map.xml.gz":
				z := gzip.NewWriter(w)
				fmt.Fprint(z, "<?xml version='1.0'?><urlset><url><loc>http://www.site.cn/listed.html</loc></url><url><loc>http://evil.cn/</loc></url></urlset>")
				z.Close()
			default:
				page, ok := pages[r.URL.Path]
				if !ok {
					w.WriteHeader(404)
					return
				}
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprint(w, page)
			}
		}})
		n.add("site.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://www.site.cn"+r.URL.Path, http.StatusMovedPermanently)
		}})
		n.add("out.cn", &server{handler: sequence(410)})
		p := n.prober(func(o *ProbeOptions) { o.Own = func(h string) bool { return h == "www.site.cn" } })
		r, err := Crawl(context.Background(), address(t, "http://site.cn/"), CrawlOptions{
			Prober: p, Inspector: NewInspector(Options{Own: []string{"site.cn"}}), Depth: 3,
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range r.Findings {
			if f.Level < Warning {
				continue
			}
			got = append(got, fmt.Sprintf("%s %s %s", f.Page, f.ID, f.Ref.Target))
			page := pages[strings.TrimPrefix(f.Page, "http://www.site.cn")]
			if rest := page[f.Ref.At.Offset:]; !strings.HasPrefix(rest, f.Ref.Target) {
				t.Errorf("%s on %s is said to stand at %.30q", f.Ref.Target, f.Page, rest)
			}
		}
		want := []string{
			"http://www.site.cn/ dead http://out.cn/gone",
			"http://www.site.cn/a.html remote-anchor b.html#two",
			"http://www.site.cn/a.html dead missing.html",
			"http://www.site.cn/a.html dead /no.png",
			"http://www.site.cn/b.html dead /missing.html",
			"http://www.site.cn/b.html remote-anchor a.html#three",
			"http://www.site.cn/deep.html dead deeper.html",
			"http://www.site.cn/listed.html dead /missing.html",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if asked["/secret/x.html"] > 0 {
			t.Error("a page was read that robots.txt does not allow")
		}
		for path, k := range asked {
			if k > 1 && path != "/robots.txt" && path != "/missing.html" && path != "/no.png" && path != "/deeper.html" {
				t.Errorf("%s was asked for %d times", path, k)
			}
		}
		n.end(p)
	})
}

var long = "<p>" + strings.Repeat("本页的内容很长，不像一个错误页面。", 40)

// 10,000 links over 1,000 hosts: a third of the answers fail in some way, and some hosts are gone.
func TestNoLinkThatAnswersOnRetryIsCalledDead(t *testing.T) {
	t.Parallel()
	hosts, each := 1000, 10
	if testing.Short() {
		hosts = 100
	}
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		var mu sync.Mutex
		tries := map[string]int{}
		var want sync.Map // address → whether it is dead for good
		var asked []asking
		for h := range hosts {
			name := fmt.Sprintf("host%d.cn", h)
			s := &server{handler: func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				tries[r.Host+r.URL.Path]++
				k := tries[r.Host+r.URL.Path]
				mu.Unlock()
				var link int
				fmt.Sscanf(r.URL.Path, "/%d", &link)
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				switch {
				case link == 9:
					w.WriteHeader(404)
				case k == 1 && link == 1:
					w.WriteHeader(500)
				case k == 1 && link == 2:
					w.WriteHeader(404)
				case k == 1 && link == 3:
					w.Header().Set("Retry-After", "3")
					w.WriteHeader(429)
				case k == 1 && link == 4:
					panic(http.ErrAbortHandler) // the connection is reset
				default:
					fmt.Fprint(w, "<title>好</title>", long)
				}
			}}
			gone := h%50 == 49
			if h%7 == 3 {
				s.dial = func(k int) error {
					if k == 1 {
						return errRefused
					}
					return nil
				}
			}
			if h%7 == 5 {
				s.lookUp = func(k int) error {
					if k == 1 {
						return &net.DNSError{Err: "no such host", IsNotFound: true}
					}
					return nil
				}
			}
			if !gone {
				n.add(name, s)
			}
			for link := range each {
				target := fmt.Sprintf("http://%s/%d", name, link)
				want.Store(target, gone || link == 9)
				ref := Reference{}
				ref.Target = target
				asked = append(asked, asking{page: "index.html", ref: ref})
			}
		}
		p := n.prober(func(o *ProbeOptions) { o.Rate = 0 })
		r := &Report{}
		r.ask(context.Background(), p, nil, asked)
		if r.Distinct != hosts*each {
			t.Errorf("%d addresses, want %d", r.Distinct, hosts*each)
		}
		wrong, dead := 0, 0
		for _, f := range r.Findings {
			is, _ := want.Load(f.Answer.URL)
			if f.Answer.Verdict == Dead {
				dead++
				if is != true {
					if wrong++; wrong < 10 {
						t.Errorf("%s is called dead (%s)", f.Answer.URL, f.Answer.Reason)
					}
				}
			} else {
				t.Errorf("%s: %v %s", f.Answer.URL, f.Answer.Verdict, f.Answer.Reason)
			}
		}
		expected := 0
		want.Range(func(_, v any) bool {
			if v == true {
				expected++
			}
			return true
		})
		if dead != expected {
			t.Errorf("%d links are called dead, want %d", dead, expected)
		}
		n.end(p) // the bubble fails when a goroutine is left
	})
}

func TestTheCacheKeepsWhatIsFineAndNoFailures(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "cache", "links.db")
	run := func(want Verdict, refresh bool, later time.Duration, handler http.HandlerFunc) (requests int64, a *Answer) {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(later)
			c, err := OpenCache(name)
			if err != nil {
				t.Fatal(err)
			}
			n := newNetwork(t)
			n.add("site.cn", &server{handler: handler})
			p := n.prober(func(o *ProbeOptions) { o.Cache, o.Refresh = c, refresh })
			a = p.Probe(context.Background(), address(t, "http://site.cn/a#x"))
			if a.Verdict != want {
				t.Errorf("%v %s, want %v", a.Verdict, a.Reason, want)
			}
			requests = n.requests.Load()
			n.end(p)
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		})
		return requests, a
	}
	good := serve("<title>好</title><p id=x>" + long)
	if _, a := run(Suspect, false, 0, sequence(500)); a.Times != 1 {
		t.Errorf("the first failure is the %d.", a.Times)
	}
	if got, a := run(Suspect, false, time.Hour, sequence(500)); got != 3 || a.Times != 2 || a.Checked.Sub(a.First) != time.Hour {
		t.Errorf("a failure was kept, or its history was not: %d requests, %d times, first %v", got, a.Times, a.First)
	}
	if got, _ := run(OK, false, 2*time.Hour, good); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
	got, a := run(OK, false, 3*time.Hour, sequence(404))
	if has, known := a.HasAnchor("x"); got != 0 || !a.Cached || !has || !known || a.Title != "好" {
		t.Errorf("%d requests; %+v, anchor %v %v", got, a, has, known)
	}
	if got, _ := run(Dead, true, 4*time.Hour, sequence(404)); got != 2 {
		t.Errorf("with refresh: %d requests, want 2", got)
	}
	run(OK, false, 5*time.Hour, good)
	if got, _ := run(OK, false, 40*time.Hour, good); got != 1 {
		t.Errorf("an old answer was taken: %d requests, want 1", got)
	}
}

func TestSitemapsAreReadInEveryForm(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte("<urlset><url><loc> http://a.cn/1 </loc></url></urlset>"))
	z.Close()
	for _, c := range []struct {
		text        string
		pages, maps []string
	}{
		{"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>http://a.cn/1</loc><lastmod>2020</lastmod></url></urlset>", []string{"http://a.cn/1"}, nil},
		{"<sitemapindex><sitemap><loc>http://a.cn/m.xml</loc></sitemap></sitemapindex>", nil, []string{"http://a.cn/m.xml"}},
		{"http://a.cn/1\r\nhttp://a.cn/2\n", []string{"http://a.cn/1", "http://a.cn/2"}, nil},
		{packed.String(), []string{"http://a.cn/1"}, nil},
		{"<urlset><url><loc>http://a.cn/1</loc></url><url><loc>cut", []string{"http://a.cn/1"}, nil},
		{"\x1f\x8b broken", nil, nil},
	} {
		pages, maps := parseSitemap([]byte(c.text))
		if !slices.Equal(pages, c.pages) || !slices.Equal(maps, c.maps) {
			t.Errorf("%.40q: %v %v, want %v %v", c.text, pages, maps, c.pages, c.maps)
		}
	}
}

// latencySite serves the pages of sitePages with 20 ms of latency.
func latencySite(t testing.TB, n int) *httptest.Server {
	pages := sitePages(n)
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond)
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		page, ok := pages[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page)
	}))
}

func crawlLocal(ctx context.Context, t testing.TB, s *httptest.Server) (*Report, error) {
	start := address(t, s.URL+"/")
	p := NewProber(ProbeOptions{
		Hosts: map[string]*HostOptions{HostKey(start): {PerHost: 64, Rate: -1}},
		Own:   func(string) bool { return true },
	})
	defer p.Close()
	return Crawl(ctx, start, CrawlOptions{Prober: p, Inspector: NewInspector(Options{}), Depth: 50})
}

func BenchmarkCrawl(b *testing.B) {
	s := latencySite(b, 2000)
	defer s.Close()
	for b.Loop() {
		r, err := crawlLocal(context.Background(), b, s)
		if err != nil {
			b.Fatal(err)
		}
		dead := 0
		for _, f := range r.Findings {
			if f.ID == "dead" && f.Ref.At.Line > 0 {
				dead++
			}
		}
		b.ReportMetric(float64(r.Distinct), "addresses")
		b.ReportMetric(float64(dead), "broken")
	}
}

func TestACancelledWalkEndsItsGoroutines(t *testing.T) {
	s := latencySite(t, 500)
	defer s.Close()
	before, files := runtime.NumGoroutine(), openFiles()
	ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
	defer cancel()
	if _, err := crawlLocal(ctx, t, s); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the time ran out", err)
	}
	s.CloseClientConnections()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before+4; runtime.Gosched() {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
		}
	}
	if now := openFiles(); now > files+4 {
		t.Errorf("%d open files before, %d after", files, now)
	}
}

func TestHTTP2IsSpoken(t *testing.T) {
	t.Parallel()
	var proto atomic.Value
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proto.Store(r.Proto)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<title>好</title>", long)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	p := NewProber(ProbeOptions{TLS: &tls.Config{RootCAs: pool}})
	defer p.Close()
	if a := p.Probe(context.Background(), address(t, s.URL+"/a")); a.Verdict != OK || proto.Load() != "HTTP/2.0" {
		t.Errorf("%v %s over %v", a.Verdict, a.Reason, proto.Load())
	}
}

// Where every name below a domain leads to the same portal, a page of it is not taken for the one that
// was linked, and no name is called dead.
func TestNamesOfAWildcardAreNotTakenForPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.all = n.add("portal.cn", &server{wild: true, handler: serve("<title>门户</title><p>欢迎使用")})
		p := n.prober(nil)
		for _, name := range []string{"a.portal.cn", "b.portal.cn"} {
			if a := p.Probe(context.Background(), address(t, "http://"+name+"/zw/1.html")); a.Verdict != Wrong || a.Reason != "random" {
				t.Errorf("%s: %v %s", name, a.Verdict, a.Reason)
			}
		}
		n.end(p)
	})
}

// BenchmarkPlainFetch is the measure for BenchmarkCrawl: the same requests by 64 goroutines that know
// all addresses from the start and look at nothing.
func BenchmarkPlainFetch(b *testing.B) {
	s := latencySite(b, 2000)
	defer s.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	for b.Loop() {
		var next atomic.Int64
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for i := next.Add(1); i <= 2062; i = next.Add(1) {
					resp, err := client.Get(fmt.Sprintf("%s/p%d.html", s.URL, i))
					if err != nil {
						b.Error(err)
						return
					}
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
			})
		}
		wg.Wait()
	}
}

// openFiles returns how many descriptors are open, 0 where that cannot be seen.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}
