//go:build unix

package wordpress

import (
	"strings"
	"testing"
)

func TestClassicEditorBlocksMendsAndPublishes(t *testing.T) {
	s := start(t)
	b := browse(t, s, editor)
	text := "这项工作己经完成。\n\n大家要<strong>再接</strong>再励，做好下一步工作。"
	id := s.insert(t, `'post_type' => 'gonggao', 'post_title' => '公告', 'post_status' => 'draft', 'post_content' => '`+text+`'`)
	open := func(verdict string) {
		t.Helper()
		b.open("/wp-admin/post.php?action=edit&post=" + id)
		b.wait(`window.tinymce && tinymce.get('content') && tinymce.get('content').initialized`)
		b.wait(`document.getElementById('proofcheck').dataset.verdict === '` + verdict + `'`)
	}
	open("block")
	if got, want := b.text(`[...document.querySelectorAll('#proofcheck .proofcheck-jump')].map(e => e.textContent)`), "Paragraph 1,Paragraph 2"; got != want {
		t.Errorf("the findings sit in %s, want %s", got, want)
	}
	b.eval(`document.querySelectorAll('#proofcheck .proofcheck-jump')[1].click()`)
	b.wait(`tinymce.get('content').selection.getContent({format: 'text'}) === '再接再励'`)
	b.click("#publish")
	b.wait(`document.querySelector('.notice.proofcheck-held')`)
	if got := s.status(t, id); got != "pending" {
		t.Fatalf("it is %s", got)
	}
	if got := b.text(`document.querySelector('.notice.proofcheck-held').textContent`); !strings.Contains(got, "再接再励") {
		t.Errorf("the notice is %s", got)
	}
	open("block")
	b.press("#proofcheck", "已经")
	b.wait(`document.querySelectorAll('#proofcheck .is-error').length === 1`)
	b.press("#proofcheck", "再接再厉")
	b.wait(`document.getElementById('proofcheck').dataset.verdict === 'pass'`)
	b.click("#publish")
	b.wait(`document.querySelector('#message') && !document.querySelector('.notice.proofcheck-held')`)
	want := "publish\n" + strings.NewReplacer("己经", "已经", "再励", "再厉").Replace(text)
	if got := s.php(t, `echo get_post_status( `+id+` ), "\n", str_replace( "\r", '', get_post( `+id+` )->post_content );`); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// A change to the worse does not reach readers, and is not lost.
	open("pass")
	b.eval(`switchEditors.go('content', 'html'); document.getElementById('content').value = '会议按步就班地进行。'`)
	b.click("#publish")
	b.wait(`document.querySelector('.notice.proofcheck-held')`)
	if got := s.php(t, `echo get_post_status( `+id+` ), "\n", str_replace( "\r", '', get_post( `+id+` )->post_content );`); got != want {
		t.Errorf("readers see\n%s", got)
	}
	if got := b.text(`[...document.querySelectorAll('.notice')].map(e => e.textContent).join(' ')`); !strings.Contains(got, "more recent than the version below") {
		t.Errorf("the autosave is not offered: %s", got)
	}
}
