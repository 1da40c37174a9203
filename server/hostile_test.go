package server_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/lexicon"
	"proofcheck/report"
	"proofcheck/server"
)

// gzipped compresses n bytes of a repeated text.
func gzipped(t testing.TB, text string, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for n > 0 {
		k := min(n, len(text))
		if _, err := io.WriteString(w, text[:k]); err != nil {
			t.Fatal(err)
		}
		n -= k
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCompressedBodiesAndBombs(t *testing.T) {
	t.Parallel()
	_, url := start(t, nil)
	post := func(body []byte, coding string) response {
		return send(t, "POST", url+"/v1/check", "text/html", bytes.NewReader(body), "Content-Encoding", coding)
	}
	if c := post(gzipped(t, wrongPage, len(wrongPage)), "gzip").check(t); len(c.Findings) != 3 {
		t.Errorf("gzip: %+v", c)
	}
	bomb := gzipped(t, strings.Repeat("\x00", 1<<20), 64<<20)
	nested := gzipped(t, string(bomb), len(bomb))
	for _, test := range []struct {
		name   string
		body   []byte
		status int
		code   string
	}{
		{"64 MiB", bomb, 413, "body-large"},
		{"a bomb in a bomb", nested, 422, "not-text"}, // one layer only is taken off
		{"no gzip", []byte(wrongPage), 400, "bad-encoding"},
		{"half of one", gzipped(t, wrongPage, len(wrongPage))[:20], 400, "body-cut"},
		{"a wrong sum", append(gzipped(t, wrongPage, len(wrongPage))[:60], 1, 2, 3, 4, 5, 6, 7, 8), 400, ""},
	} {
		got := post(test.body, "gzip")
		if p := got.problem(t); got.status != test.status || test.code != "" && p.Code != test.code {
			t.Errorf("%s: %d %s; want %d %s", test.name, got.status, got.body, test.status, test.code)
		}
	}
}

// Names of uploaded files lead nowhere, whatever they say: they are only shown.
func TestNamesOfUploadsLeadNowhere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	_, url := start(t, nil)
	for name, want := range map[string]string{
		`../../../etc/passwd.html`:       "passwd.html",
		`..\\..\\windows\\a.html`:        "a.html",
		`/etc/cron.d/a.html`:             "a.html",
		`C:\\a.html`:                     "a.html",
		`a.html\u0000.md`:                "u0000.md",
		`.html`:                          ".html",
		`<script>alert(1)</script>.html`: "script>.html",
		`CON.html`:                       "CON.html",
		strings.Repeat("长", 500) + ".md": strings.Repeat("长", 197) + ".md",
	} {
		body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n<p>好的\r\n--b--\r\n"
		got := send(t, "POST", url+"/v1/check", "multipart/form-data; boundary=b", strings.NewReader(body))
		var all struct{ Documents []check }
		if err := json.Unmarshal(got.body, &all); err != nil || len(all.Documents) != 1 || all.Documents[0].Name != want {
			t.Errorf("%q: got %.200s, want %q", name, got.body, want)
		}
	}
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"..\"\r\nContent-Type: text/html\r\n\r\n<p>好的\r\n--b--\r\n"
	if got := send(t, "POST", url+"/v1/check", "multipart/form-data; boundary=b", strings.NewReader(body)); !strings.Contains(string(got.body), `"name":"file-1"`) {
		t.Errorf("..: %s", got.body)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("something was written: %v, %v", left, err)
	}
	var many strings.Builder
	for range 200 {
		many.WriteString("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.md\"\r\n\r\nx\r\n")
	}
	if got := send(t, "POST", url+"/v1/check", "multipart/form-data; boundary=b", strings.NewReader(many.String()+"--b--\r\n")); got.problem(t).Code != "files-many" {
		t.Errorf("200 files: %s", got.body)
	}
}

func textLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// Whatever a caller sends comes back neither in a header of its own nor as a line of the log.
func TestNothingIsInjectedIntoHeadersAndLogs(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	_, url := start(t, func(o *server.Options, c *server.Config) { o.Log = textLog(&log) })
	evil := "x%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0a<script>%E2%80%A8"
	for _, path := range []string{
		"/v1/check?title=" + evil + "&url=" + evil + "&id=" + evil + "&user=" + evil, "/v1/check?report=html&title=" + evil, "/v1/check?report=csv&title=" + evil,
		"/v1/check?report=" + evil, "/v1/check?only=" + evil, "/v1/" + evil, "/v1/webhooks/" + evil, "/v1/links/" + evil,
	} {
		got := send(t, "POST", url+path, "text/html", strings.NewReader(wrongPage), "Accept-Language", "en")
		if got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, got.header)
		}
		if got.header.Get("Content-Type") != "text/html; charset=utf-8" && got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, got.header)
		}
	}
	if strings.Contains(log.String(), "Set-Cookie") || strings.Contains(log.String(), "登陆") {
		t.Errorf("the log holds what callers sent:\n%s", log.String())
	}
}

// Notes of lexicons, names of files and titles are text wherever they are shown.
func TestNothingThatIsStoredRuns(t *testing.T) {
	t.Parallel()
	const evil = `<img src=x onerror=alert(1)>"'</script><script>alert(2)</script>`
	set, err := lexicon.Compile([]lexicon.Entry{{Form: "坏词", Suggest: []string{evil}, Category: lexicon.Expression, Pack: "p", Level: lexicon.Error, Note: evil, Source: evil}})
	if err != nil {
		t.Fatal(err)
	}
	var words []lexicon.Entry
	_, url := start(t, func(o *server.Options, c *server.Config) {
		c.Base.Check.Lexicons = []*lexicon.Set{set}
		c.Base.Lexicons = []report.Lexicon{{Name: evil, Hash: evil}}
		o.Words = &server.Words{Read: func() ([]lexicon.Entry, error) { return words, nil }, Write: func(e []lexicon.Entry) error { words = e; return nil }}
	})
	name := strings.ReplaceAll(evil, `"`, `\"`)
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + ".html\"\r\n\r\n<title>" + evil + "</title><p>坏词\r\n--b--\r\n"
	for _, form := range []string{"html", "json", "text", "csv", "sarif", "junit", ""} {
		got := send(t, "POST", url+"/v1/check?report="+form, "multipart/form-data; boundary=b", strings.NewReader(body))
		if got.status != 200 {
			t.Fatalf("%s: %d %s", form, got.status, got.body)
		}
		if got.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v", form, got.header)
		}
		if form == "html" {
			if bytes.Contains(got.body, []byte("<img src=x")) || bytes.Contains(got.body, []byte("<script>alert")) {
				t.Errorf("the page runs what a lexicon holds")
			}
			if !strings.HasPrefix(got.header.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
				t.Errorf("the page is not kept apart: %v", got.header)
			}
		}
	}
	for method, path := range map[string]string{"POST": "/v1/allow", "GET": "/v1/allow"} {
		got := send(t, method, url+path, "application/json", toJSON(t, map[string]string{"word": "词<b>", "reason": evil}))
		if got.status != 200 || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %d %v", method, path, got.status, got.header)
		}
	}
	for _, path := range []string{"/" + evil, "/v1/<script>"} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Path = path
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s: %s", path, got)
		}
	}
}

// Words that editors ignore for good are checked by from then on, and survive a restart.
func TestWordsAreIgnoredForGood(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "allow.tsv")
	allow := lexicon.Allow
	read := func() ([]lexicon.Entry, error) {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, nil
		}
		return lexicon.Parse(path, bytes.NewReader(text), lexicon.Defaults{Category: &allow})
	}
	configure := func(o *server.Options, c *server.Config) {
		o.Words = &server.Words{Read: read, Write: func(entries []lexicon.Entry) error {
			var b bytes.Buffer
			if err := lexicon.Write(&b, lexicon.TSV, entries); err != nil {
				return err
			}
			return os.WriteFile(path, b.Bytes(), 0o600)
		}}
		o.Load = func(context.Context) (*server.Config, error) {
			cfg := baseConfig()
			entries, err := read()
			if err != nil {
				return nil, err
			}
			set, err := lexicon.Compile(entries)
			cfg.Base.Check.Lexicons = []*lexicon.Set{set}
			return cfg, err
		}
	}
	_, url := start(t, configure)
	count := func(url string) int {
		return len(send(t, "POST", url+"/v1/check", "text/html", strings.NewReader(wrongPage)).check(t).Findings)
	}
	if n := count(url); n != 3 {
		t.Fatalf("%d findings", n)
	}
	for _, body := range []string{`{"word": "登陆系统", "reason": "专名\t\"引号\""}`, `{"word": "登陆系统", "reason": "再想想"}`} {
		if got := send(t, "POST", url+"/v1/allow", "application/json", strings.NewReader(body)); got.status != 200 || strings.Count(string(got.body), "登陆系统") != 1 {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
	if n := count(url); n != 2 {
		t.Errorf("%d findings after it was allowed", n)
	}
	_, again := start(t, configure)
	if n := count(again); n != 2 {
		t.Errorf("%d findings after a restart", n)
	}
	for body, code := range map[string]string{`{"word": " "}`: "option-missing", `{"word": "` + strings.Repeat("长", 201) + `"}`: "option-long", `{"wort": "x"}`: "bad-json"} {
		if got := send(t, "POST", url+"/v1/allow", "application/json", strings.NewReader(body)); got.problem(t).Code != code {
			t.Errorf("%.40s: %s", body, got.body)
		}
	}
	if got := send(t, "DELETE", url+"/v1/allow", "application/json", strings.NewReader(`{"word": "登陆系统"}`)); string(bytes.TrimSpace(got.body)) != `{"words":[]}` {
		t.Errorf("got %s", got.body)
	}
	if n := count(url); n != 3 {
		t.Errorf("%d findings after it was taken off", n)
	}
}
