package integrations

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"proofcheck/integrations/internal/service"
)

// Drafts that may and may not be published.
const (
	right = "# 通知\n\n这项工作已经完成。\n"
	wrong = "# 通知\n\n这项工作己经完成。\n"
)

var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "proofcheck-integrations-")
	if err != nil {
		panic(err)
	}
	if program, err = service.Build(dir); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// need skips a test where a program is missing.
func need(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("PROOFCHECK_CI") == "1" {
				t.Fatalf("no %s here; .ci/run installs it", name)
			}
			t.Skipf("no %s here", name)
		}
	}
}

// serve runs a service until the test ends.
func serve(t *testing.T, args ...string) *service.Service {
	t.Helper()
	addr, err := service.FreeAddr()
	if err != nil {
		t.Fatal(err)
	}
	s := service.New(addr, t.TempDir())
	if err := s.Start(program, append([]string{"--store", "off"}, args...)...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	return s
}

// write writes files below a folder.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// run runs a program in a folder and returns its exit code and what it says.
func run(t *testing.T, dir string, env []string, name string, args ...string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), string(out)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return 0, string(out)
}

// recipe is the path of a file of this folder.
func recipe(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// reach is a PATH with the program in it.
func reach() string {
	return "PATH=" + filepath.Dir(program) + string(os.PathListSeparator) + os.Getenv("PATH")
}

func TestCurlGate(t *testing.T) {
	need(t, "sh", "curl")
	s := serve(t)
	dir := t.TempDir()
	write(t, dir, map[string]string{"right.md": right, "wrong.html": "<p>这项工作己经完成。</p>"})
	env := []string{"PROOFCHECK_URL=http://" + s.Addr}
	gate := func(args ...string) (int, string) {
		t.Helper()
		return run(t, dir, env, "sh", append([]string{recipe(t, "curl/gate.sh")}, args...)...)
	}
	if code, out := gate("right.md"); code != 0 {
		t.Errorf("a right draft: %d\n%s", code, out)
	}
	if code, out := gate("wrong.html", "right.md"); code != 1 || !strings.Contains(out, "己经") {
		t.Errorf("a wrong draft: %d\n%s", code, out)
	}
	if code, out := gate("missing.md"); code != 2 {
		t.Errorf("a missing draft: %d\n%s", code, out)
	}
	if code, _ := gate(); code != 2 {
		t.Errorf("no draft: %d", code)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if code, out := gate("right.md"); code != 2 || !strings.Contains(out, "not checked") {
		t.Errorf("without the server, closed: %d\n%s", code, out)
	}
	if code, out := gate("--open", "right.md"); code != 0 || !strings.Contains(out, "not checked") {
		t.Errorf("without the server, open: %d\n%s", code, out)
	}
}

func TestPreCommit(t *testing.T) {
	need(t, "sh", "git")
	dir := t.TempDir()
	git := func(env []string, args ...string) (int, string) {
		t.Helper()
		return run(t, dir, append(env, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com"),
			"git", args...)
	}
	hook, err := os.ReadFile("git/pre-commit")
	if err != nil {
		t.Fatal(err)
	}
	git(nil, "init", "-q")
	hooks := filepath.Join(dir, ".git", "hooks")
	if err := os.MkdirAll(hooks, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(hooks, "pre-commit"), hook, 0o755); err != nil {
		t.Fatal(err)
	}
	with := []string{reach()}
	commit := func(env []string) (int, string) {
		t.Helper()
		return git(env, "commit", "-q", "-m", "drafts")
	}
	// What counts is what is staged.
	write(t, dir, map[string]string{"content/公告 1.md": wrong})
	git(nil, "add", ".")
	write(t, dir, map[string]string{"content/公告 1.md": right})
	if code, out := commit(with); code != 1 || !strings.Contains(out, "己经") {
		t.Errorf("wrong staged, right in the folder: %d\n%s", code, out)
	}
	git(nil, "add", ".")
	write(t, dir, map[string]string{"content/公告 1.md": wrong})
	if code, out := commit([]string{"PATH=/usr/bin:/bin"}); code != 1 || !strings.Contains(out, "not in the PATH") {
		t.Errorf("without the program: %d\n%s", code, out)
	}
	if code, out := commit(with); code != 0 {
		t.Errorf("right staged, wrong in the folder: %d\n%s", code, out)
	}
	// The configuration of the repository holds.
	write(t, dir, map[string]string{".proofcheck.yaml": "skip: [typo/*]\n"})
	git(nil, "add", ".")
	if code, out := commit(with); code != 0 {
		t.Errorf("with the rule switched off: %d\n%s", code, out)
	}
	write(t, dir, map[string]string{"main.go": "// 己经\n"})
	git(nil, "add", "main.go")
	if code, out := commit(with); code != 0 {
		t.Errorf("no draft staged: %d\n%s", code, out)
	}
}

func TestGitHubWorkflow(t *testing.T) {
	need(t, "sh")
	steps := workflow(t, "github/proofcheck.yml")
	dir := t.TempDir()
	env := []string{"RUNNER_TEMP=" + filepath.Dir(program)}
	write(t, dir, map[string]string{"content/a.md": wrong})
	if code, out := run(t, dir, env, "sh", "-ec", steps[len(steps)-1]); code != 1 || !strings.Contains(out, "::error file=content/a.md,line=3") {
		t.Errorf("a wrong draft: %d\n%s", code, out)
	}
	write(t, dir, map[string]string{"content/a.md": right})
	if code, out := run(t, dir, env, "sh", "-ec", steps[len(steps)-1]); code != 0 {
		t.Errorf("a right draft: %d\n%s", code, out)
	}
}

func TestHugoSite(t *testing.T) {
	need(t, "sh", "hugo")
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"hugo.toml":                       "baseURL = 'https://www.example.gov.cn/'\ntitle = '县政府网站'\nlanguageCode = 'zh-cn'\ndisableKinds = ['taxonomy', 'term', 'RSS', 'sitemap', '404']\n",
		"config.toml":                     "baseURL = 'https://www.example.gov.cn/'\ntitle = '县政府网站'\nlanguageCode = 'zh-cn'\ndisableKinds = ['taxonomy', 'term', 'RSS', 'sitemap', '404']\n",
		"layouts/_default/baseof.html":    "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{{ .Title }}</title></head><body>{{ block \"main\" . }}{{ end }}</body></html>",
		"layouts/_default/single.html":    "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ end }}",
		"layouts/_default/list.html":      "{{ define \"main\" }}{{ range .Pages }}<p><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a></p>{{ end }}{{ end }}",
		"content/posts/gongzuotongzhi.md": "---\ntitle: 通知\ndate: 2026-03-01\n---\n\n这项工作己经完成。\n",
	})
	build := func() (int, string) {
		t.Helper()
		return run(t, dir, []string{reach()}, "sh", recipe(t, "hugo/build.sh"))
	}
	page := filepath.Join(dir, "public", "posts", "gongzuotongzhi", "index.html")
	if code, out := build(); code != 1 || !strings.Contains(out, "己经") {
		t.Errorf("an error: %d\n%s", code, out)
	}
	if _, err := os.Stat(page); err == nil {
		t.Error("the site was built")
	}
	write(t, dir, map[string]string{"content/posts/gongzuotongzhi.md": "---\ntitle: 通知\ndate: 2026-03-01\n---\n\n这项工作已经完成。\n"})
	if code, out := build(); code != 0 {
		t.Errorf("without errors: %d\n%s", code, out)
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "已经完成") {
		t.Errorf("%v\n%s", err, text)
	}
	write(t, dir, map[string]string{"content/posts/gongzuotongzhi.md": "---\ntitle: 通知\ndate: 2026-03-01\n---\n\n工作已经做完，详见[附件](/fujian/1.pdf)。\n"})
	if code, out := build(); code != 1 || !strings.Contains(out, "/fujian/1.pdf") {
		t.Errorf("a link to nothing: %d\n%s", code, out)
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "已经完成") {
		t.Errorf("what was public is so no more: %v\n%s", err, text)
	}
}

func TestStrapiLifecycle(t *testing.T) {
	need(t, "node")
	s := serve(t)
	out := func(url string) string {
		t.Helper()
		code, out := run(t, recipe(t, "testdata/strapi"), []string{"PROOFCHECK_URL=" + url, "NODE_PATH=" + recipe(t, "testdata/strapi/modules")}, "node", "try.js", recipe(t, "strapi/proofcheck.js"))
		if code != 0 {
			t.Fatalf("%d\n%s", code, out)
		}
		return out
	}
	got := out("http://" + s.Addr)
	want := `draft: saved
publish: refused, proofcheck: 己经 → 已经, 再接再励 → 再接再厉, findings in title, body
right: saved
update: refused, proofcheck: 按步就班 → 按部就班, findings in body
other attribute: saved
open: refused, proofcheck: 己经 → 已经, 再接再励 → 再接再厉, findings in title, body
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	got = out("http://" + s.Addr)
	want = `draft: saved
publish: refused, nothing is published unchecked
right: refused, nothing is published unchecked
update: refused, nothing is published unchecked
other attribute: saved
open: saved, with a warning
`
	if got != want {
		t.Errorf("without the server, got\n%s\nwant\n%s", got, want)
	}
}

func TestWebhookOfAnotherSystem(t *testing.T) {
	need(t, "sh", "curl")
	dir := t.TempDir()
	config, err := os.ReadFile("webhook/proofcheck.yaml")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"proofcheck.yaml": string(config), "secret.txt": "what-the-cms-knows\n"})
	if err := os.Chmod(filepath.Join(dir, "secret.txt"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, "--config", filepath.Join(dir, "proofcheck.yaml"))
	send := func(secret, file string) (int, string) {
		t.Helper()
		return run(t, dir, nil, "curl", "-sS", "--fail-with-body", "-H", "Content-Type: application/json", "-H", "X-Cms-Secret: "+secret,
			"--data-binary", "@"+file, "http://"+s.Addr+"/v1/webhooks/cms")
	}
	if code, out := send("what-the-cms-knows", recipe(t, "webhook/article.json")); code != 0 || !strings.Contains(out, `"verdict":"block"`) || !strings.Contains(out, "己经") {
		t.Errorf("a wrong article: %d\n%s", code, out)
	}
	article, err := os.ReadFile("webhook/article.json")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"right.json": strings.Replace(string(article), "己经", "已经", 1)})
	if code, out := send("what-the-cms-knows", "right.json"); code != 0 || !strings.Contains(out, `"verdict":"pass"`) {
		t.Errorf("a right article: %d\n%s", code, out)
	}
	if code, out := send("a guess", "right.json"); code == 0 || !strings.Contains(out, "401") {
		t.Errorf("a wrong secret: %d\n%s", code, out)
	}
}
