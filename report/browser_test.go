package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/internal/testbrowser"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// browser drives a headless Chromium by its DevTools protocol over a pipe.
type browser struct {
	t       *testing.T
	out     *os.File
	in      *bufio.Reader
	id      int
	session string
}

// startBrowser opens a page, or skips the test where there is no Chromium.
func startBrowser(t *testing.T, page string) *browser {
	t.Helper()
	program := testbrowser.Chromium(t)
	theirs, ours, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
		"--user-data-dir="+t.TempDir(), "--window-size=1200,900", "about:blank")
	cmd.ExtraFiles = []*os.File{theirs, theirOut}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	theirOut.Close()
	b := &browser{t: t, out: ours, in: bufio.NewReader(answers)}
	t.Cleanup(func() {
		b.call("Browser.close", nil)
		ours.Close()
		cmd.Wait()
		answers.Close()
	})
	var targets struct {
		TargetInfos []struct{ TargetID, Type string }
	}
	b.into(&targets, "Target.getTargets", nil)
	for _, target := range targets.TargetInfos {
		if target.Type == "page" {
			var attached struct{ SessionID string }
			b.into(&attached, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true})
			b.session = attached.SessionID
		}
	}
	b.call("Page.enable", nil)
	b.call("Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true})
	b.call("Page.navigate", map[string]any{"url": "file://" + page})
	for b.eval("document.readyState + location.protocol") != "completefile:" {
	}
	return b
}

// call sends a command and returns its result; events are passed over.
func (b *browser) call(method string, params any) json.RawMessage {
	b.t.Helper()
	b.id++
	message := map[string]any{"id": b.id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" && !strings.HasPrefix(method, "Browser.") {
		message["sessionId"] = b.session
	}
	raw, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.out.Write(append(raw, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		raw, err := b.in.ReadBytes(0)
		if err != nil {
			b.t.Fatalf("%s: %v", method, err)
		}
		var answer struct {
			ID     int
			Result json.RawMessage
			Error  struct{ Message string }
		}
		if err := json.Unmarshal(raw[:len(raw)-1], &answer); err != nil {
			b.t.Fatal(err)
		}
		if answer.ID == b.id {
			if answer.Error.Message != "" {
				b.t.Fatalf("%s: %s", method, answer.Error.Message)
			}
			return answer.Result
		}
	}
}

func (b *browser) into(v any, method string, params any) {
	b.t.Helper()
	if err := json.Unmarshal(b.call(method, params), v); err != nil {
		b.t.Fatal(err)
	}
}

// eval returns the value of an expression, awaited, as text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	var out struct {
		Result           struct{ Value any }
		ExceptionDetails struct {
			Exception struct{ Description string }
		}
	}
	b.into(&out, "Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true})
	if d := out.ExceptionDetails.Exception.Description; d != "" {
		b.t.Fatalf("%s: %s", expression, d)
	}
	return fmt.Sprint(out.Result.Value)
}

// picture keeps a screenshot when PROOFCHECK_SCREENSHOTS names a directory.
func (b *browser) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("PROOFCHECK_SCREENSHOTS")
	if dir == "" {
		return
	}
	var shot struct{ Data []byte }
	b.into(&shot, "Page.captureScreenshot", nil)
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot.Data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// long is a draft with n findings, two to a paragraph.
func long(n int) *sample {
	d := newSample("long.md", "markdown")
	for i := 0; i < n; i += 2 {
		d.segment(source.Paragraph, 0, fmt.Sprintf("第%d段：请登陆系统，按时报送材料，并做好安全生产工做。", i/2))
		d.finding("登陆", checker.Finding{Rule: "typo/word", Level: lexicon.Error, Message: "“登陆”应为“登录”", Source: "词典"}, "登录")
		d.finding("工做", checker.Finding{Rule: "expression/word", Level: lexicon.Warning, Message: "“工做”应为“工作”"}, "工作")
	}
	return d
}

func TestHTMLPageWorksInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	page := filepath.Join(t.TempDir(), "report.html")
	list := append(samples(), long(5000))
	if err := os.WriteFile(page, write(t, ByName("html"), Options{}, list), 0o644); err != nil {
		t.Fatal(err)
	}
	b := startBrowser(t, page)
	settle := "new Promise(done => setTimeout(done, 200))"
	status := "document.getElementById('status').textContent"
	openCard := "[...document.querySelectorAll('.cards.open .card')].filter(c => c.offsetParent).map(c => c.querySelector('.what').textContent).join('|')"
	press := func(key string) string {
		return "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '" + key + "', bubbles: true}))"
	}
	for _, step := range []struct{ name, do, look, want string }{
		{"the script runs under the page's own policy", "", status, "显示 5009 / 5009 处"},
		{"nothing is fetched", "", "performance.getEntriesByType('resource').length", "0"},
		{"drafts bring no elements of their own", "", "document.querySelectorAll('main script, main b, main i').length", "0"},
		{"scripts from elsewhere are refused", "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.broken=1\">'); " + settle, "String(window.broken)", "undefined"},
		{"j goes to the first finding and opens its card", press("j"), "document.activeElement.textContent + ': ' + " + openCard,
			"<script>alert(1)</script>: 提示 标题里有“<script>alert('x')</script>”"},
		{"j again goes to the next", press("j"), openCard, "错误 “登陆”应为“登录”"},
		{"the card lies inside the window", "", "(r => r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight)(document.querySelector('.cards.open').getBoundingClientRect())", "true"},
		{"Escape closes it", press("Escape"), openCard, ""},
		{"overlapping findings share a card list", "document.querySelector('mark[data-f~=\"4\"][data-f~=\"5\"]').focus()", openCard, "警告 ::error::100% 第二行|警告 与别的发现交叠"},
		{"the mouse opens cards too", "document.querySelector('mark[data-f=\"8\"]').dispatchEvent(new MouseEvent('mouseover', {bubbles: true}))", openCard, "错误 x"},
		{"a level is filtered", "document.querySelector('[name=level][value=error]').click(); " + settle, status, "显示 2505 / 5009 处"},
		{"marks follow the filter", "", "document.querySelectorAll('mark:not(.off)[data-f=\"2\"]').length + ' ' + document.querySelector('mark.off').tabIndex", "0 -1"},
		{"reset shows all again", "document.querySelector('[type=reset]').click(); " + settle, status, "显示 5009 / 5009 处"},
		{"search looks at text and messages", "document.getElementById('query').value = '交叠'; document.getElementById('query').dispatchEvent(new Event('input', {bubbles: true})); " + settle, status, "显示 1 / 5009 处"},
		{"only paragraphs with findings", "document.querySelector('[name=only]').click(); " + settle, "[...document.querySelectorAll('.block')].filter(x => x.offsetParent).length", "1"},
		{"a rule is filtered", "document.querySelector('[type=reset]').click(); document.querySelector('[name=rule]').value = 'sensitive/word'; document.getElementById('filter').dispatchEvent(new Event('input')); " + settle, status, "显示 1 / 5009 处"},
	} {
		if step.do != "" {
			b.eval(step.do)
		}
		if got := strings.Join(strings.Fields(b.eval(step.look)), " "); got != step.want {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
	b.eval("document.querySelector('[type=reset]').click(); " + settle + ".then(() => document.querySelector('mark[data-f=\"2\"]').focus())")
	b.picture("light")
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}})
	b.picture("dark")
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": "print"})
	if got := b.eval("[...document.querySelectorAll('.card')].slice(0, 7).filter(c => c.offsetParent).length"); got != "7" {
		t.Errorf("on paper, %s of the first 7 cards are shown", got)
	}
	b.picture("print")
}
