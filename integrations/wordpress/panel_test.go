//go:build unix

package wordpress

import (
	"fmt"
	"strings"
	"testing"
)

// edit opens a post in the block editor.
func (b *tab) edit(id string) {
	b.t.Helper()
	b.open("/wp-admin/post.php?action=edit&post=" + id)
	b.wait(`window.wp && wp.data && wp.data.select('core/editor') && wp.data.select('core/block-editor').getBlockCount() > 0`)
}

// prepublish opens the panel before publishing and waits for its verdict.
func (b *tab) prepublish(verdict string) {
	b.t.Helper()
	b.click(".editor-post-publish-panel__toggle")
	b.wait(fmt.Sprintf(`document.querySelector('.editor-post-publish-panel .proofcheck-findings[data-verdict=%s][aria-busy=false]')`, verdict))
}

const (
	panel   = ".editor-post-publish-panel"
	confirm = panel + " .editor-post-publish-button"
)

func TestBlockEditorBlocksMendsAndPublishes(t *testing.T) {
	s := start(t)
	b := browse(t, s, author)
	id := s.insert(t, `'post_title' => '关于做好近期工作的通知', 'post_status' => 'draft', 'post_author' => get_user_by( 'login', 'zuozhe' )->ID, 'post_content' => '`+wrong+`'`)
	b.edit(id)
	b.prepublish("block")
	b.wait(fmt.Sprintf("document.querySelector(%q).getAttribute('aria-disabled') === 'true'", confirm))
	if got := b.text(fmt.Sprintf("[...document.querySelectorAll(%q)].map(e => e.textContent)", panel+" .proofcheck-jump")); !strings.HasPrefix(got, "Paragraph, block 1,Paragraph, block 2") {
		t.Errorf("the findings sit in %s", got)
	}
	if got := b.text(fmt.Sprintf("document.querySelectorAll(%q).length", panel+" textarea")); got != "0" {
		t.Error("an author is offered an override")
	}
	b.eval(fmt.Sprintf("document.querySelectorAll(%q)[1].click()", panel+" .proofcheck-jump"))
	b.wait(`(wp.data.select('core/block-editor').getSelectedBlock() || {attributes: {}}).attributes.content?.includes('再接再励')`)
	b.wait(`window.getSelection().toString() === '再接再励'`)
	b.picture("wordpress-panel.png")
	// The lock is a courtesy; the server refuses too.
	b.eval(`wp.data.dispatch('core/editor').editPost({status: 'publish'}); wp.data.dispatch('core/editor').savePost()`)
	b.wait(`wp.data.select('core/notices').getNotices().some(n => n.status === 'error' && n.content.includes('proofcheck'))`)
	if got := s.status(t, id); got != "draft" {
		t.Fatalf("it is %s", got)
	}
	b.edit(id)
	b.prepublish("block")
	b.press(panel, "已经")
	b.wait(`!wp.data.select('core/editor').getEditedPostContent().includes('己经')`)
	b.press(panel, "再接再厉")
	b.wait(fmt.Sprintf("document.querySelector('%s .proofcheck-findings[data-verdict=pass]')", panel))
	b.click(confirm)
	b.wait(`wp.data.select('core/editor').isCurrentPostPublished()`)
	if got := s.php(t, `echo get_post( `+id+` )->post_status, "\n", get_post( `+id+` )->post_content;`); got != "publish\n"+right {
		t.Errorf("got\n%s\nwant\npublish\n%s", got, right)
	}
	// A change of a public post is refused as well, and the sidebar says why.
	b.eval(`wp.data.dispatch('core/block-editor').updateBlockAttributes(wp.data.select('core/block-editor').getBlocks()[0].clientId, {content: '会议按步就班地进行。'});
		wp.data.dispatch('core/editor').savePost()`)
	b.wait(`document.querySelector('.proofcheck-sidebar .proofcheck-findings[data-verdict=block]')`)
	b.press(".proofcheck-sidebar", "按部就班")
	b.wait(`document.querySelector('.proofcheck-sidebar .proofcheck-findings[data-verdict=pass]')`)
	b.eval(`wp.data.dispatch('core/editor').savePost()`)
	b.wait(`!wp.data.select('core/editor').isEditedPostDirty() && !wp.data.select('core/editor').isSavingPost()`)
	if got := s.php(t, `echo get_post( `+id+` )->post_content;`); !strings.Contains(got, "按部就班") {
		t.Errorf("readers see\n%s", got)
	}
}

func TestBlockEditorMendsInsideOfOtherBlocks(t *testing.T) {
	s := start(t)
	b := browse(t, s, admin)
	nested := "<!-- wp:quote -->\n<blockquote class=\"wp-block-quote\"><!-- wp:paragraph -->\n<p>这项<strong>工作己</strong>经完成，A&amp;B。</p>\n<!-- /wp:paragraph --></blockquote>\n<!-- /wp:quote -->\n\n" +
		"<!-- wp:list -->\n<ul><!-- wp:list-item -->\n<li>一是安排。</li>\n<!-- /wp:list-item -->\n\n<!-- wp:list-item -->\n<li>二是再接再励。</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list -->\n\n" +
		"<!-- wp:html -->\n<div>会议按步就班地进行。</div>\n<!-- /wp:html -->\n\n<p>没有区块的文字，工作己经完成。</p>"
	id := s.insert(t, `'post_title' => '工作己经完成', 'post_status' => 'draft', 'post_content' => '`+nested+`'`)
	b.edit(id)
	before := b.text(`wp.data.select('core/editor').getEditedPostContent()`)
	b.prepublish("block")
	if got, want := b.text(fmt.Sprintf("[...document.querySelectorAll(%q)].map(e => e.textContent)", panel+" .is-error .proofcheck-jump")),
		"Title,Paragraph, block 1,List item, block 2,Custom HTML, block 3,Classic, block 4"; got != want {
		t.Errorf("the findings sit in %s, want %s", got, want)
	}
	b.press(panel, b.text(fmt.Sprintf("[...document.querySelectorAll(%q)].map(e => e.textContent).find(t => t.startsWith('Apply'))", panel+" button")))
	b.wait(fmt.Sprintf("document.querySelector('%s .proofcheck-findings[aria-busy=false]') && !document.querySelector('%[1]s .is-error')", panel))
	want := strings.NewReplacer("工作己</strong>经", "工作已</strong>经", "再接再励", "再接再厉", "按步就班", "按部就班", "工作己经", "工作已经").Replace(before)
	if got := b.text(`wp.data.select('core/editor').getEditedPostContent()`); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := b.text(`wp.data.select('core/editor').getEditedPostAttribute('title')`); got != "工作已经完成" {
		t.Errorf("the title is %s", got)
	}
}

func TestBlockEditorServerDown(t *testing.T) {
	s := start(t)
	s.stopServer(t)
	b := browse(t, s, author)
	id := s.insert(t, `'post_title' => '通知', 'post_status' => 'draft', 'post_author' => get_user_by( 'login', 'zuozhe' )->ID, 'post_content' => '`+wrong+`'`)
	b.edit(id)
	b.prepublish("unchecked")
	b.wait(fmt.Sprintf("document.querySelector(%q).getAttribute('aria-disabled') === 'true'", confirm))
	if got := b.text(fmt.Sprintf("document.querySelector(%q).textContent", panel+" .is-error")); !strings.Contains(got, "nothing is published unchecked") {
		t.Errorf("fail-closed says %q", got)
	}
	b.picture("wordpress-closed.png")
	s.set(t, "'fail' => 'open'")
	b.press(panel+" .proofcheck-findings", "Try again")
	b.wait(fmt.Sprintf("document.querySelector(%q)", panel+" .is-warning"))
	if got := b.text(fmt.Sprintf("document.querySelector(%q).textContent", panel+" .is-warning")); !strings.Contains(got, "could not be asked") {
		t.Errorf("fail-open says %q", got)
	}
	b.picture("wordpress-open.png")
	b.click(confirm)
	b.wait(`wp.data.select('core/editor').isCurrentPostPublished()`)
	if got := s.status(t, id); got != "publish" {
		t.Errorf("it is %s", got)
	}
}
