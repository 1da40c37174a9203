package patrol

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"proofcheck/internal/testserver"
	"proofcheck/internal/teststore"
	"proofcheck/lexicon"
	"proofcheck/links"
	"proofcheck/store"
)

// world is a site, a store, a clock and a place that reports are sent to.
type world struct {
	*Patrol
	t       *testing.T
	clock   time.Time
	visits  []string
	reports []*Report
	down    bool // the place does not take reports
	pages   map[string]string
	during  func() // what happens while a site is checked
	server  *httptest.Server
}

func TestMain(m *testing.M) { testserver.Main(m) }

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	w := &world{t: t, clock: time.Date(2020, 7, 10, 8, 0, 0, 0, time.Local), pages: map[string]string{"/": "<p>首页</p>"}}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		text, ok := w.pages[r.URL.Path]
		if !ok {
			http.NotFound(rw, r)
			return
		}
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Write([]byte(text))
	}))
	t.Cleanup(w.server.Close)
	prober := links.NewProber(links.ProbeOptions{Backoff: time.Millisecond})
	t.Cleanup(prober.Close)
	schedule, err := Parse("0 9 * * *")
	if err != nil {
		t.Fatal(err)
	}
	w.Patrol = &Patrol{
		Store: s, Prober: prober, State: filepath.Join(t.TempDir(), "state.json"), Sites: []*Site{{Name: "某市", URL: w.server.URL + "/", Cron: "0 9 * * *", Schedule: schedule}},
		Check: w.check, Notify: []Notifier{w}, Always: true, Retired: []string{"old.example.gov.cn=2019年关停"},
		Now: func() time.Time { return w.clock },
	}
	return w
}

// Name and Notify make the world a Notifier.
func (w *world) Name() string { return "world" }

func (w *world) Notify(_ context.Context, r *Report) error {
	if w.down {
		return errors.New("down")
	}
	w.reports = append(w.reports, r)
	return nil
}

// check finds one new mistake each time, and a link to a retired domain.
func (w *world) check(ctx context.Context, site *Site) (*store.Run, string, error) {
	w.visits = append(w.visits, w.clock.Format("01-02 15:04"))
	if w.during != nil {
		w.during()
	}
	if ctx.Err() != nil {
		return nil, "", ctx.Err()
	}
	run := &store.Run{Kind: "scan", Plan: "p", Ruleset: store.Ruleset{Tool: "t", Rules: "r"}}
	if err := w.Store.Begin(ctx, run); err != nil {
		return nil, "", err
	}
	var list []store.Finding
	for i := range len(w.visits) {
		list = append(list, store.Finding{Fingerprint: fmt.Sprintf("%016x", i), Rule: "typo/word", Level: lexicon.Error, Text: "登陆", Message: "“登陆”应为“登录”"})
	}
	list = append(list, store.Finding{Fingerprint: "ff", Rule: "link/target", Level: lexicon.Warning, Text: "旧站", Message: "链接指向已停用的域名 old.example.gov.cn"})
	_, err := w.Store.Commit(ctx, &store.Batch{Run: run.ID, Results: []store.Result{{
		Document: store.Document{Source: "site", Key: site.URL, URL: site.URL, Title: "首页", Hash: []byte{byte(len(w.visits))}, Ruleset: run.Ruleset.ID}, Findings: list,
	}}, Counts: store.Counts{Documents: 1, Checked: 1}})
	if err == nil {
		err = w.Store.Finish(ctx, run.ID, store.Done)
	}
	if err != nil {
		return nil, "", err
	}
	run, err = w.Store.Run(ctx, run.ID)
	return run, "site", err
}

// run lets the patrol run until its clock has passed an end.
func (w *world) run(until time.Time) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	w.Sleep = func(_ context.Context, d time.Duration) error {
		if w.clock = w.clock.Add(d); w.clock.After(until) {
			return context.Canceled
		}
		return nil
	}
	if err := w.Patrol.Run(ctx); err != nil {
		w.t.Fatal(err)
	}
}

func TestVisitsAreMadeAtTheirTimesAndReportWhatIsNew(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		w.run(w.clock.Add(49 * time.Hour))
		if want := []string{"07-10 09:00", "07-11 09:00", "07-12 09:00"}; !slices.Equal(w.visits, want) {
			t.Errorf("visits %q, want %q", w.visits, want)
		}
		var got []string
		for _, r := range w.reports {
			got = append(got, fmt.Sprint(r.Subject("zh"), " ", r.New, " ", r.Open, " ", r.Home.OK))
		}
		want := []string{
			"【网站巡查】某市：新发现问题 2 处，1 处链接指向停用域名 2 2 true", "【网站巡查】某市：新发现问题 1 处，1 处链接指向停用域名 1 3 true", "【网站巡查】某市：新发现问题 1 处，1 处链接指向停用域名 1 4 true",
		}
		if !slices.Equal(got, want) {
			t.Errorf("reports\n%q, want\n%q", got, want)
		}
		if text := w.reports[1].Text("zh"); strings.Count(text, "【登陆】") != 1 || !strings.Contains(text, "old.example.gov.cn") {
			t.Error(text)
		}
	})
}

func TestWhatWasMissedIsMadeUpForOnce(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		w.run(w.clock.Add(2 * time.Hour)) // one visit
		w.clock = w.clock.Add(100 * time.Hour)
		w.run(w.clock.Add(time.Minute)) // the process starts again four days later
		if want := []string{"07-10 09:00", "07-14 14:00"}; len(w.visits) != 2 || w.visits[0] != want[0] || !strings.HasPrefix(w.visits[1], "07-14") {
			t.Errorf("visits %q, want %q", w.visits, want)
		}
		// A visit that takes longer than the schedule is not followed by a crowd of others.
		w = newWorld(t, s)
		w.during = func() { w.clock, w.during = w.clock.Add(50*time.Hour), nil }
		w.run(w.clock.Add(60 * time.Hour))
		if want := []string{"07-10 09:00", "07-12 11:00"}; !slices.Equal(w.visits, want) {
			t.Errorf("visits %q, want %q", w.visits, want)
		}
	})
}

func TestAVisitThatIsCutOffIsMadeUpFor(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		w.during = cancel
		w.Sleep = func(_ context.Context, d time.Duration) error { w.clock = w.clock.Add(d); return nil }
		if err := w.Patrol.Run(ctx); err != nil {
			t.Fatal(err)
		}
		w.during = nil
		w.run(w.clock.Add(2 * time.Minute))
		if len(w.visits) != 2 || len(w.reports) != 1 {
			t.Errorf("visits %q, %d reports", w.visits, len(w.reports))
		}
	})
}

func TestReportsThatCannotBeSentAreKept(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		w.down = true
		w.run(w.clock.Add(2 * time.Hour))
		if len(w.reports) != 0 {
			t.Fatalf("%d reports", len(w.reports))
		}
		w.down = false
		w.clock = w.clock.Add(2 * time.Hour)
		w.run(w.clock.Add(time.Minute))
		if len(w.reports) != 1 || len(w.visits) != 1 {
			t.Errorf("%d reports, visits %q", len(w.reports), w.visits)
		}
	})
}

func TestOnlyOneProcessIsOnPatrol(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		other := *w.Patrol
		w.during = func() {
			if _, err := other.Once(t.Context()); !errors.Is(err, ErrRunning) {
				t.Errorf("the other patrol: %v", err)
			}
		}
		if _, err := w.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(w.State, []byte("{"), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Once(t.Context()); err == nil || !strings.Contains(err.Error(), w.State) {
			t.Errorf("a damaged state file: %v", err)
		}
	})
}

func TestColumnsAndFrontPages(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		w.pages["/news/"] = "<ul><li>通知 <span>2020-06-26</span><li>旧闻 2020/01/01<li>预告 2020-12-31</ul><script>var d='2020-07-09'</script>"
		w.pages["/old/"] = "<p>2020年6月25日</p>"
		w.pages["/policy/"] = "<td>2020.1.10</td>"
		w.pages["/empty/"] = "<p>2月30日</p><p>2020-13-01</p>"
		two, six := Span{2, 'w'}, Span{6, 'm'}
		w.Sites[0].Columns = []Column{{"动态", "/news/", two}, {"要闻", "/old/", two}, {"政策", "/policy/", six}, {"空白", "empty/", two}, {"没有", "/none/", two}}
		reports, err := w.Once(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range reports[0].Stale {
			got = append(got, s.Column+" "+s.Newest+" "+s.Within)
		}
		if want := []string{"要闻 2020-06-25 2w", "空白  2w", "没有  2w"}; !slices.Equal(got, want) {
			t.Errorf("stale %q, want %q", got, want)
		}
		delete(w.pages, "/")
		if reports, err = w.Once(t.Context()); err != nil || reports[0].Home.OK || reports[0].Home.Status != 404 || !strings.Contains(reports[0].Subject("en"), "front page unreachable") {
			t.Errorf("%+v, %v", reports[0].Home, err)
		}
		w.server.Close()
		if reports, err = w.Once(t.Context()); err != nil || reports[0].Home.OK || reports[0].Home.Error == "" {
			t.Errorf("%+v, %v", reports[0].Home, err)
		}
	})
}

func TestSpansAndSchedules(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2", "w", "0d", "-1d", "2y", "99999d"} {
		if got, err := ParseSpan(s); err == nil {
			t.Errorf("%q is read as %v", s, got)
		}
	}
	from := time.Date(2020, 7, 10, 12, 0, 0, 0, time.UTC) // a Friday
	for spec, want := range map[string]string{"30 8 * * 1-5": "2020-07-13 08:30", "@daily": "2020-07-11 00:00", "0 0 15 * 1": "2020-07-13 00:00", "*/5 * * * *": "2020-07-10 12:05"} {
		s, err := Parse(spec)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
		} else if got := s.Next(from).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s: %s, want %s", spec, got, want)
		}
	}
	if _, err := Parse("61 * * * *"); err == nil {
		t.Error("minute 61 is taken")
	}
}

func FuzzNewest(f *testing.F) {
	f.Add([]byte("<p>2020-06-30</p><script>2021-01-01"))
	now := time.Date(2020, 7, 10, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, page []byte) {
		if got := Newest(page, now); got.After(now) || !got.IsZero() && got.Year() < 1900 {
			t.Errorf("%q: %v", page, got)
		}
	})
}

func TestFilesTakeReports(t *testing.T) {
	t.Parallel()
	f := &File{filepath.Join(t.TempDir(), "reports.jsonl")}
	for range 2 {
		if err := f.Notify(t.Context(), &Report{Site: "a\nb"}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(f.Path)
	if err != nil || bytes.Count(text, []byte("\n")) != 2 {
		t.Fatalf("%s, %v", text, err)
	}
	var r Report
	if err := json.Unmarshal(bytes.SplitN(text, []byte("\n"), 2)[0], &r); err != nil || r.Site != "a\nb" {
		t.Errorf("%+v, %v", r, err)
	}
}
