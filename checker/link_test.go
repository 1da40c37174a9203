package checker_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/links"
)

// checkLinks checks a Markdown draft for its links alone.
func checkLinks(t *testing.T, name, draft string, opt checker.Links) string {
	t.Helper()
	c, err := checker.New(checker.Options{Only: []string{"link"}, Links: opt, Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	var out []*checker.Finding
	doc := formats.Markdown.Split(name, strings.NewReader(draft), formats.Options{Elements: c.Elements()})
	for f, err := range c.Check(t.Context(), doc, nil) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return brief(out)
}

func TestLocalLinks(t *testing.T) {
	dir := t.TempDir()
	draft := "# 题\n\n[甲](b.md#第一节) [乙](b.md#第二节) [丙](c.md) [丁](files/name.doc) [戊](#题) [己](#尾)\n"
	for name, text := range map[string]string{"a.md": draft, "b.md": "# 第一节\n", "files/name.doc": "x"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	opt := checker.Links{Tree: links.NewTree(dir, links.TreeOptions{}), Page: func(name string) string { return name }}
	want := "3:19 warning link/local \"b.md#第二节\"\n3:33 warning link/local \"c.md\"\n3:71 warning link/local \"#尾\"\n"
	if got := checkLinks(t, "a.md", draft, opt); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	// None of its links leads to a file: the draft lies somewhere else than its site.
	if got := checkLinks(t, "a.md", "[丙](c.md) [丁](files/other.doc)", opt); got != "" {
		t.Errorf("outside of its site:\n%s", got)
	}
	// Standard input has no place.
	if got := checkLinks(t, "-", draft, checker.Links{Tree: opt.Tree, Page: func(string) string { return "" }}); got != "" {
		t.Errorf("without a place:\n%s", got)
	}
}

func TestRemoteLinks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/good" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<title>公告</title><p>公告全文</p>"))
	}))
	defer server.Close()
	prober := links.NewProber(links.ProbeOptions{Rate: -1, Backoff: 1})
	defer prober.Close()
	draft := "[公告](" + server.URL + "/good)\n\n[附件](" + server.URL + "/lost)\n\n[附件](" + server.URL + "/lost)\n"
	got := checkLinks(t, "a.md", draft, checker.Links{Prober: prober})
	if strings.Count(got, "link/remote") != 2 || strings.Contains(got, "/good\"\n1:") || !strings.Contains(got, "error link/remote \""+server.URL+"/lost\"") {
		t.Errorf("got\n%s", got)
	}
}
