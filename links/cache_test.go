package links

import (
	"context"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

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
