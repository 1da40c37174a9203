package links

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestOneRequestForEachAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.page("site.cn", "<title>好</title>")
		p := n.prober(nil)
		done := make(chan *Answer)
		targets := []string{"http://site.cn/a#1", "http://SITE.cn/a#2", "http://site.cn:80/%61", "http://site.cn/x/../a"}
		for _, target := range targets {
			go func() { done <- p.Probe(context.Background(), address(t, target)) }()
		}
		for range targets {
			if a := <-done; a.Verdict != OK {
				t.Errorf("%s is %v", a.URL, a.Verdict)
			}
		}
		if got := n.requests.Load(); got != 1 {
			t.Errorf("%d requests, want 1", got)
		}
		n.end(p)
	})
}

// A name is looked up once while its answer lives, whatever the number of connections, and again
// afterwards.
func TestNamesAreLookedUpOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.add("site.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Connection", "close")
			serve("<title>好</title>"+long)(w, r)
		}})
		p := n.prober(func(o *ProbeOptions) { o.PerHost = 16 })
		done := make(chan *Answer)
		for i := range 100 {
			go func() { done <- p.Probe(context.Background(), address(t, fmt.Sprint("http://site.cn/", i))) }()
		}
		for range 100 {
			if a := <-done; a.Verdict != OK {
				t.Errorf("%s: %v %s", a.URL, a.Verdict, a.Reason)
			}
		}
		if n.lookups["site.cn"] != 1 || n.dials.Load() < 100 {
			t.Errorf("%d look-ups for %d connections, want 1 for 100", n.lookups["site.cn"], n.dials.Load())
		}
		time.Sleep(2 * nameLife)
		p.Probe(context.Background(), address(t, "http://site.cn/later"))
		if n.lookups["site.cn"] != 2 {
			t.Errorf("%d look-ups after the answer has aged, want 2", n.lookups["site.cn"])
		}
		n.end(p)
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		var first, second time.Time
		n.add("site.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			if first.IsZero() {
				first = time.Now()
				w.Header().Set("Retry-After", "20")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			second = time.Now()
			w.Header().Set("Content-Type", "text/html")
		}})
		p := n.prober(nil)
		a := p.Probe(context.Background(), address(t, "http://site.cn/a"))
		if a.Verdict != OK || second.Sub(first) < 20*time.Second || second.Sub(first) > 25*time.Second {
			t.Errorf("%v, asked again after %v", a.Verdict, second.Sub(first))
		}
		n.end(p)
	})
}

func TestHostsAreSpared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		var now, most atomic.Int64
		n.add("site.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			k := now.Add(1)
			for m := most.Load(); k > m && !most.CompareAndSwap(m, k); m = most.Load() {
			}
			time.Sleep(3 * time.Second)
			now.Add(-1)
			w.Header().Set("Content-Type", "text/html")
		}})
		p := n.prober(func(o *ProbeOptions) { o.Rate = 0 })
		start := time.Now()
		done := make(chan bool)
		for i := range 80 {
			go func() {
				p.Probe(context.Background(), address(t, fmt.Sprint("http://site.cn/", i)))
				done <- true
			}()
		}
		for range 80 {
			<-done
		}
		if most.Load() > 4 {
			t.Errorf("%d connections at a time, want at most 4", most.Load())
		}
		if took := time.Since(start); took < 60*time.Second {
			t.Errorf("80 requests of 3 s took %v; four at a time take 60 s", took)
		}
		n.end(p)
	})
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.page("site.cn", "<title>好</title>")
		p := n.prober(func(o *ProbeOptions) { o.Rate = 0 })
		start := time.Now()
		for i := range 84 {
			p.Probe(context.Background(), address(t, fmt.Sprint("http://site.cn/", i)))
		}
		if took := time.Since(start); took < 9500*time.Millisecond {
			t.Errorf("84 requests took %v; eight a second take 10 s", took)
		}
		n.end(p)
	})
}

func TestACircuitOpensAndClosesAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		broken := true
		s := n.add("site.cn", &server{handler: serve("<title>好</title>"), dial: func(int) error {
			if broken {
				return &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
			}
			return nil
		}})
		p := n.prober(nil)
		for i := range 40 {
			a := p.Probe(context.Background(), address(t, fmt.Sprint("http://site.cn/", i)))
			if a.Verdict != Suspect {
				t.Errorf("%v, want suspect", a.Verdict)
			}
		}
		if got := s.dialled.Load(); got > 30 {
			t.Errorf("%d connections were tried, want few", got)
		}
		broken = false
		time.Sleep(circuitFor)
		if a := p.Probe(context.Background(), address(t, "http://site.cn/new")); a.Verdict != OK {
			t.Errorf("after the host is back: %v %s", a.Verdict, a.Reason)
		}
		n.end(p)
	})
}

// A site that is being restarted while hundreds of its pages are asked for is not given up.
func TestAShortOutageOfTheOwnSiteCostsNoPage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		start := time.Now()
		n.add("site.cn", &server{handler: serve("<title>好</title>" + long), dial: func(int) error {
			if time.Since(start) < 5*time.Second {
				return errRefused
			}
			return nil
		}})
		p := n.prober(func(o *ProbeOptions) {
			o.Own = func(string) bool { return true }
			o.PerHost = 64
		})
		done := make(chan *Answer)
		for i := range 300 {
			go func() { done <- p.Probe(context.Background(), address(t, fmt.Sprint("http://site.cn/", i))) }()
		}
		for range 300 {
			if a := <-done; a.Verdict != OK {
				t.Errorf("%s: %v %s", a.URL, a.Verdict, a.Reason)
			}
		}
		n.end(p)
	})
}

func TestRedirectsAreFollowedAndRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.add("old.cn", &server{handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://new.cn"+r.URL.Path, http.StatusMovedPermanently)
		}})
		n.page("new.cn", "<title>好</title><p>"+strings.Repeat("很长的内容", 100))
		p := n.prober(nil)
		a := p.Probe(context.Background(), address(t, "http://old.cn/a"))
		if fmt.Sprint(a.Statuses()) != "[301 200]" || a.Final != "http://new.cn/a" || !a.Permanent {
			t.Errorf("%v to %s, permanent %v", a.Statuses(), a.Final, a.Permanent)
		}
		n.end(p)
	})
}

func TestACancelledProbeReturnsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.add("site.cn", &server{raw: speak(time.Hour, head)})
		p := n.prober(nil)
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		a := p.Probe(ctx, address(t, "http://site.cn/"))
		if took := time.Since(start); took > 2*time.Second || a.Reason != "cancelled" {
			t.Errorf("it took %v: %v %s", took, a.Verdict, a.Reason)
		}
		n.end(p)
		time.Sleep(2 * time.Hour)
	})
}
