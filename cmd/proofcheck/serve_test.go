package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"proofcheck/server"
)

// freshService starts a service whose config is a file in a folder of its own.
func freshService(t *testing.T, config string) (url, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &program{speaker: speaker{"en"}, stderr: io.Discard}
	r := &serveRun{program: p, config: path, flags: serveConfig{store: storeOff}, log: slog.New(slog.DiscardHandler)}
	var err error
	if r.first, err = r.readRoot(p); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	opt, err := r.options(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	hangup := hangups()
	go func() { r.keepFresh(ctx, s, hangup); close(done) }()
	h := httptest.NewServer(s)
	t.Cleanup(func() { h.Close(); cancel(); <-done })
	return h.URL, path
}

// becomes waits until a request is answered as it should be.
func becomes(t *testing.T, what, method, url, body string, status int, want string) {
	t.Helper()
	var last string
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		r, err := http.NewRequest(method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "text/plain")
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(a.Body)
		a.Body.Close()
		if last = string(text); a.StatusCode == status && strings.Contains(last, want) {
			return
		}
	}
	t.Errorf("%s: not within 30 s; at last %s", what, last)
}

// What changes in a file holds from then on; what is wrong leaves what was there before, and /readyz says
// so; a lexicon, the list of ignored words and tokens are watched like the config.
func TestFilesThatChangeAreReadAgain(t *testing.T) {
	t.Parallel()
	url, path := freshService(t, "skip: [typo]\n")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const draft = "请登陆系统。新闻网路。"
	check := func(what, want string) {
		t.Helper()
		becomes(t, what, "POST", url+"/v1/check", draft, 200, want)
	}
	check("at first", `"verdict":"pass"`)
	write("c.yaml", "lexicon: [terms.tsv]\n")
	becomes(t, "a lexicon that is missing", "GET", url+"/readyz", "", 200, "the last reload failed")
	check("what was there before holds", `"verdict":"pass"`)
	write("terms.tsv", "form\tsuggest\n网路\t网络\n")
	check("the lexicon comes", `"error":2`)
	write("terms.tsv", "form\tcategory\n网路\tnonsense\n")
	becomes(t, "a wrong line", "GET", url+"/readyz", "", 200, "degraded")
	check("what was there before holds", `"error":2`)
	write("terms.tsv", "form\tsuggest\n网路\t网络\n")
	becomes(t, "it is mended", "GET", url+"/readyz", "", 200, `"status":"ok"`)
	write(defaultAllow, "登陆系统\n")
	check("the list of ignored words", `"error":1`)
	write(defaultTokens, strings.Join(tokenColumns, "\t")+"\ncms\t"+strings.Repeat("ab", 32)+"\tcheck\t0\t\t\n")
	becomes(t, "tokens", "POST", url+"/v1/check", draft, 401, "token-missing")
}
