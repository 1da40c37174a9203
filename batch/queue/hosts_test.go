package queue

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"proofcheck/links"
)

func TestOneWorkerAtATimeAsksAHost(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	asked := map[string]map[string]int{} // times by path and worker
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if asked[r.URL.Path] == nil {
			asked[r.URL.Path] = map[string]int{}
		}
		asked[r.URL.Path][r.UserAgent()]++
		if number, ok := strings.CutPrefix(r.URL.Path, "/ok/"); !ok || len(number) > 5 {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<title>页面</title><p id=a>正文"))
	}))
	defer site.Close()
	address := serve(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var group sync.WaitGroup
	defer group.Wait()
	first, quit := context.WithCancel(ctx)
	for i, life := range []context.Context{first, ctx, ctx} {
		p := links.NewProber(links.ProbeOptions{Rate: -1, Backoff: 1, UserAgent: "worker-" + strconv.Itoa(i)})
		q := connect(t, Options{URL: address})
		group.Go(func() {
			defer p.Close()
			if err := q.hosts(life, p, nil); err != nil {
				t.Error(err)
			}
		})
	}
	asker := connect(t, Options{URL: address}).Asker()
	probe := func(path string) *links.Answer {
		t.Helper()
		u, err := url.Parse(site.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		limited, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		return asker.Probe(limited, u)
	}
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			path := "/ok/" + strconv.Itoa(i%10)
			want := links.OK
			if i%2 == 1 {
				path, want = "/gone/"+strconv.Itoa(i%10), links.Dead
			}
			if a := probe(path); a.Verdict != want {
				t.Errorf("%s is %v (%s), want %v", path, a.Verdict, a.Reason, want)
			}
		})
	}
	all.Wait()
	mu.Lock()
	agents := map[string]bool{}
	for _, by := range asked {
		for agent := range by {
			agents[agent] = true
		}
	}
	mu.Unlock()
	if len(agents) != 1 {
		t.Errorf("one host was asked by %v", agents)
	}
	quit() // if it was the first worker's, another one takes the host
	if a := probe("/ok/later"); a.Verdict != links.OK {
		t.Errorf("after a worker has left: %v (%s)", a.Verdict, a.Reason)
	}
	if has, known := probe("/ok/1").HasAnchor("a"); !has || !known {
		t.Errorf("the anchor of a page is lost on the way")
	}
	stop()
}
