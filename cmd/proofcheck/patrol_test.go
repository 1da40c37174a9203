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
	"sync"
	"testing"
)

func TestPatrolVisitsASiteAndReportsWhatIsNew(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var hooks []string
	pages := map[string]string{
		"/":            `<title>某市人民政府</title><p>欢迎访问。</p><a href="/news/1.html">通知</a> <a href="/news/">动态</a>`,
		"/news/":       `<title>动态</title><p>2001-01-01 旧闻一则。</p>`,
		"/news/1.html": `<title>关于系统升级的通知</title><p>请登陆系统填报材料。</p><p><a href="http://old.example.gov.cn/a.html">原网站</a></p>`,
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Path == "/hook" {
			body, _ := io.ReadAll(r.Body)
			hooks = append(hooks, r.Header.Get("webhook-signature")[:3]+string(body))
			return
		}
		text, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, text)
	}))
	t.Cleanup(site.Close)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file("secret", "a secret\n")
	conf := file("patrol.yaml", fmt.Sprintf(`block-domains: ["old.example.gov.cn=已关停"]
patrol:
  store: results.db
  sites:
    - name: 某市
      url: %[1]s/
      cron: "30 8 * * *"
      columns:
        - {name: 动态, url: /news/, within: 2w}
  webhooks:
    - {url: "%[1]s/hook", secret-file: secret}
  file: reports.jsonl
`, site.URL))
	visit := func(args ...string) (string, int) {
		var out, errs bytes.Buffer
		p := &program{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, args: append([]string{"patrol", "--config", conf}, args...)}
		code := p.run()
		return out.String() + errs.String(), code
	}
	text, code := visit("--once")
	for _, want := range []string{"首页：正常", "【登陆系统】", "动态：最近更新 2001-01-01，应在2 周内更新", "指向停用域名的链接：", "检查页面 3 个"} {
		if !strings.Contains(text, want) {
			t.Errorf("the first visit does not say %s:\n%s", want, text)
		}
	}
	if code != exitFindings {
		t.Errorf("exit code %d", code)
	}
	mu.Lock()
	pages["/news/"] = `<title>动态</title><p>今天的消息。</p>`
	mu.Unlock()
	if text, _ = visit("--once", "--lang", "en"); !strings.Contains(text, "0 new") || strings.Contains(text, "New findings") || !strings.Contains(text, "动态: newest no date") {
		t.Errorf("the second visit says\n%s", text)
	}
	lines, err := os.ReadFile(filepath.Join(dir, "reports.jsonl"))
	if err != nil || bytes.Count(lines, []byte("\n")) != 2 {
		t.Errorf("%s, %v", lines, err)
	}
	if len(hooks) != 2 || !strings.HasPrefix(hooks[0], "v1,{") {
		t.Errorf("hooks %q", hooks)
	}
	for text, want := range map[string]string{
		"patrol: {sites: [{url: 'http://x/', cron: '61 * * * *'}]}": "cron", "patrol: {sites: [{url: 'x', cron: '@daily'}]}": "url",
		"patrol: {}": "patrol: sites:", "patrol: {webhooks: [{url: 'http://x/', secret-env: PROOFCHECK_NO_SUCH}]}": "PROOFCHECK_NO_SUCH",
		"patrol: {sites: [{url: 'http://x/', cron: '@daily', columns: [{name: a, url: b, within: 2y}]}]}": "14d", "patrol: {mail: []}": "mails",
	} {
		conf = file("wrong.yaml", text+"\n")
		if said, code := visit("--once", "--store", filepath.Join(dir, "x.db")); code != exitFailed || !strings.Contains(said, want) {
			t.Errorf("%s: exit code %d, %s", text, code, said)
		}
	}
}
