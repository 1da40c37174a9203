package links

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestASiteIsWalkedAndEveryParentOfABadLinkIsNamed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		pages := map[string]string{
			"/":            "<title>首页</title><a href='a.html'>甲</a><a href='/secret/x.html'>禁</a><a href='http://out.cn/gone'>外</a>" + long,
			"/a.html":      "<title>甲页</title><p id=one><a href='b.html#two'>乙</a>\n<a href='missing.html'>没有</a><img src='/no.png'><a href='/'>首页</a>" + long,
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
			// The home page and the rules are reached over the redirect of the other host, too.
			if k > 1 && path != "/" && path != "/robots.txt" && path != "/missing.html" && path != "/no.png" && path != "/deeper.html" {
				t.Errorf("%s was asked for %d times", path, k)
			}
		}
		n.end(p)
	})
}

var long = "<p>" + strings.Repeat("本页的内容很长，不像一个错误页面。", 40)

// 10,000 links over 1,000 hosts: a third of the answers fail in some way, and some hosts are gone.
// Memory is looked at, too, so nothing runs beside it.
func TestNoLinkThatAnswersOnRetryIsCalledDead(t *testing.T) {
	hosts, each := 1000, 10
	if testing.Short() {
		hosts = 100
	}
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		var mu sync.Mutex
		tries := map[string]int{}
		var peak atomic.Uint64
		served := 0
		var want sync.Map // address → whether it is dead for good
		var asked []asking
		for h := range hosts {
			name := fmt.Sprintf("host%d.cn", h)
			s := &server{handler: func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				if served++; served%200 == 0 {
					peak.Store(max(peak.Load(), heap()))
				}
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
		before := heap()
		peak.Store(before)
		r.ask(context.Background(), p, nil, asked)
		if most := peak.Load() - before; most > 400<<20 {
			t.Errorf("%d MiB of heap at most, want 400", most>>20)
		}
		runtime.GC()
		kept := max(int64(heap())-int64(before), 0)
		t.Logf("heap: %d MiB more at most, %d MiB more afterwards", (peak.Load()-before)>>20, kept>>20)
		if kept > int64(hosts*each)*4<<10+16<<20 {
			t.Errorf("%d MiB of heap are kept for %d addresses", kept>>20, hosts*each)
		}
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

// heap returns the bytes that are in use or not yet collected.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
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

// A walk compares poor pages with the site's answer to a path that cannot exist, unless scripts draw the
// whole site on one page.
func TestAWalkFindsPagesThatAreTheAnswerToAnything(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		home, other string
		wrong       bool
	}{
		{"<title>首页</title><a href='/zw/gone.html'>公告</a>" + long, "<title>某单位</title><p>欢迎访问", true},
		{"<title>某单位</title><a href='/zw/gone.html'>公告</a><div id=app>", "<title>某单位</title><a href='/zw/gone.html'>公告</a><div id=app>", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.add("site.cn", &server{wild: true, handler: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				if r.URL.Path == "/" {
					fmt.Fprint(w, c.home)
					return
				}
				fmt.Fprint(w, c.other)
			}})
			p := n.prober(func(o *ProbeOptions) { o.Own = func(string) bool { return true } })
			r, err := Crawl(context.Background(), address(t, "http://site.cn/"), CrawlOptions{Prober: p, Inspector: NewInspector(Options{}), Depth: 3, NoSitemap: true, IgnoreRobots: true})
			if err != nil {
				t.Fatal(err)
			}
			wrong := false
			for _, f := range r.Findings {
				if f.ID == "wrong" && f.Answer.Reason == "random" {
					wrong = wrong || f.Ref.Target == "/zw/gone.html" && f.Page == "http://site.cn/"
				}
			}
			if wrong != c.wrong {
				t.Errorf("found: %v, want %v: %v", wrong, c.wrong, r.Findings)
			}
			n.end(p)
		})
	}
}

func TestTargetsAreRememberedOnlyWhereTheyLeadToTheSame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		pages := map[string]string{
			"/":           "<title>首页</title><a href='a/'>甲</a> <a href='b/'>乙</a> <a href='b/two.html'>丙</a> <a href='based.html'>丁</a>" + long,
			"/a/":         "<title>甲</title><a href='one.html'>有</a> <a href='?p=1'>无</a>" + long,
			"/a/one.html": "<title>一</title>" + long,
			"/b/":         "<title>乙</title><a href='one.html'>无</a> <a href='two.html'>有</a> <a href=' ?p=2'>无</a>" + long,
			"/b/two.html": "<title>二</title><a href='one.html'>无</a> <a href='?p=3'>无</a>" + long,
			"/based.html": "<title>丁</title><base href='http://site.cn/a/'><a href='one.html'>有</a> <a href='two.html'>无</a>" + long,
		}
		n.add("site.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			page, ok := pages[r.URL.Path]
			if !ok || r.URL.RawQuery != "" {
				w.WriteHeader(404)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, page)
		}})
		p := n.prober(func(o *ProbeOptions) { o.Own = func(string) bool { return true } })
		r, err := Crawl(context.Background(), address(t, "http://site.cn/"), CrawlOptions{Prober: p, Inspector: NewInspector(Options{}), Depth: 5})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range r.Findings {
			if f.ID == "dead" {
				got = append(got, f.Page+" → "+f.Answer.URL)
			}
		}
		want := []string{
			"http://site.cn/a/ → http://site.cn/a/?p=1",
			"http://site.cn/b/ → http://site.cn/b/one.html",
			"http://site.cn/b/ → http://site.cn/b/?p=2",
			"http://site.cn/b/two.html → http://site.cn/b/one.html",
			"http://site.cn/b/two.html → http://site.cn/b/two.html?p=3",
			"http://site.cn/based.html → http://site.cn/a/two.html",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		n.end(p)
	})
}
