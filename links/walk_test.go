package links

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestAWalkGoesOnWhereAnotherOneWas walks a site in pieces of a few pages.
func TestAWalkGoesOnWhereAnotherOneWas(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	asked := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		var n int
		switch _, err := fmt.Sscanf(r.URL.Path, "/%d.html", &n); {
		case r.URL.Path == "/robots.txt":
			fmt.Fprint(w, "User-agent: *\nDisallow: /secret\n")
		case r.URL.Path == "/sitemap.xml":
			fmt.Fprintf(w, "<urlset><url><loc>http://%s/orphan.html</loc></url></urlset>", r.Host)
		case r.URL.Path == "/moved.html":
			http.Redirect(w, r, "/3.html", http.StatusMovedPermanently)
		case r.URL.Path == "/":
			fmt.Fprint(w, "<a href=/0.html>零</a><a href=/secret.html>密</a><a href=/moved.html>移</a><a href=/gone.html>无</a>")
		case r.URL.Path == "/orphan.html":
			fmt.Fprint(w, "<p>只在地图里")
		case err == nil && n < 30:
			fmt.Fprintf(w, "<a href=/%d.html>后</a><a href=/%d.html>再后</a>", n+1, n+2)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	p := NewProber(ProbeOptions{Rate: -1, Backoff: time.Millisecond})
	defer p.Close()
	start, err := Resolve(nil, server.URL+"/")
	if err != nil {
		t.Fatal(err)
	}
	var known []Step
	var pages []string
	for range 100 {
		n, ctx := 0, context.Background()
		for v := range Walk(ctx, start, CrawlOptions{Prober: p, Depth: 40, Known: known}) {
			known = append(known, v.Steps...)
			if v.Pass == PassNone && v.Err == nil {
				pages = append(pages, strings.TrimPrefix(v.Final, server.URL))
			}
			if n++; n == 3 {
				break
			}
		}
		if n < 3 {
			break
		}
	}
	want := []string{"/", "/orphan.html"}
	for i := range 30 {
		want = append(want, fmt.Sprintf("/%d.html", i))
	}
	slices.Sort(want)
	slices.Sort(pages)
	if !slices.Equal(pages, want) || asked["/secret.html"] != 0 {
		t.Errorf("read %q, want %q; asked %v", pages, want, asked)
	}
}
