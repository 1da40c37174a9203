package queue

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"proofcheck/batch"
	"proofcheck/internal/testserver"
	"proofcheck/internal/teststore"
	"proofcheck/links"
	"proofcheck/store"
)

// politePerHost is how many requests at a time workers may have on a host.
const politePerHost = 2

// visitedSite is a site of pages that lead to each other, and what it has seen of its visitors.
type visitedSite struct {
	url   string
	pages int

	mu    sync.Mutex
	asked map[string]int
	now   map[string]int // requests that are being answered, by visitor
	most  int            // requests at a time
	mixed bool           // of two visitors at a time
	last  string         // visitor
}

// visit starts a site at an address of the loopback network.
func visit(t *testing.T, host string, pages int) *visitedSite {
	t.Helper()
	s := &visitedSite{pages: pages, asked: map[string]int{}, now: map[string]int{}}
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: s}}
	server.Start()
	t.Cleanup(server.Close)
	s.url = server.URL + "/"
	return s
}

// ServeHTTP answers.
func (s *visitedSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	who := r.UserAgent()
	s.mu.Lock()
	s.asked[r.URL.Path]++
	s.now[who]++
	s.last = who
	all := 0
	for name, n := range s.now {
		all += n
		s.mixed = s.mixed || name != who && n > 0
	}
	s.most = max(s.most, all)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.now[who]--
		s.mu.Unlock()
	}()
	if r.URL.Path == "/robots.txt" {
		fmt.Fprint(w, "User-agent: *\nDisallow: /secret\n")
		return
	}
	var n int
	if _, err := fmt.Sscanf(r.URL.Path, "/%d.html", &n); r.URL.Path != "/" && (err != nil || n >= s.pages) {
		http.NotFound(w, r)
		return
	}
	time.Sleep(20 * time.Millisecond)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<title>第%d页</title><p>第%d页正文。</p><p>栏目%d在此登陆系统。</p>", n, n, n/8)
	if n%10 == 3 {
		fmt.Fprintf(w, "<p>第%d页按步就班。</p>", n)
	}
	for next := 2*n + 1; next <= 2*n+2 && next < s.pages; next++ {
		fmt.Fprintf(w, `<a href="/%d.html">后一页</a>`, next)
	}
	fmt.Fprint(w, `<a href="/secret.html">密</a>`)
}

// await waits for something that other processes bring about.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within two minutes", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// pagesAsked is how many pages were asked for.
func (s *visitedSite) pagesAsked() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, times := range s.asked {
		if strings.HasSuffix(path, ".html") {
			n += times
		}
	}
	return n
}

// openSites opens sites as sources.
func openSites(t *testing.T, addresses ...string) (out []*batch.Source) {
	t.Helper()
	p := links.NewProber(links.ProbeOptions{Rate: -1, Backoff: time.Millisecond, UserAgent: "alone"})
	t.Cleanup(p.Close)
	for _, address := range addresses {
		src, err := batch.Open(t.Context(), address, batch.SourceOptions{Site: links.CrawlOptions{Prober: p, Depth: 20}})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, src)
	}
	return out
}

// Two workers have two sites on two hosts; one is killed in the middle of a site.
func TestASiteOutlivesItsWorker(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills processes")
	}
	sites := []*visitedSite{visit(t, "127.0.0.1", 400), visit(t, "127.0.0.2", 400)}
	alone, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	whole, err := (&batch.Scan{Store: alone, Examiner: examiner(), Sources: openSites(t, sites[0].url, sites[1].url)}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sites {
		clear(s.asked)
		s.most, s.mixed = 0, false
	}
	address, dsn := serve(t), testserver.Postgres(t)
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	fleet := map[string]*exec.Cmd{}
	for _, name := range []string{"first", "second"} {
		fleet[name] = start(t, "worker", address, dsn, "1", name)
		t.Cleanup(func() { fleet[name].Process.Kill(); fleet[name].Wait() })
	}
	out, err := (&batch.Scan{Store: s, Examiner: examiner(), Sources: openSites(t, sites[0].url, sites[1].url)}).Submit(t.Context(), connect(t, Options{URL: address}).Send)
	if err != nil {
		t.Fatal(err)
	}
	// The first commits are made after a second.
	await(t, "the middle of a site", func() bool {
		known, err := s.Frontier(t.Context(), out.Run.ID, sites[0].url)
		return err == nil && slices.ContainsFunc(known, func(a store.Address) bool { return a.Visited }) && sites[0].pagesAsked() < 380
	})
	sites[0].mu.Lock()
	victim := sites[0].last
	sites[0].mu.Unlock()
	fleet[victim].Process.Kill()
	fleet[victim].Wait()
	for _, s := range sites { // what it had asked for is not answered any more
		s.mu.Lock()
		s.now[victim] = -1000
		s.mu.Unlock()
	}
	await(t, "the end", func() bool {
		run, err := s.Run(t.Context(), out.Run.ID)
		return err == nil && run.State == store.Done
	})
	if got, want := teststore.Pages(t, s), teststore.Pages(t, alone); !slices.Equal(got, want) {
		t.Errorf("%d lines of results differ from %d:\n%s\n\n%s", len(got), len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	run, err := s.Run(t.Context(), out.Run.ID)
	if w := whole.Run; err != nil || run.Documents != w.Documents || run.Checked != w.Checked || run.Errors != w.Errors || run.New != w.New || run.Failed != 0 {
		t.Errorf("counted %+v, want %+v; %v", run.Counts, w.Counts, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	for _, s := range sites {
		if s.most > politePerHost || s.mixed || s.asked["/secret.html"] > 0 {
			t.Errorf("%s had %d requests at a time, of two workers: %v; secret pages: %d", s.url, s.most, s.mixed, s.asked["/secret.html"])
		}
		// What was checked and not yet committed is asked for again: about a second's work.
		if n := s.pagesAsked(); n > s.pages+250 {
			t.Errorf("%s: %d pages were asked for %d times", s.url, s.pages, n)
		}
		t.Logf("%s: %d pages were asked for %d times", s.url, s.pages, s.pagesAsked())
	}
}

func TestASiteThatCannotBeReachedIsTold(t *testing.T) {
	t.Parallel()
	q, s, w, _ := handedOver(t, 0, openSites(t, "http://127.0.0.1:1/")...)
	p := links.NewProber(links.ProbeOptions{Rate: -1, Retries: 1, Backoff: time.Millisecond})
	defer p.Close()
	if err := q.Do(t.Context(), Work{Worker: w, Prober: p, Drain: true}); err != nil {
		t.Fatal(err)
	}
	for run, err := range s.Runs(t.Context()) {
		if err != nil || run.State != store.Done || run.Failed != 1 {
			t.Errorf("the run is %+v, %v; want it done, with a failure", run, err)
		}
	}
	if got := teststore.Pages(t, s); len(got) != 1 || !strings.Contains(got[0], "http://127.0.0.1:1/") || !strings.Contains(got[0], "refused") {
		t.Errorf("held: %q", got)
	}
}

// A limit holds for everything that is handed over: what the records of other sources leave of it the sites share.
func TestALimitHoldsForAllSitesTogether(t *testing.T) {
	t.Parallel()
	sites := []*visitedSite{visit(t, "127.0.0.1", 12), visit(t, "127.0.0.2", 40), visit(t, "127.0.0.3", 40)}
	for limit, want := range map[int64][3]int64{5: {0, 0, 0}, 20: {10, 0, 0}, 30: {12, 8, 0}, 60: {12, 38, 0}, 200: {12, 40, 40}} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			q, s, w, id := handedOver(t, limit, append(openSites(t, sites[0].url, sites[1].url, sites[2].url), made(10))...)
			p := links.NewProber(links.ProbeOptions{Rate: -1, Backoff: time.Millisecond})
			defer p.Close()
			if err := q.Do(t.Context(), Work{Worker: w, Prober: p, Drain: true}); err != nil {
				t.Fatal(err)
			}
			all := min(limit, 102)
			if run, err := s.Run(t.Context(), id); err != nil || run.State != store.Done || run.Documents != all || run.Checked != all {
				t.Errorf("the run is %v with %+v, want %d; %v", run.State, run.Counts, all, err)
			}
			for i, site := range sites {
				var n int64
				for d, err := range s.Documents(t.Context(), store.DocumentFilter{Sources: []string{site.url}}) {
					if err != nil {
						t.Fatal(err)
					}
					if !strings.HasPrefix(d.Key, "template:") {
						n++
					}
				}
				if n != want[i] {
					t.Errorf("%d pages of site %d, want %d", n, i, want[i])
				}
			}
		})
	}
}

// A site at which workers break off again and again is given up only when none of them gets on.
func TestASiteThatNoWorkerGetsOnWithIsGivenUp(t *testing.T) {
	t.Parallel()
	site := visit(t, "127.0.0.1", 5)
	q, s, w, _ := handedOver(t, 0, openSites(t, site.url)...)
	p := links.NewProber(links.ProbeOptions{Rate: -1, Backoff: time.Millisecond})
	defer p.Close()
	r := &worker{Queue: q, Work: Work{Worker: w, Tries: 1, Prober: p}}
	var dead []string
	r.Dead = func(_ int64, key, reason string) { dead = append(dead, key+": "+reason) }
	part := partOfAddress(site.url)
	take := func() jetstream.Msg {
		t.Helper()
		consumer, err := q.js.CreateOrUpdateConsumer(t.Context(), q.site(), jetstream.ConsumerConfig{
			Durable: fmt.Sprintf("part-%d", part), FilterSubject: q.siteSubject(part), AckPolicy: jetstream.AckExplicitPolicy, AckWait: siteWait, MaxDeliver: -1, MaxAckPending: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		m, err := consumer.Next(jetstream.FetchMaxWait(5 * time.Second))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	take().Nak() // a worker that took the site, and died
	m := take()
	parcel, err := q.open(t.Context(), m.Headers(), m.Data())
	if err != nil {
		t.Fatal(err)
	}
	// Meanwhile somebody had got on with it.
	before := ""
	if _, err := s.Commit(t.Context(), &store.Batch{Run: parcel.Run, Cursors: []store.Cursor{{Source: parcel.Source, Cursor: "1.other", After: &before}}}); err != nil {
		t.Fatal(err)
	}
	if err := r.handleSite(t.Context(), m); err != nil || len(dead) > 0 {
		t.Fatalf("%v, laid aside: %q", err, dead)
	}
	take().Nak() // and died again
	if err := r.handleSite(t.Context(), take()); err != nil {
		t.Fatal(err)
	}
	run, err := s.Run(t.Context(), parcel.Run)
	if err != nil || run.State != store.Done || run.Failed != 1 || len(dead) != 1 || !strings.HasPrefix(dead[0], site.url) {
		t.Errorf("the run is %+v, %v; laid aside: %q", run, err, dead)
	}
}

func TestWhoHasLostASiteBringsNothingIn(t *testing.T) {
	t.Parallel()
	site := visit(t, "127.0.0.1", 20)
	q, s, w, _ := handedOver(t, 0, openSites(t, site.url)...)
	stream, err := q.js.Stream(t.Context(), q.site())
	if err != nil {
		t.Fatal(err)
	}
	m, err := stream.GetMsg(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	parcel, err := q.open(context.Background(), m.Header, m.Data)
	if err != nil {
		t.Fatal(err)
	}
	p := links.NewProber(links.ProbeOptions{Rate: -1, Backoff: time.Millisecond})
	defer p.Close()
	// Both begin where nobody has been; one of them is first.
	errs := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := w.Walk(t.Context(), parcel, p, q.Send)
			errs <- err
		}()
	}
	if a, b := <-errs, <-errs; (a == nil) == (b == nil) || !errors.Is(errors.Join(a, b), store.ErrOvertaken) {
		t.Errorf("got %v and %v, want that one is overtaken", a, b)
	}
	run, err := s.Run(t.Context(), parcel.Run)
	if err != nil || run.Documents != 20 || run.Checked != 20 || run.State != store.Done {
		t.Errorf("the run is %+v, %v", run, err)
	}
}
