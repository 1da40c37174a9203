//go:build unix

package wordpress

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"proofcheck/internal/testbrowser"
)

// tab is a page of a headless Chromium in which somebody has logged in.
type tab struct {
	t    *testing.T
	site *site
	ctx  context.Context
}

// theBrowser is shared by all tests; each tab has cookies of its own.
var (
	theBrowser   context.Context
	closeBrowser = func() {}
)

// startBrowser starts it, or skips the test where there is no Chromium.
func startBrowser(t *testing.T) {
	t.Helper()
	if theBrowser != nil {
		return
	}
	program := testbrowser.Chromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.WindowSize(1280, 900))
	allocator, closeAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeIt := chromedp.NewContext(allocator)
	closeBrowser = func() { closeIt(); closeAllocator() }
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	theBrowser = ctx
}

// browse logs a user in.
func browse(t *testing.T, s *site, user string) *tab {
	t.Helper()
	startBrowser(t)
	ctx, closeTab := chromedp.NewContext(theBrowser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	b := &tab{t: t, site: s, ctx: ctx}
	b.open("/wp-login.php")
	b.eval(fmt.Sprintf(`document.getElementById('user_login').value = document.getElementById('user_pass').value = %q;
		document.getElementById('loginform').submit()`, user))
	b.wait(`location.pathname.includes('/wp-admin')`)
	return b
}

// do runs one action. Its context is that of the tab, which ends the browser with the test.
func do[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, action)
	if err != nil {
		b.t.Fatal(err)
	}
	return value
}

func (b *tab) open(path string) {
	b.t.Helper()
	do(b, chromedp.Navigate(b.site.url+path))
}

// eval runs JavaScript for its effect.
func (b *tab) eval(script string) {
	b.t.Helper()
	do(b, chromedp.Evaluate[chromedp.Void](script))
}

// text is a value of JavaScript as text.
func (b *tab) text(script string) string {
	b.t.Helper()
	return do(b, chromedp.Evaluate[string]("String("+script+")"))
}

// wait waits until a condition of JavaScript holds.
func (b *tab) wait(condition string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		// While a page is left, there is nobody to ask.
		if holds, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+condition+")")); err == nil && holds {
			return
		}
	}
	b.t.Fatalf("in vain: %s\nthe page says:\n%s", condition, b.text("document.body.innerText"))
}

// click clicks the first element of a selector that can be clicked.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.wait(fmt.Sprintf("(e => e && !e.disabled && e.getAttribute('aria-disabled') !== 'true')(document.querySelector(%q))", selector))
	b.eval(fmt.Sprintf("document.querySelector(%q).click()", selector))
}

// press clicks the button with these words below an element.
func (b *tab) press(within, words string) {
	b.t.Helper()
	find := fmt.Sprintf("[...document.querySelectorAll(%q)].find(e => e.textContent === %q && !e.disabled)", within+" button", words)
	b.wait(find)
	b.eval(find + ".click()")
}

// picture keeps what the page looks like where PICTURES names a folder.
func (b *tab) picture(name string) {
	b.t.Helper()
	folder := os.Getenv("PICTURES")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name), do(b, chromedp.CaptureScreenshot()), 0o600); err != nil {
		b.t.Fatal(err)
	}
}
