package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"proofcheck/checker"
	"proofcheck/internal/testbrowser"
	"proofcheck/lexicon"
	"proofcheck/server"
	"proofcheck/server/page"
)

// patience is how long a test waits for what must come; it is no measure of speed.
const patience = 30 * time.Second

// chromium is one browser for all tests; each opens a profile of its own in it.
var chromium = sync.OnceValues(func() (context.Context, error) {
	program := testbrowser.Find()
	if program == "" {
		return nil, exec.ErrNotFound
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.WindowSize(1360, 860))
	ctx, stopAllocator := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(ctx)
	stopBrowser = func() { stop(); stopAllocator() }
	return ctx, chromedp.Do(ctx)
})

var stopBrowser = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	stopBrowser()
	os.Exit(code)
}

// tab is the page in a browser, with what it has asked for.
type tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	asked    []string // addresses
	download string   // folder
}

// open opens the page that a service shows, or skips the test where there is no Chromium.
func open(t testing.TB, url string) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	parent, err := chromium()
	if err != nil {
		if os.Getenv("PROOFCHECK_CI") == "1" {
			t.Fatal("no Chromium here; .ci/run installs it: ", err)
		}
		t.Skip("no Chromium here: ", err)
	}
	b := &tab{t: t, download: t.TempDir()}
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.listen))
	t.Cleanup(cancel)
	b.ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(b, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: b.download, BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
	})
	call(b, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: helpers})
	b.run(chromedp.Navigate(url))
	b.wait("document.body.dataset.state", "empty")
	b.wait("active()", "cm-content")
	return b
}

func (b *tab) listen(event any) {
	if e, ok := event.(*network.EventRequestWillBeSent); ok {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.asked = append(b.asked, e.Request.URL)
	}
}

// helpers look into the page. Sent are the bodies of its checks.
const helpers = `
if (window === top) {
window.sent = [];
const plain = window.fetch;
window.fetch = (url, init) => {
  if (init?.body && String(url).includes('check')) sent.push(JSON.parse(init.body));
  return plain(url, init);
};
window.root = () => document.getElementById('editor').shadowRoot;
window.text = () => [...root().querySelectorAll('.cm-line')].map(l => l.textContent).join('\n');
window.marks = () => [...root().querySelectorAll('.found')].map(m => m.textContent).join('|');
window.cards = () => [...document.querySelectorAll('#list .card .what')].map(c => c.textContent).join('|');
window.rate = () => parseFloat(document.getElementById('rate').textContent.replaceAll(',', ''));
window.active = () => { let a = document.activeElement; if (a?.id === 'editor') a = root().activeElement; return a?.className.split(' ')[0] || a?.id || a?.tagName; };
window.paste = text => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  root().querySelector('.cm-content').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
};
window.drop = (name, type, bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, {type}));
  document.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
};
}`

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// call sends a command of the protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// eval returns the value of an expression, awaited, as text.
func (b *tab) eval(expression string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string]("(async () => String(await ("+expression+")))()", chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// wait waits until an expression has a value.
func (b *tab) wait(expression, want string) {
	b.t.Helper()
	got := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = b.eval(expression); got == want {
			return
		}
	}
	b.t.Fatalf("%s: %q, want %q; %s", expression, got, want, b.eval("document.body.dataset.state + \" \" + text().slice(-300) + \" \" + document.getElementById(\"toast\").textContent + document.getElementById(\"banner\").textContent"))
}

// settled waits until the whole draft has been checked as it is.
func (b *tab) settled() {
	b.t.Helper()
	b.wait("document.body.dataset.state", "fresh")
}

func (b *tab) click(selector string) { b.t.Helper(); b.run(chromedp.Click(chromedp.CSS(selector))) }

// write puts text where the caret is, as an input method does.
func (b *tab) write(text string) {
	b.t.Helper()
	call(b, input.InsertText, input.InsertTextParams{Text: text})
}

// press presses a key, with modifiers.
func (b *tab) press(key string, modifiers ...chromedp.Modifier) {
	b.t.Helper()
	b.run(chromedp.KeyEvent(key, chromedp.KeyModifiers(modifiers...)))
}

func (b *tab) paste(text string) {
	b.t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		b.t.Fatal(err)
	}
	b.eval("paste(" + string(quoted) + ")")
}

// drop drops a file on the page.
func (b *tab) drop(name, media string, content []byte) {
	b.t.Helper()
	numbers := make([]int, len(content))
	for i, c := range content {
		numbers[i] = int(c)
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		b.t.Fatal(err)
	}
	b.eval(fmt.Sprintf("drop(%q, %q, %s)", name, media, list))
	b.wait("document.getElementById('which').selectedOptions[0].text", name)
}

// downloaded returns the content of a file once the browser has written it, and removes it.
func (b *tab) downloaded(name string) []byte {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		// The browser writes under another name first.
		file := filepath.Join(b.download, name)
		if data, err := os.ReadFile(file); err == nil && len(data) > 0 {
			if err := os.Remove(file); err != nil {
				b.t.Fatal(err)
			}
			return data
		}
	}
	b.t.Fatalf("%s was not downloaded", name)
	return nil
}

// picture keeps a screenshot when PROOFCHECK_SCREENSHOTS names a directory.
func (b *tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("PROOFCHECK_SCREENSHOTS")
	if dir == "" {
		return
	}
	b.run(chromedp.Sleep(300 * time.Millisecond))
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// newServer makes a service with the built-in lexicon and a list of words to allow; change, where it is
// not nil, changes the config.
func newServer(t testing.TB, limits server.Limits, change func(*server.Config)) *server.Server {
	t.Helper()
	var allowed []lexicon.Entry
	s, err := server.New(t.Context(), server.Options{
		Version: "test", Rules: "0000", Page: page.Handler(), Limits: limits,
		Words: &server.Words{
			Read:  func() ([]lexicon.Entry, error) { return slices.Clone(allowed), nil },
			Write: func(list []lexicon.Entry) error { allowed = slices.Clone(list); return nil },
		},
		Load: func(context.Context) (*server.Config, error) {
			set, err := lexicon.Compile(allowed)
			if err != nil {
				return nil, err
			}
			c := &server.Config{Base: server.Policy{Check: checker.Options{Lexicons: []*lexicon.Set{set}}, FailOn: lexicon.Error, Links: "off"}}
			if change != nil {
				change(c)
			}
			return c, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// service starts a service on a free port of this machine.
func service(t testing.TB) string {
	t.Helper()
	s := httptest.NewServer(newServer(t, server.Limits{}, nil))
	t.Cleanup(s.Close)
	return s.URL + "/"
}

// plug is a listener that can be pulled and put back under the same address.
type plug struct {
	t    testing.TB
	addr string
	h    http.Handler
	s    *http.Server
}

func newPlug(t testing.TB, h http.Handler) *plug {
	p := &plug{t: t, addr: "127.0.0.1:0", h: h}
	p.in()
	t.Cleanup(p.out)
	return p
}

func (p *plug) in() {
	p.t.Helper()
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.addr = l.Addr().String()
	p.s = &http.Server{Handler: p.h}
	go p.s.Serve(l)
}

func (p *plug) out() { p.s.Close() }

// article is a clean draft of about n characters.
func article(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < 3*n; i++ {
		fmt.Fprintf(&b, "第%d次会议听取了有关部门的汇报，研究了下一阶段的重点任务。会议要求，各单位要认真落实责任，把各项措施做细做实，确保群众得到实惠。\n\n", i+1)
	}
	return b.String()
}
