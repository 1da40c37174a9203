package links

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const fileSize = 1 << 20

// fileServer serves a file of fileSize bytes and counts what it writes. head answers HEAD; nil: as GET.
func fileServer(ranges bool, head http.HandlerFunc, written *atomic.Int64) *server {
	return &server{handler: func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead && head != nil {
			head(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/pdf")
		n := fileSize
		if ranges && r.Header.Get("Range") != "" {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 0-511/%d", fileSize))
			n = 512
			w.Header().Set("Content-Length", "512")
			w.WriteHeader(http.StatusPartialContent)
		} else {
			w.Header().Set("Content-Length", strconv.Itoa(fileSize))
		}
		if r.Method == http.MethodHead {
			return
		}
		for piece := make([]byte, 512); n > 0; n -= len(piece) {
			k, err := w.Write(piece)
			if written.Add(int64(k)); err != nil {
				return
			}
		}
	}}
}

// What a server says to HEAD is believed only when it is a success with a type and a size.
func TestHeadIsOnlyAFirstQuestion(t *testing.T) {
	t.Parallel()
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	header := func(pairs ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(pairs); i += 2 {
				w.Header().Set(pairs[i], pairs[i+1])
			}
		}
	}
	for _, c := range []struct {
		name     string
		head     http.HandlerFunc
		requests int64 // for three files
	}{
		{"as GET", nil, 3},
		{"405", status(405), 4},
		{"501", status(501), 4},
		{"404", status(404), 4},
		{"410", status(410), 4},
		{"403", status(403), 4},
		{"500", status(500), 4},
		{"redirect to an error page", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/404", http.StatusFound) }, 4},
		{"204", status(204), 4},
		{"no size", header("Content-Type", "application/pdf"), 4},
		{"size 0", header("Content-Type", "application/pdf", "Content-Length", "0"), 4},
		{"no type", header("Content-Length", "7", "Content-Type", ""), 4},
		{"a page", header("Content-Type", "text/html", "Content-Length", "700"), 4},
		{"reset", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 4},
		{"hanging", func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(time.Hour):
			}
		}, 4},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			var written atomic.Int64
			n.add("site.cn", fileServer(true, c.head, &written))
			p := n.prober(nil)
			start := time.Now()
			for i := range 3 {
				a := p.Probe(context.Background(), address(t, fmt.Sprintf("http://site.cn/%d.pdf", i)))
				if a.Verdict != OK || a.Size != fileSize || a.Type != "application/pdf" || len(a.Chain) != 1 || a.Attempts != 1 {
					t.Errorf("HEAD says %s: %v %s, %d bytes of %s after %v, %d attempts", c.name, a.Verdict, a.Reason, a.Size, a.Type, a.Chain, a.Attempts)
				}
			}
			if got := n.requests.Load(); got != c.requests {
				t.Errorf("HEAD says %s: %d requests, want %d", c.name, got, c.requests)
			}
			if took := time.Since(start); took > headTimeout+time.Second {
				t.Errorf("HEAD says %s: it took %v", c.name, took)
			}
			n.end(p)
		})
	}
}

// A file that is missing is called so by GET, twice; pages are never asked for by HEAD.
func TestHeadDoesNotDecideWhatIsMissing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		var heads, gets atomic.Int64
		n.add("site.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				heads.Add(1)
			} else {
				gets.Add(1)
			}
			w.WriteHeader(http.StatusNotFound)
		}})
		p := n.prober(nil)
		if a := p.Probe(context.Background(), address(t, "http://site.cn/a.zip")); a.Verdict != Dead || heads.Load() != 1 || gets.Load() < 2 {
			t.Errorf("a file: %v after %d HEAD and %d GET", a.Verdict, heads.Load(), gets.Load())
		}
		p.Probe(context.Background(), address(t, "http://site.cn/a.html"))
		if heads.Load() != 1 {
			t.Errorf("%d HEAD; a page was asked for by it", heads.Load())
		}
		n.end(p)
	})
}

// A server without Range sends no content to HEAD.
func TestHeadSparesContent(t *testing.T) {
	t.Parallel()
	refuse := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMethodNotAllowed) }
	for _, c := range []struct {
		name   string
		ranges bool
		head   http.HandlerFunc
		least  int64
		most   int64 // bytes of content for 100 files
	}{
		{"HEAD and Range", true, nil, 0, 0},
		{"HEAD alone", false, nil, 0, 0},
		{"Range alone", true, refuse, 100 * 512, 100 * 512},
		{"neither", false, refuse, 100, 100 * 64 << 10},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			var written atomic.Int64
			n.add("site.cn", fileServer(c.ranges, c.head, &written))
			p := n.prober(nil)
			for i := range 100 {
				if a := p.Probe(context.Background(), address(t, fmt.Sprintf("http://site.cn/%d.pdf", i))); a.Verdict != OK {
					t.Errorf("%s: %v %s", c.name, a.Verdict, a.Reason)
				}
			}
			n.end(p)
			got := written.Load()
			t.Logf("%s: %d requests, %d bytes of content, %d connections", c.name, n.requests.Load(), got, n.dials.Load())
			if got < c.least || got > c.most {
				t.Errorf("%s: %d bytes of content, want %d to %d", c.name, got, c.least, c.most)
			}
		})
	}
}

func TestAnotherSiteThatAnswersIsNamed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.page("new.cn", "<title>新站</title>"+long)
		n.page("www.site.cn", "<title>新站</title>"+long)
		to := func(target string) *server {
			return &server{handler: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, http.StatusFound) }}
		}
		n.add("old.cn", to("http://new.cn/"))
		n.add("site.cn", to("http://www.site.cn/"))
		n.add("t.cn", to("http://new.cn/"))
		n.add("lost.cn", to("http://spam.cn/"))
		n.page("spam.cn", "<title>澳门新葡京_百家乐_时时彩平台</title><meta name=keywords content='六合彩,百家乐,老虎机'><p>北京赛车")
		p := n.prober(nil)
		for target, want := range map[string]string{"http://old.cn/": "off-host new.cn", "http://site.cn/": "", "http://t.cn/": "", "http://lost.cn/": "hijacked words"} {
			a := p.Probe(context.Background(), address(t, target))
			ref := Reference{}
			ref.Target = target
			got := ""
			for _, problem := range Judge(&ref, a) {
				got += problem.ID + " " + problem.Args[1]
			}
			if got != want {
				t.Errorf("%s: %q, want %q", target, got, want)
			}
		}
		n.end(p)
	})
}
