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
			c, err := OpenCache(name, nil)
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

func TestAnswersAreKeptAsLongAsTheirVerdictSays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := OpenCache(filepath.Join(t.TempDir(), "links.db"), map[Verdict]time.Duration{OK: time.Hour, Wrong: 10 * time.Minute, Dead: time.Hour, Suspect: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		n := newNetwork(t)
		n.add("ok.cn", &server{handler: serve("<title>好</title>" + long)})
		n.add("wrong.cn", &server{handler: serve("<title>页面不存在</title>")})
		n.add("dead.cn", &server{handler: sequence(404)})
		n.add("suspect.cn", &server{handler: sequence(401)})
		asked := func(name string, verdict Verdict) bool {
			p := n.prober(func(o *ProbeOptions) { o.Cache, o.Retries = c, -1 })
			defer p.Close()
			before := n.requests.Load()
			a := p.Probe(context.Background(), address(t, "http://"+name+"/a"))
			if a.Verdict != verdict {
				t.Errorf("%s is %v, want %v", name, a.Verdict, verdict)
			}
			if a.Cached && verdict == Wrong && a.Reason != "soft-404" {
				t.Errorf("the cache has lost the reason: %q", a.Reason)
			}
			return n.requests.Load() > before
		}
		verdicts := map[string]Verdict{"ok.cn": OK, "wrong.cn": Wrong, "dead.cn": Dead, "suspect.cn": Suspect}
		for _, step := range []struct {
			later time.Duration
			want  map[string]bool // whether the address is asked anew
		}{
			{0, map[string]bool{"ok.cn": true, "wrong.cn": true, "dead.cn": true, "suspect.cn": true}},
			{9 * time.Minute, map[string]bool{"dead.cn": true, "suspect.cn": true}},
			{2 * time.Minute, map[string]bool{"wrong.cn": true, "dead.cn": true, "suspect.cn": true}},
			{50 * time.Minute, map[string]bool{"ok.cn": true, "wrong.cn": true, "dead.cn": true, "suspect.cn": true}},
		} {
			time.Sleep(step.later)
			for name, verdict := range verdicts {
				if got := asked(name, verdict); got != step.want[name] {
					t.Errorf("%v later %s is asked: %v, want %v", step.later, name, got, step.want[name])
				}
			}
		}
		n.end(n.prober(nil))
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
