package links

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

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
