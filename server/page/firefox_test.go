package page_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"proofcheck/internal/testbrowser"
)

// Keys of WebDriver.
const (
	foxControl = "\ue009"
	foxHome    = "\ue011"
	foxF8      = "\ue038"
)

// The page in a browser of another make: what an editor does most, a draft that would like to act, and the dark scheme.
func TestFirefox(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	b := testbrowser.StartFirefox(t)
	wait := func(expression, want string) {
		t.Helper()
		got := ""
		for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			if got = b.Eval(expression); got == want {
				return
			}
		}
		t.Fatalf("%s: %q, want %q; %s", expression, got, want, b.Eval("document.body.dataset.state + ' ' + text()"))
	}
	url := service(t)
	b.Do("WebDriver:Navigate", map[string]any{"url": url})
	wait("document.body.dataset.state", "empty")
	b.Do("WebDriver:ExecuteScript", map[string]any{"script": helpers, "args": []any{}, "sandbox": nil})
	wait("active()", "cm-content")

	for _, character := range "请登陆系统。" {
		b.Press(string(character))
	}
	wait("marks()", "登陆系统")
	wait("cards()", "登陆系统 → 登录系统")
	wait("document.body.dataset.state", "fresh")
	b.Press(foxControl, foxHome)
	b.Press(foxF8)
	wait("document.querySelector('.card.open .what')?.textContent", "登陆系统 → 登录系统")
	b.Press(foxControl, ".")
	wait("text()", "请登录系统。")
	wait("cards()", "")
	b.Press(foxControl, "z")
	wait("text()", "请登陆系统。")
	wait("marks()", "登陆系统")

	// Nothing of a draft runs, neither in the editor nor in the preview.
	numbers := make([]int, len(hostile))
	for i := range len(hostile) {
		numbers[i] = int(hostile[i])
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		t.Fatal(err)
	}
	b.Eval(fmt.Sprintf("drop(%q, 'text/html', %s)", "</option><img src=x onerror=top.broken=18>.html", list))
	wait("document.getElementById('format').value", "html")
	wait("document.body.dataset.state", "fresh")
	b.Eval("document.getElementById('show-preview').click()")
	wait("document.getElementById('frame').contentDocument.querySelectorAll('mark.found').length > 3", "true")
	for _, click := range []string{"#bad", "#away", "#send", "svg a", "mark.found"} {
		b.Eval("document.getElementById('frame').contentDocument.querySelector('" + click + "')?.dispatchEvent(new MouseEvent('click', {bubbles: true}))")
	}
	b.Eval("new Promise(done => setTimeout(done, 500))")
	if got := b.Eval("[typeof window.broken, typeof document.getElementById('frame').contentWindow.broken, location.href, document.getElementById('frame').contentDocument.URL].join(' ')"); got != "undefined undefined "+url+" about:blank" {
		t.Errorf("the draft has done something: %s", got)
	}

	const ground = "getComputedStyle(document.body).backgroundColor"
	light := b.Eval(ground)
	b.Do("Marionette:SetContext", map[string]any{"value": "chrome"})
	b.Do("WebDriver:ExecuteScript", map[string]any{"script": "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', 0)", "args": []any{}})
	b.Do("Marionette:SetContext", map[string]any{"value": "content"})
	wait("matchMedia('(prefers-color-scheme: dark)').matches", "true")
	if dark := b.Eval(ground); dark == light {
		t.Errorf("the page is %s in light and dark", dark)
	}
}
