package page

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
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"proofcheck/internal/sample"
	"proofcheck/internal/testbrowser"
	"proofcheck/internal/testserver"
	"proofcheck/internal/teststore"
	"proofcheck/ledger"
	"proofcheck/lexicon"
	"proofcheck/store"
)

var units = ledger.Units{
	{Unit: "市教育局", Paths: []string{"jyj.example.gov.cn"}}, {Unit: "市卫生健康委", Paths: []string{"wsj.example.gov.cn"}}, {Unit: "市政府办公室", Paths: []string{"**"}},
}

func options() Options {
	return Options{Title: "某市政府网站内容检查", Units: units, Score: ledger.DefaultScore(), Now: time.Date(2020, 7, 10, 9, 0, 0, 0, time.Local)}
}

func TestMain(m *testing.M) { testserver.Main(m) }

// filled is a store that sample.Fill has filled.
func filled(t testing.TB, s *store.Store, opt sample.Options) *store.Store {
	t.Helper()
	if _, err := sample.Fill(t.Context(), s, opt); err != nil {
		t.Fatal(err)
	}
	return s
}

// hostile adds a document whose every text would run a script if it were markup.
func hostile(t *testing.T, s *store.Store) {
	t.Helper()
	const attack = `</script><img src=x onerror="window.broken=1"><script>window.broken=1</script>`
	run := &store.Run{Kind: "scan", Plan: "sample", Ruleset: store.Ruleset{Tool: "test", Rules: "sample"}}
	if err := s.Begin(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	_, err := s.Commit(t.Context(), &store.Batch{Run: run.ID, Results: []store.Result{{
		Document: store.Document{Source: attack, Key: attack, URL: "javascript:window.broken=1", Title: attack, Column: attack, Unit: attack, Hash: []byte{1}, Characters: 100, Ruleset: run.Ruleset.ID},
		Findings: []store.Finding{{Fingerprint: "ff", Rule: "typo/word", Level: lexicon.Error, Text: attack, Before: attack, After: attack, Message: attack, Standard: attack, Suggest: []string{attack}}},
	}}})
	if err == nil {
		err = s.Finish(t.Context(), run.ID, store.Done)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// patience is how long a test waits for what must come; it is no measure of speed.
const patience = 30 * time.Second

// browse opens an address in a headless Chromium, or skips the test where there is none.
func browse(t testing.TB, address string) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	program := testbrowser.Chromium(t)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.WindowSize(1400, 1000))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); eval(t, ctx, "document.documentElement.dataset.ready") != "1"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the page does not become ready: ", eval(t, ctx, "document.body.innerText"))
		}
	}
	return ctx
}

// eval returns the value of an expression as text, awaited.
func eval(t testing.TB, ctx context.Context, expression string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string]("(async () => String(await (async () => {"+statement(expression)+"})()))()", chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// statement returns the value of an expression; a block is one already.
func statement(s string) string {
	if strings.HasPrefix(s, "{ ") {
		return s
	}
	return "return " + s
}

// picture keeps a screenshot when PROOFCHECK_SCREENSHOTS names a folder.
func picture(t *testing.T, ctx context.Context, name string, full bool) {
	t.Helper()
	dir := os.Getenv("PROOFCHECK_SCREENSHOTS")
	if dir == "" {
		return
	}
	take := chromedp.CaptureScreenshot()
	if full {
		take = chromedp.FullScreenshot(100)
	}
	shot, err := chromedp.Run(ctx, take)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644); err != nil {
		t.Fatal(err)
	}
}

const (
	settle = "new Promise(done => setTimeout(done, 300))"
	status = "document.getElementById('status').textContent"
)

func TestThePageWorksInABrowser(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		filled(t, s, sample.Options{Documents: 3000, Faulty: 0.4, Mended: 0.3})
		hostile(t, s)
		path := filepath.Join(t.TempDir(), "report.html")
		var out bytes.Buffer
		if err := Write(t.Context(), &out, s, options()); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		var all, open, typos int64
		sum, err := ledger.Summarize(t.Context(), s, ledger.SummaryOptions{Units: units})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range sum.All.States {
			all += n
		}
		open = sum.All.States[store.StateOpen]
		for _, g := range sum.Categories {
			if g.Name == "typo" {
				typos = g.Found()
			}
		}
		low, high := sum.All.Interval()
		ctx := browse(t, "file://"+path)
		press := func(selector string) string { return "document.querySelector(`" + selector + "`).click(), " + settle }
		shown := func(n int64) string { return fmt.Sprintf("%s 处，共 %s 处", thousands(n), thousands(all)) }
		for _, step := range []struct{ name, do, look, want string }{
			{"all findings are there", "", status, shown(all)},
			{"nothing is fetched", "", "performance.getEntriesByType('resource').length", "0"},
			{"nothing of a draft has run", "", "String(window.broken)", "undefined"},
			{"nor is it markup", "", "document.querySelectorAll('img').length", "0"},
			{"scripts from elsewhere are refused", "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.broken=1\">'), " + settle, "String(window.broken)", "undefined"},
			{"only rows in view are drawn", "", "document.querySelectorAll('.row').length < 60", "true"},
			{"the rate is that of the ledger", "", "[...document.querySelectorAll('.figure')][4].textContent", fmt.Sprintf("差错率%.2f / 万字95%% 置信区间 %.2f～%.2f", sum.All.Value(), low, high)},
			{"a bar filters", press("[data-dimension=category] .bar[title=错别字]"), status, shown(typos)},
			{"its own chart still shows the others", "", "document.querySelectorAll('[data-dimension=category] .bar').length > 3", "true"},
			{"and again it does not", press("[data-dimension=category] .bar[title=错别字]"), status, shown(all)},
			{"a state is chosen", press("[name=state][value='0']"), status, shown(open)},
			{"all is cleared", press("#reset"), status, shown(all)},
			{"search", "(document.getElementById('query').value = '中国人民共和国 依照', document.getElementById('query').dispatchEvent(new Event('input')), " + settle + ")", "[...document.querySelectorAll('.row mark')].every(m => m.textContent === '中国人民共和国') && document.querySelectorAll('.row').length > 3", "true"},
			{"what does not exist is not found", "(document.getElementById('query').value = '不存在的词', document.getElementById('query').dispatchEvent(new Event('input')), " + settle + ")", "document.querySelector('.empty').textContent", "没有符合条件的问题"},
			{"scrolling draws what comes into view", press("#reset") + ", document.getElementById('scroller').scrollTop = 50000, " + settle, "document.querySelectorAll('.row').length > 5 && document.querySelectorAll('.row').length < 60", "true"},
			{"a row opens its article", "document.querySelector('.row').click(), " + settle, "document.querySelectorAll('dialog[open] .item').length > 0 && document.querySelectorAll('dialog[open] .item.here mark').length", "1"},
			{"with a link to the place", "", "/^https:..(www|jyj|wsj)\\.example\\.gov\\.cn\\/.*#:~:text=/.test(document.querySelector('dialog[open] .item a').href)", "true"},
			{"no state can be set in a file", "", "document.querySelectorAll('dialog .act').length", "0"},
			{"a javascript: address is no link", "document.querySelector('dialog button').click(), document.getElementById('query').value = 'onerror', document.getElementById('query').dispatchEvent(new Event('input')), await " + settle + ", document.querySelector('.row').click(), " + settle, "document.querySelectorAll('dialog[open] a').length + ' ' + document.querySelectorAll('dialog[open] .item').length + String(window.broken)", "0 1undefined"},
		} {
			if step.do != "" {
				eval(t, ctx, "{ "+step.do+" }")
				eval(t, ctx, settle)
			}
			if got := strings.Join(strings.Fields(eval(t, ctx, step.look)), " "); got != step.want {
				t.Errorf("%s: %q, want %q", step.name, got, step.want)
			}
		}
		eval(t, ctx, "{ document.querySelector('dialog button').click(); document.getElementById('reset').click() }")
		picture(t, ctx, "report-light", true)
		eval(t, ctx, "{ document.querySelectorAll('.row')[3].click() }")
		picture(t, ctx, "report-article", false)
		if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}); err != nil {
			t.Fatal(err)
		}
		picture(t, ctx, "report-dark", false)
	})
}

func thousands(n int64) string {
	s := fmt.Sprint(n)
	if len(s) > 3 {
		return s[:len(s)-3] + "," + s[len(s)-3:]
	}
	return s
}

func TestSeveralPeopleSetStatesOnTheServedPage(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		filled(t, s, sample.Options{Documents: 20, Faulty: 1, PerPage: 1})
		server := httptest.NewServer(http.StripPrefix("/report", Handler(s, Serving{Options: options(), User: func(*http.Request) string { return "张三" }})))
		t.Cleanup(server.Close)
		ctx := browse(t, server.URL+"/report/")
		first := func() *store.Row {
			for r, err := range s.Findings(t.Context(), store.Filter{Limit: 1}) {
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			return nil
		}
		set := func(state int, remark string) {
			// Until the answer has come and the page has shown it.
			eval(t, ctx, fmt.Sprintf("{ const answers = () => performance.getEntriesByType('resource').filter(e => e.name.endsWith('/states')).length, before = answers(); if (!document.querySelector('dialog').open) document.querySelector('.row').click(); const f = document.querySelector('.item.here form'); f.querySelector('select').value = %d; f.querySelector('input').value = '%s'; f.querySelector('button').click(); while (answers() === before) await new Promise(done => setTimeout(done, 20)); await new Promise(done => setTimeout(done, 100)) }", state, remark))
		}
		set(1, "已改")
		if r := first(); r.Finding.State != store.StateFixed || r.Finding.Remark != "已改" {
			t.Errorf("state %v, remark %q", r.Finding.State, r.Finding.Remark)
		}
		for e, err := range s.History(t.Context(), first().Ref()) {
			if err != nil || !e.New && e.Actor != "张三" {
				t.Errorf("%+v, %v", e, err)
			}
		}
		// Somebody else decides; this page does not know yet, and does not overwrite it.
		if _, err := s.SetState(t.Context(), store.Change{Ref: first().Ref(), State: store.StateFalseAlarm, Actor: "李四"}); err != nil {
			t.Fatal(err)
		}
		set(2, "")
		if got := eval(t, ctx, "{ while (!document.querySelector('.item.here .said')?.textContent.includes('未保存') && performance.now() < 120000) await new Promise(done => setTimeout(done, 20)); return document.querySelector('.item.here .said').textContent }"); got != "未保存：此处已被改为“误报”（已改）。请看过后再定。" {
			t.Errorf("the page says %q", got)
		}
		if r := first(); r.Finding.State != store.StateFalseAlarm {
			t.Errorf("state %v", r.Finding.State)
		}
		picture(t, ctx, "report-conflict", false)
		// Having seen it, they may.
		set(2, "人名")
		if r := first(); r.Finding.State != store.StateAccepted || r.Finding.Remark != "人名" {
			t.Errorf("state %v, remark %q", r.Finding.State, r.Finding.Remark)
		}
	})
}

func TestTheHandlerRefusesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		filled(t, s, sample.Options{Documents: 3, Faulty: 1, PerPage: 1})
		h := Handler(s, Serving{Options: options(), May: func(r *http.Request, set bool) bool {
			return r.Header.Get("Authorization") == "Bearer all" || !set && r.Header.Get("Authorization") == "Bearer read"
		}})
		const body = `{"document":1,"fingerprint":"0000000000000000","revision":1,"state":1,"remark":""}`
		for _, c := range []struct {
			method, path, body, token, origin, header string
			want                                      int
		}{
			{"GET", "/", "", "", "", "", 200},
			{"GET", "/data", "", "", "", "", 401},
			{"GET", "/data", "", "wrong", "", "", 403},
			{"GET", "/data", "", "read", "", "", 200},
			{"GET", "/changes?since=x", "", "read", "", "", 400},
			{"GET", "/changes?since=0", "", "read", "", "", 200},
			{"POST", "/states", body, "all", "", "", 403},
			{"POST", "/states", body, "all", "https://evil.example", "1", 403},
			{"POST", "/states", body, "read", "", "1", 403},
			{"POST", "/states", "{", "all", "", "1", 400},
			{"POST", "/states", `{"state":9,"revision":1}`, "all", "", "1", 422},
			{"POST", "/states", `{"document":99,"fingerprint":"x","revision":1,"state":1}`, "all", "", "1", 404},
			{"POST", "/states", `{"x":"` + strings.Repeat("x", 100000) + `"}`, "all", "", "1", 400},
			{"DELETE", "/states", "", "all", "", "1", 405},
			{"GET", "/other", "", "all", "", "", 404},
		} {
			r := httptest.NewRequest(c.method, "http://host.example"+c.path, strings.NewReader(c.body))
			for name, value := range map[string]string{"Authorization": c.token, "Origin": c.origin, "X-Proofcheck": c.header} {
				if value != "" {
					r.Header.Set(name, strings.TrimPrefix("Bearer "+value, map[bool]string{true: "Bearer "}[name != "Authorization"]))
				}
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("%s %s %s (%s): %d, want %d: %s", c.method, c.path, c.body, c.token, w.Code, c.want, w.Body)
			}
			if c.want >= 400 && c.want != 404 && c.want != 405 && !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s %s: %s", c.method, c.path, w.Body)
			}
		}
	})
}

func TestAPageHoldsTheGravestWhenItCannotHoldAll(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		filled(t, s, sample.Options{Documents: 300, Faulty: 1})
		opt := options().withDefaults()
		opt.MaxFindings = 50
		d, err := collect(t.Context(), s, opt, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Findings.Doc) != 50 || d.Left != d.Total-50 || d.Left < 100 {
			t.Errorf("%d of %d, %d left", len(d.Findings.Doc), d.Total, d.Left)
		}
		for i, l := range d.Findings.Level {
			if lexicon.Level(l) != lexicon.Error {
				t.Errorf("finding %d has the level %d", i, l)
			}
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	s := filled(b, teststore.Open(b), sample.Options{Documents: 60000, Faulty: 1})
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := Write(b.Context(), &out, s, options()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len())/(1<<20), "MiB")
}

// BenchmarkThePageInABrowser opens a page of some 120,000 findings, and filters it.
func BenchmarkThePageInABrowser(b *testing.B) {
	path := filepath.Join(b.TempDir(), "report.html")
	out, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(Write(b.Context(), out, filled(b, teststore.Open(b), sample.Options{Documents: 60000, Faulty: 1}), options()), out.Close()); err != nil {
		b.Fatal(err)
	}
	var ready, filter, search float64
	number := func(text string) float64 {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			b.Fatal(err)
		}
		return x
	}
	for b.Loop() {
		ctx := browse(b, "file://"+path)
		ready += number(eval(b, ctx, "performance.now()"))
		timed := func(do string) float64 {
			return number(eval(b, ctx, "{ const began = performance.now(); "+do+"; await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0))); return performance.now() - began }"))
		}
		filter += timed("document.querySelector('.bar').click()")
		// The page waits 150 ms for more letters.
		search += timed("document.getElementById('query').value = '系统'; document.getElementById('query').dispatchEvent(new Event('input')); await new Promise(done => setTimeout(done, 151))")
	}
	b.ReportMetric(ready/float64(b.N), "ms-ready")
	b.ReportMetric(filter/float64(b.N), "ms-filter")
	b.ReportMetric(search/float64(b.N), "ms-search")
}
