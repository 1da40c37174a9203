package page_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hostile is a draft that would like to act. What is at fault in it makes findings whose texts and
// messages hold markup, too.
const hostile = `<!DOCTYPE html>
<html><head><title>请登陆系统</title><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/away">
<style>@import "https://evil.example/a.css"; body { background: url(https://evil.example/b.png) } p { color: rgb(1, 2, 3) }</style>
<link rel="stylesheet" href="https://evil.example/c.css"><script>window.broken = top.broken = 1</script></head>
<body onload="top.broken = 2" style="background-image: url(https://evil.example/d.png)">
<p style="margin-left: 7px" onclick="top.broken = 3">请<b onmouseover="top.broken = 4">登</b>陆系统，，查看<img src="https://evil.example/e.png" onerror="top.broken = 5">。</p>
<p>&lt;img src=x onerror=top.broken=6&gt;的的&lt;script&gt;top.broken=7&lt;/script&gt;</p>
<svg onload="top.broken = 8"><script>top.broken = 9</script><a xlink:href="javascript:top.broken=10"><text y="9">登陆系统</text></a><animate onbegin="top.broken = 11"/></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=top.broken=12&gt;"></table></mtext></math>
<a id="bad" href="javascript:top.broken=13">我们的的工作</a> <a id="away" href="https://evil.example/f" target="_top">登陆系统</a>
<iframe srcdoc="<script>top.broken = 14</script>"></iframe><object data="https://evil.example/g"></object><embed src="https://evil.example/h">
<form action="https://evil.example/i"><button id="send" autofocus onfocus="top.broken = 15">登陆系统</button></form>
<video autoplay src="https://evil.example/j" poster="https://evil.example/k"></video><input type="image" src="https://evil.example/l">
<template><img src=x onerror="top.broken = 16"></template><noscript><p title="</noscript><img src=x onerror=top.broken=17>"></noscript>
</body></html>`

func TestNothingFromADraftRuns(t *testing.T) {
	t.Parallel()
	url := service(t)
	b := open(t, url)
	b.drop("</option><img src=x onerror=top.broken=18>.html", "text/html", []byte(hostile))
	b.settled()
	b.eval("document.getElementById('show-preview').click()")
	b.wait("document.getElementById('frame').contentDocument.querySelectorAll('mark.found').length > 3", "true")
	for _, click := range []string{"#bad", "#away", "#send", "svg a", "mark.found"} {
		b.eval("document.getElementById('frame').contentDocument.querySelector('" + click + "')?.dispatchEvent(new MouseEvent('click', {bubbles: true}))")
	}
	// All cards are opened: they show texts and contexts of the draft.
	for range 12 {
		b.press(kb.F8)
	}
	b.click("#export")
	b.press(kb.Escape)
	b.eval("new Promise(done => setTimeout(done, 500))")
	if got := b.eval("String(window.broken) + String(document.getElementById('frame').contentWindow.broken)"); got != "undefinedundefined" {
		t.Errorf("a script of the draft has run: %s", got)
	}
	if got := b.eval("location.href + ' ' + document.getElementById('frame').contentDocument.URL"); got != url+" about:blank" {
		t.Errorf("the draft has led away to %s", got)
	}
	if got := b.eval("document.querySelectorAll('#panel img, #panel script, .bar img').length + ' ' + document.getElementById('frame').contentDocument.querySelectorAll('script, iframe, object, embed, link, base, meta, video, form[action], [href], [src], [onclick], [onload], [onerror]').length"); got != "1 0" {
		t.Errorf("elements of the draft in the page (the brand is one), in the preview: %s", got)
	}
	// What only looks is kept: a style of an element and one of a sheet.
	if got := b.eval("(p => [p.marginLeft, p.color].join())(document.getElementById('frame').contentWindow.getComputedStyle(document.getElementById('frame').contentDocument.querySelector('p')))"); got != "7px,rgb(1, 2, 3)" {
		t.Errorf("the styles of the draft in the preview: %s", got)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, asked := range b.asked {
		if !strings.HasPrefix(asked, url) && !strings.HasPrefix(asked, "data:") {
			t.Errorf("was fetched: %s", asked)
		}
	}
}

func TestPreviewMarksWhatTheDraftShows(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	b.drop("a.html", "text/html", []byte("<h1>通知</h1>\n<p>请<b>登</b>陆系统，，<i title='登陆系统'>查看</i>。</p><!-- 登陆系统 -->\n<p>我们的的工作</p>"))
	b.settled()
	b.eval("document.getElementById('show-preview').click()")
	marks := "[...document.getElementById('frame').contentDocument.querySelectorAll('mark.found')].map(m => m.textContent).join('|')"
	b.wait(marks, "登|陆系统|，，|的的")
	if got := b.eval("document.getElementById('frame').contentDocument.body.textContent.trim().replace(/\\s+/g, ' ')"); got != "通知 请登陆系统，，查看。 我们的的工作" {
		t.Errorf("the preview shows %q", got)
	}
	if got := b.eval("document.getElementById('frame').getAttribute('sandbox')"); got != "allow-same-origin" {
		t.Errorf("sandbox %q", got)
	}
	// A click in the preview selects the finding; accepting it mends the preview.
	b.eval("[...document.getElementById('frame').contentDocument.querySelectorAll('mark.found')].at(-1).click()")
	b.wait("document.querySelector('.card.open .what')?.textContent", "的的 → 的")
	b.click(".card.open .does button")
	b.wait(marks, "登|陆系统|，，")
}

func TestScreenReadersAreToldWhatThingsAre(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	b.write("请登陆系统，，查看。")
	b.wait("cards()", "登陆系统 → 登录系统|，， → ，")
	b.settled()
	b.press(kb.F8)
	b.wait("document.getElementById('said').textContent", "错误 2 处，警告 0 处，提示 0 处")
	tree := call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	names := map[string][]string{}
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		role, name := word(t, n.Role), ""
		if n.Name != nil {
			name = word(t, n.Name)
		}
		names[role] = append(names[role], name)
	}
	for role, want := range map[string]string{
		"textbox": "稿件正文", "list": "问题列表", "heading": "校稿", "complementary": "检查结果", "navigation": "", "region": "稿件正文", "group": "按级别筛选", "status": "",
	} {
		if role == "navigation" { // only where the window is narrow
			continue
		}
		if !contains(names[role], want) && !(want == "" && len(names[role]) > 0) {
			t.Errorf("no %s %q among %q", role, want, names[role])
		}
	}
	for _, role := range []string{"button", "combobox", "textbox", "link", "list", "group", "region"} {
		for _, name := range names[role] {
			if strings.TrimSpace(name) == "" {
				t.Errorf("a %s has no name; all of them: %q", role, names[role])
			}
		}
	}
	if !contains(names["button"], "错误 登陆系统 → 登录系统 第 1 行 “登陆系统”应为“登录系统”") {
		t.Errorf("the button of the finding is not among %q", names["button"])
	}
	if got := b.eval("[...root().querySelectorAll('.found')].map(m => m.getAttribute('aria-invalid')).join()"); got != "spelling,grammar" {
		t.Errorf("aria-invalid of the marks: %s", got)
	}
	if got := b.eval("document.documentElement.lang + [...document.querySelectorAll('#levels button')].map(b => b.ariaPressed).join()"); got != "zh-CNtrue,true,true" {
		t.Errorf("language and pressed levels: %s", got)
	}
}

func word(t *testing.T, v *accessibility.Value) string {
	t.Helper()
	var s string
	if len(v.Value) > 0 {
		if err := json.Unmarshal(v.Value, &s); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(strings.Fields(s), " ")
}

func contains(list []string, want string) bool {
	for _, s := range list {
		if s == want {
			return true
		}
	}
	return false
}

// All of it can be done without a mouse.
func TestKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	b.wait("active()", "cm-content")
	b.write("请登陆系统，，查看。我们的的工作。又登陆系统。手机13800138000。")
	all := "登陆系统 → 登录系统|，， → ，|的的 → 的|登陆系统 → 登录系统|138****8000"
	b.wait("cards()", all)
	b.settled()
	selected := "document.querySelector('.card.open .what')?.textContent"
	b.press(kb.F8) // from the end it goes round to the first
	b.wait(selected, "登陆系统 → 登录系统")
	b.press(kb.F8)
	b.wait(selected, "，， → ，")
	b.press(kb.F8, kb.ModifierShift)
	b.wait(selected, "登陆系统 → 登录系统")
	b.press(".", kb.ModifierCtrl)
	b.wait("cards()", "，， → ，|的的 → 的|登陆系统 → 登录系统|138****8000")
	b.press(kb.F8)
	b.wait(selected, "，， → ，")
	b.press(";", kb.ModifierCtrl)
	b.wait("cards()", "的的 → 的|登陆系统 → 登录系统|138****8000")
	b.press(kb.F6)
	b.wait("active()", "head")
	b.press(kb.ArrowDown)
	b.press(kb.End)
	b.press(kb.ArrowUp)
	b.wait("document.activeElement.querySelector('.what').textContent", "登陆系统 → 登录系统")
	b.press("d")
	b.wait("cards()", "的的 → 的|138****8000")
	b.wait("document.activeElement.querySelector('.what')?.textContent", "138****8000")
	b.press(kb.Home)
	b.press(kb.Enter)
	b.wait(selected, "的的 → 的")
	b.press("a")
	b.wait("cards()", "138****8000")
	b.wait("active()", "head")
	b.press("z", kb.ModifierCtrl)
	b.wait("cards()", "的的 → 的|138****8000")
	b.press(kb.Escape)
	b.wait("active()", "cm-content")
	b.press(kb.Enter, kb.ModifierCtrl, kb.ModifierShift)
	b.wait("text()", "请登录系统，，查看。我们的工作。又登陆系统。手机13800138000。")
	// The tools: Tab goes through them, the menu opens, moves and closes by keys.
	b.press(kb.F6)
	b.wait("active()", "head")
	b.press(kb.F6)
	b.wait("active()", "open")
	b.press(kb.Tab)
	b.press(kb.Tab)
	b.wait("active()", "export")
	b.press(kb.Enter)
	b.wait("document.activeElement.dataset.export", "text")
	b.press(kb.ArrowUp)
	b.wait("document.activeElement.dataset.export", "xlsx")
	b.press(kb.Escape)
	b.wait("active() + document.getElementById('export').ariaExpanded", "exportfalse")
	b.press(kb.F6)
	b.wait("active()", "cm-content")
	// Tab leaves the text; the focus is never caught.
	b.press(kb.Tab)
	b.wait("String(active() === 'cm-content')", "false")
	b.eval("document.getElementById('help').focus()")
	b.press(kb.Enter)
	b.wait("String(document.getElementById('keys').open)", "true")
	b.press(kb.Escape)
	b.wait("String(document.getElementById('keys').open)", "false")
}

func TestLanguageAndTheme(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	b.write("请登陆系统。")
	b.wait("document.querySelector('.message')?.textContent", "“登陆系统”应为“登录系统”")
	ground := "getComputedStyle(document.body).backgroundColor"
	light := b.eval(ground)
	b.click("#language")
	b.wait("document.querySelector('.message')?.textContent", "登陆系统 should be 登录系统")
	if got := b.eval("[document.documentElement.lang, document.title, document.getElementById('accept-all').textContent, document.querySelector('.badge').textContent, root().querySelector('.cm-content').ariaLabel].join('|')"); got != "en|Proofreading · proofcheck|Accept 1 safe|Error|Text of the draft" {
		t.Errorf("in English: %s", got)
	}
	b.wait("document.getElementById('said').textContent", "1 errors, 0 warnings, 0 infos")
	if got := b.eval("document.body.innerText.match(/[\\u4e00-\\u9fff]+/g)?.filter(w => !'中文未命名稿件请登陆系统登录系统'.includes(w)).join()"); got != "" && got != "undefined" {
		t.Errorf("Chinese is left in the English page: %s", got)
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
	dark := b.eval(ground)
	if dark == light {
		t.Error("the page does not follow the system's dark scheme")
	}
	b.click("#theme") // light, whatever the system says
	b.wait(ground, light)
	b.click("#theme") // dark
	b.wait(ground, dark)
	b.run(chromedp.Reload())
	b.settled()
	if got := b.eval(ground + " + document.documentElement.lang"); got != dark+"en" {
		t.Errorf("after a reload: %s", got)
	}
	b.wait("document.querySelector('.message')?.textContent", "登陆系统 should be 登录系统")
}

func TestNarrowWindow(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	b.run(chromedp.EmulateViewport(390, 760))
	b.write("请登陆系统，，查看。")
	b.wait("document.getElementById('tab-count').textContent", "2")
	if got := b.eval("document.documentElement.scrollWidth <= innerWidth && getComputedStyle(document.getElementById('panel')).display"); got != "none" {
		t.Errorf("the page is wider than the window, or shows all of its parts: %s", got)
	}
	b.click(".tabs [data-view=panel]")
	b.wait("getComputedStyle(document.getElementById('panel')).display", "flex")
	b.click("#list li .head")
	b.click(".card.open .does button")
	b.wait("cards()", "，， → ，")
	b.click(".tabs [data-view=draft]")
	b.wait("text()", "请登录系统，，查看。")
}

// The example in both languages and themes, as the guide shows it.
func TestExampleInAllLooks(t *testing.T) {
	t.Parallel()
	for _, look := range []struct{ name, lang, scheme, preview, first string }{
		{"page-light-zh", "zh", "light", "true", "警告 <head> 第 3 行"},
		{"page-dark-zh", "zh", "dark", "false", "警告 <head> 第 3 行"},
		{"page-light-en", "en", "light", "false", "Warning <head> line 3"},
		{"page-dark-en", "en", "dark", "true", "Warning <head> line 3"},
	} {
		b := open(t, service(t))
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}})
		b.run(chromedp.EmulateViewport(1320, 740))
		b.eval(`localStorage.setItem("proofcheck.settings", '{"lang": "` + look.lang + `", "profile": "gov", "preview": ` + look.preview + `}')`)
		b.run(chromedp.Reload())
		b.wait("document.body.dataset.state", "empty")
		b.click("#start-sample")
		b.settled()
		b.wait("[...(document.querySelector('#list .head')?.children ?? [])].slice(0, 3).map(c => c.textContent).join(' ')", look.first)
		b.wait("getComputedStyle(document.documentElement).colorScheme + !document.getElementById('preview').hidden", look.scheme+look.preview)
		for range 3 {
			b.press(kb.F8)
		}
		b.wait("document.querySelector('.card.open .what')?.textContent", "，， → ，")
		b.picture(look.name)
	}
}
