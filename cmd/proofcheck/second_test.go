package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// A second opinion is asked about what the statistical detector suspects, about nothing else, and
// only if --second-opinion says so.
func TestSecondOpinion(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("TEST_KEY", "secret")
	var answer atomic.Value
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if asked.Add(1); !strings.Contains(string(body), "【") || strings.Contains(string(body), "机密") || r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("%s was sent", body)
		}
		fmt.Fprintf(w, `{"choices": [{"message": {"role": "assistant", "content": %q}}]}`, answer.Load())
	}))
	defer server.Close()
	dir := t.TempDir()
	draft, config := filepath.Join(dir, "a.md"), filepath.Join(dir, "c.yaml")
	const text = "机密文件另行印发。\n\n会议要求切实加强安全生产工作，落实责仁制度。\n"
	yaml := "second-opinion: {endpoint: " + server.URL + "/v1, model: m, key-env: TEST_KEY, budget: 5}\n"
	for name, content := range map[string]string{draft: text, config: yaml} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := func(args ...string) (string, string) {
		var out, errs bytes.Buffer
		p := &program{stdout: &out, stderr: &errs, stdin: strings.NewReader(""),
			args: append([]string{"check", draft, "-c", config, "--lang", "en", "--only", "typo/context", "--no-progress"}, args...)}
		p.run()
		return out.String(), errs.String()
	}
	if out, _ := check(); !strings.Contains(out, "warning") || asked.Load() != 0 {
		t.Errorf("without the flag: %d questions, %s", asked.Load(), out)
	}
	answer.Store("错")
	if out, errs := check("--second-opinion"); !strings.Contains(out, "a language model agrees") || !strings.Contains(errs, "Confidentiality") || !strings.Contains(errs, "1 questions") {
		t.Errorf("confirmed: %s%s", out, errs)
	}
	answer.Store("对")
	if out, _ := check("--second-opinion"); !strings.Contains(out, "agrees") || asked.Load() != 1 {
		t.Errorf("the answer was not remembered: %d questions, %s", asked.Load(), out)
	}
	if out, _ := check("--second-opinion", "--no-cache"); !strings.Contains(out, "info") || !strings.Contains(out, "finds nothing wrong") {
		t.Errorf("rejected: %s", out)
	}
	if out, _ := check("--second-opinion", "--no-cache", "--min-level", "warning"); strings.Contains(out, "typo/context") {
		t.Errorf("rejected, and reported as a warning: %s", out)
	}
	server.Close()
	if out, errs := check("--second-opinion", "--no-cache"); !strings.Contains(out, "warning") || !strings.Contains(errs, "could not be had") {
		t.Errorf("an endpoint that is gone: %s%s", out, errs)
	}
	t.Setenv("TEST_KEY", "")
	if _, errs := check("--second-opinion"); !strings.Contains(errs, "TEST_KEY") {
		t.Errorf("no key: %s", errs)
	}
	config = filepath.Join(dir, "empty.yaml")
	if err := os.WriteFile(config, []byte("lang: en\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs := check("--second-opinion"); !strings.Contains(errs, "endpoint and model") {
		t.Errorf("no config: %s", errs)
	}
}
