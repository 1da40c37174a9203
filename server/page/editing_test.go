package page_test

import (
	"bytes"
	"crypto/sha256"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"proofcheck/server"
)

func TestTypingShowsFindingsAndSendsWhatChanged(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	b.paste(article(10_000))
	b.settled()
	b.eval("sent.length = 0")
	b.write("请登陆系统。")
	b.wait("marks()", "登陆系统")
	b.wait("cards()", "登陆系统 → 登录系统")
	if got := b.eval("sent[0].content.length < 200 && sent[0].skip.includes('structure/sequence-gap')"); got != "true" {
		t.Errorf("for one sentence was sent: %s", b.eval("JSON.stringify(sent[0]).slice(0, 500)"))
	}
	b.settled()
	if got := b.eval("sent.length + ' ' + (sent.at(-1).content.length > 9000 && !sent.at(-1).skip)"); got != "2 true" {
		t.Errorf("requests, and the last one is whole: %s", got)
	}
}

// What is shown after a change of a block, and once the draft rests, is what a check of the whole
// draft finds, also for rules that judge it as a whole.
func TestFindingsOfTheWholeDraftStayRight(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	b.paste("# 通知\n\n一、总体要求。做好工作。\n\n三、组织领导。请登陆系统。\n\n<!-- proofcheck-disable typo/word -->\n\n四、附则。请登陆系统。\n")
	b.wait("document.getElementById('format').value", "markdown")
	b.settled()
	b.wait("cards()", "三、|登陆系统 → 登录系统")
	b.eval("sent.length = 0")
	// A change in the block that a comment has silenced, and after it.
	b.press(kb.End, kb.ModifierCtrl)
	b.press(kb.ArrowUp)
	b.press(kb.End)
	b.write("我们的的工作。")
	b.wait("cards()", "三、|登陆系统 → 登录系统|的的 → 的")
	if got := b.eval("sent.length + ' ' + !!sent[0].skip"); got != "1 true" {
		t.Errorf("the finding came with %s", got)
	}
	b.settled()
	b.wait("cards()", "三、|登陆系统 → 登录系统|的的 → 的")
	// The numbering is put right: only the whole check can say so.
	b.press(kb.Home, kb.ModifierCtrl)
	for range 4 {
		b.press(kb.ArrowDown)
	}
	b.press(kb.Delete)
	b.write("二")
	b.wait("cards()", "登陆系统 → 登录系统|四、|的的 → 的")
}

func TestAcceptAndUndo(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	b.paste("<p>请<b>登</b>陆系统，，查看。</p>\n<p>我们的的工作。</p>")
	b.settled()
	b.wait("document.getElementById('format').value", "html")
	b.wait("cards()", "登陆系统 → 登录系统|，， → ，|的的 → 的")
	before := b.eval("text()")
	b.press(kb.Home, kb.ModifierCtrl)
	b.press(kb.F8)
	b.wait("document.querySelector('.card.open .what')?.textContent", "登陆系统 → 登录系统")
	b.press(".", kb.ModifierCtrl)
	b.wait("text()", strings.Replace(before, "陆", "录", 1))
	b.wait("cards()", "，， → ，|的的 → 的")
	b.press("z", kb.ModifierCtrl)
	b.wait("text()", before)
	b.wait("cards()", "登陆系统 → 登录系统|，， → ，|的的 → 的")
	b.wait("document.getElementById('accept-all').textContent", "采纳有把握的 3 处")
	b.click("#accept-all")
	b.wait("text()", "<p>请<b>登</b>录系统，查看。</p>\n<p>我们的工作。</p>")
	b.settled()
	b.wait("document.getElementById('verdict').textContent", "未发现问题")
	b.wait("document.querySelector('#empty .good')?.textContent", "没有发现问题。")
	b.click("#undo")
	b.wait("text()", before)
	b.wait("String(document.getElementById('redo').disabled)", "false")
	b.click("#redo")
	b.wait("text()", "<p>请<b>登</b>录系统，查看。</p>\n<p>我们的工作。</p>")
	b.wait("cards()", "")
	// A click on a mark in the text selects it; a click on a card goes there.
	b.click("#undo")
	b.wait("marks()", "登|陆系统|，，|的的")
	b.eval("(m => { const r = m.getBoundingClientRect(), at = {bubbles: true, composed: true, clientX: r.x + 3, clientY: r.y + 3}; m.dispatchEvent(new MouseEvent('click', at)); })(root().querySelectorAll('.found')[3])")
	b.wait("document.querySelector('.card.open .what')?.textContent", "的的 → 的")
	b.click("#list li:nth-child(2) .head")
	b.wait("root().querySelector('.found.selected')?.textContent", "，，")
}

func TestFilters(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	b.paste("请登陆系统，，查看。手机13800138000。")
	b.settled()
	b.wait("cards()", "登陆系统 → 登录系统|，， → ，|138****8000")
	b.wait("[...document.querySelectorAll('#levels .n')].map(n => n.textContent).join()", "2,1,0")
	b.click("#levels [data-level=error]")
	b.wait("cards() + ' ' + marks()", "138****8000 13800138000")
	b.click("#levels [data-level=warning]")
	b.wait("document.querySelector('#empty p')?.textContent", "当前筛选条件下没有问题，另有 3 处未显示。")
	b.click("#empty button")
	b.wait("cards()", "登陆系统 → 登录系统|，， → ，|138****8000")
	b.eval("(s => { s.value = 'punctuation'; s.dispatchEvent(new Event('change')); })(document.getElementById('category'))")
	b.wait("cards()", "，， → ，")
	b.wait("document.getElementById('verdict').textContent", "有错误，改正后再发布")
	if got := b.eval("rate() > 0 && document.getElementById('characters').textContent"); got != "24" {
		t.Errorf("rate and characters: %s", got)
	}
}

func TestIgnoringSurvivesReload(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	draft := "请登陆系统。\n\n再登陆系统。\n\n又登陆系统。\n\n做好，，工作。"
	b.drop("notice.txt", "text/plain", []byte(draft))
	b.settled()
	const all = "登陆系统 → 登录系统|登陆系统 → 登录系统|登陆系统 → 登录系统|，， → ，"
	b.wait("cards()", all)
	rate := b.eval("rate()")
	b.click("#list li:nth-child(2) .head")
	b.click(".card.open .ignores button")
	b.wait("cards()", "登陆系统 → 登录系统|登陆系统 → 登录系统|，， → ，")
	b.eval("document.querySelector('#ignored').open = true")
	b.wait("document.querySelector('#ignored summary').textContent", "已忽略 1 项")
	if got := b.eval("rate() < " + rate); got != "true" {
		t.Error("the error rate counts what is ignored")
	}
	b.run(chromedp.Reload())
	b.settled()
	b.wait("text()", draft)
	b.wait("cards()", "登陆系统 → 登录系统|登陆系统 → 登录系统|，， → ，")
	b.click("#list li:nth-child(1) .head")
	b.click(".card.open .ignores button:nth-of-type(2)")
	b.wait("cards()", "，， → ，")
	b.press("z", kb.ModifierCtrl)
	b.wait("cards()", "登陆系统 → 登录系统|登陆系统 → 登录系统|，， → ，")
	b.press("y", kb.ModifierCtrl)
	b.wait("cards()", "，， → ，")
	b.run(chromedp.Reload())
	b.settled()
	b.wait("cards()", "，， → ，")
	// The same file, opened in another tab, is the same draft; a new text is not.
	b.click("#close")
	b.wait("document.body.dataset.state", "empty")
	b.paste(draft)
	b.settled()
	b.wait("cards()", all)
	b.drop("notice.txt", "text/plain", []byte(draft))
	b.settled()
	b.wait("cards()", "，， → ，")
	b.eval("document.querySelector('#ignored').open = true")
	b.click("#ignored li:nth-child(2) button")
	b.wait("cards()", "登陆系统 → 登录系统|登陆系统 → 登录系统|，， → ，")
}

// "Always" goes to the list of the service, with a reason, and holds for all drafts until it is undone.
func TestIgnoringAlways(t *testing.T) {
	t.Parallel()
	url := service(t)
	b := open(t, url)
	b.write("请登陆系统，，查看。再登陆系统。")
	const all = "登陆系统 → 登录系统|，， → ，|登陆系统 → 登录系统"
	b.wait("cards()", all)
	b.settled()
	b.click("#list li:nth-child(1) .head")
	b.click(".card.open .ignores button:nth-of-type(3)")
	b.wait("document.getElementById('reason-title').textContent", "总是忽略“登陆系统”")
	b.press(kb.Enter) // a reason is wanted
	if got := b.eval("document.getElementById('reason').open + cards()"); got != "true"+all {
		t.Errorf("without a reason: %s", got)
	}
	b.write("栏目名称")
	b.press(kb.Enter)
	b.wait("cards()", "，， → ，")
	const list = "fetch('v1/allow').then(r => r.json()).then(l => l.words.map(w => w.word + ':' + w.reason).join())"
	if got := b.eval(list); got != "登陆系统:栏目名称" {
		t.Errorf("the list of the service: %q", got)
	}
	other := open(t, url)
	other.write("请登陆系统，，查看。")
	other.wait("cards()", "，， → ，")
	// The list says who should be asked; taking the word off it brings the finding back.
	b.click("#ignored summary")
	b.wait("document.querySelector('#ignored li .fine').textContent", "总是 · 栏目名称")
	b.click("#ignored button")
	b.wait("cards()", all)
	if got := b.eval(list); got != "" {
		t.Errorf("the list of the service afterwards: %q", got)
	}
}

// Where the service wants a token, the page asks for it; where its policy is locked, the page leaves
// the choice to it.
func TestTokensAndLockedPolicies(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(newServer(t, server.Limits{}, func(c *server.Config) {
		c.Tokens = []server.Token{{Name: "editors", Hash: sha256.Sum256([]byte("secret")), Scopes: []string{"check"}}}
		c.Base.Locked = true
	}))
	t.Cleanup(s.Close)
	b := open(t, s.URL+"/")
	b.write("请登陆系统。")
	b.wait("document.querySelector('#banner p').textContent", "检查服务要求令牌。")
	b.click("#banner button")
	b.wait("active()", "token-text")
	b.write("secret")
	b.press(kb.Enter)
	b.wait("cards()", "登陆系统 → 登录系统")
	b.settled()
	b.wait("String(document.getElementById('banner').hidden)", "true")
	b.eval("sent.length = 0")
	b.press(kb.F6)
	b.wait("active()", "head")
	b.press(kb.Escape)
	b.wait("active()", "cm-content")
	b.press(kb.End, kb.ModifierCtrl)
	b.write("我们的的工作。")
	b.wait("cards()", "登陆系统 → 登录系统|的的 → 的")
	if got := b.eval("sent.some(q => q.skip || q.profile)"); got != "false" {
		t.Errorf("a locked policy is asked for %s", b.eval("JSON.stringify(sent)"))
	}
	// The token may check and no more.
	b.click("#list li .head")
	b.click(".card.open .ignores button:nth-of-type(3)")
	b.wait("active()", "reason-text")
	b.write("栏目名称")
	b.press(kb.Enter)
	b.wait("document.querySelector('#toast span').textContent.slice(0, 9)", "没有写入放行词表：")
	b.wait("cards()", "登陆系统 → 登录系统|的的 → 的")
}

func TestExport(t *testing.T) {
	t.Parallel()
	b := open(t, service(t))
	// A page in GBK with the line ends of Windows stays what it is.
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte("<meta charset=\"gbk\">\r\n<p>请登陆系统，，查看。</p>\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	b.drop("notice.html", "text/html", gbk)
	b.settled()
	b.wait("cards()", "登陆系统 → 登录系统|，， → ，")
	b.click("#list li:nth-child(1) .head")
	b.press("a")
	b.wait("cards()", "，， → ，")
	b.press("i")
	b.wait("cards()", "")
	b.settled()
	export := func(what string) {
		b.click("#export")
		b.click("[data-export=" + what + "]")
	}
	export("text")
	want := bytes.Replace(gbk, []byte{0xc2, 0xbd}, []byte{0xc2, 0xbc}, 1)
	if got := b.downloaded("notice.html"); !bytes.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	// A character that GBK lacks becomes a reference.
	b.press(kb.F6) // from the tools to the draft
	b.wait("active()", "cm-content")
	b.press(kb.End, kb.ModifierCtrl)
	b.write("<p>请登陆系统😀</p>")
	b.settled()
	b.wait("cards()", "登陆系统 → 登录系统")
	export("html")
	report := string(b.downloaded("notice.report.html"))
	if !strings.HasPrefix(report, "<!DOCTYPE html>") || !strings.Contains(report, "notice.html") || !strings.Contains(report, "“登陆系统”应为“登录系统”") || strings.Contains(report, "连用") {
		t.Errorf("the report is not that of the draft without what is ignored: %.300s", report)
	}
	export("xlsx")
	if sheet := b.downloaded("notice.xlsx"); !bytes.HasPrefix(sheet, []byte("PK")) {
		t.Errorf("%.20q is no workbook", sheet)
	}
	export("text")
	if got := string(b.downloaded("notice.html")); !strings.HasSuffix(got, "&#128512;</p>") {
		t.Errorf("%q", got)
	}
}

func TestServiceGoneAndBack(t *testing.T) {
	t.Parallel()
	p := newPlug(t, newServer(t, server.Limits{}, nil))
	b := open(t, "http://"+p.addr+"/")
	b.write("请登陆系统。")
	b.wait("cards()", "登陆系统 → 登录系统")
	b.settled()
	p.out()
	b.write("我们的的工作。")
	b.wait("document.body.dataset.state", "failed")
	b.wait("document.querySelector('#banner p').textContent", "与检查服务失去联系，正在重试。稿件仍在，可以继续编辑和导出。")
	b.wait("document.getElementById('verdict').textContent", "尚未检查")
	if got := b.eval("text()"); got != "请登陆系统。我们的的工作。" {
		t.Errorf("the draft is %q", got)
	}
	p.in()
	b.settled()
	b.wait("String(document.getElementById('banner').hidden) + cards()", "true登陆系统 → 登录系统|的的 → 的")
}

func TestDraftsThatAreRefused(t *testing.T) {
	t.Parallel()
	p := newPlug(t, newServer(t, server.Limits{Body: 4096}, nil))
	b := open(t, "http://"+p.addr+"/")
	b.paste(article(2000))
	b.wait("document.querySelector('#banner p').textContent", "稿件超过检查服务的上限（4 KiB）。请拆成几篇后分别检查。")
	b.click("#close")
	b.wait("String(document.getElementById('banner').hidden)", "true")
	b.eval("drop('big.txt', '', new Array(5000).fill(65))")
	b.wait("document.querySelector('#toast span').textContent", "“big.txt”超过 4 KiB，请拆分后再打开")
	for _, file := range []struct{ name, want string }{
		{"a.docx", "“a.docx”是文字处理文档。请另存为 HTML 或纯文本，或把正文粘贴进来"},
		{"a.png", "“a.png”不是 HTML、Markdown 或文本文件"},
		{"nul.txt", "“nul.txt”不是文本文件"},
	} {
		b.eval("drop('" + file.name + "', '', [65, 0, 66])")
		b.wait("document.querySelector('#toast span').textContent", file.want)
	}
	if got := b.eval("text() + document.getElementById('which').options.length"); !strings.HasSuffix(got, "1") {
		t.Errorf("a refused file became a draft: %s", got)
	}
}
