//go:build unix

package wordpress

import (
	"fmt"
	"strings"
	"testing"
)

func TestOverrideNeedsTheRightAndAReason(t *testing.T) {
	s := start(t)
	_, answer := s.rest(t, author, "POST", "/wp/v2/posts", map[string]any{"title": "通知", "content": wrong, "status": "draft"})
	id := number(t, answer["id"])
	route := "/proofcheck/v1/posts/" + id + "/override"
	if code, _ := s.rest(t, author, "POST", route, map[string]any{"reason": "引文如此"}); code != 403 {
		t.Errorf("an author: %d", code)
	}
	if code, _ := s.rest(t, "", "POST", route, map[string]any{"reason": "引文如此"}); code != 401 {
		t.Errorf("nobody: %d", code)
	}
	if code, _ := s.rest(t, "", "POST", "/proofcheck/v1/posts/"+id+"/check", map[string]any{}); code != 401 {
		t.Errorf("nobody, a check: %d", code)
	}
	if code, _ := s.rest(t, editor, "POST", route, map[string]any{"reason": " \n "}); code != 400 {
		t.Errorf("an editor without a reason: %d", code)
	}
	if code, answer := s.rest(t, editor, "POST", route, map[string]any{"reason": "引文如此"}); code != 200 || answer["allowed"] != true {
		t.Fatalf("an editor with a reason: %d %v", code, answer)
	}
	if got := s.php(t, `$o = Proofcheck\Records::overrides( `+id+` )[0]; echo $o['reason'], '|', get_userdata( $o['user'] )->user_login, '|', count( $o['fingerprints'] );`); got != "引文如此|bianji|2" {
		t.Errorf("the record is %s", got)
	}
	// The server has it too.
	if audit := get(t, "http://"+s.hook+"/v1/audit?limit=1000"); !strings.Contains(audit, "引文如此") || !strings.Contains(audit, editor) {
		t.Errorf("the audit of the server: %s", audit)
	}
	// What was overridden holds for the post; what is new does not.
	if code, _ := s.rest(t, author, "POST", "/wp/v2/posts/"+id, map[string]any{"status": "publish", "content": wrong + "\n\n" + another}); code != 422 {
		t.Errorf("with a new error: %d", code)
	}
	if code, answer := s.rest(t, author, "POST", "/wp/v2/posts/"+id, map[string]any{"status": "publish"}); code != 200 || answer["status"] != "publish" {
		t.Errorf("with what was overridden: %d %v", code, answer)
	}
}

func TestBlockEditorOverride(t *testing.T) {
	s := start(t)
	b := browse(t, s, editor)
	id := s.insert(t, `'post_title' => '通知', 'post_status' => 'draft', 'post_content' => '`+wrong+`'`)
	b.edit(id)
	b.prepublish("block")
	b.wait(fmt.Sprintf("document.querySelector(%q)", panel+" .proofcheck-override textarea"))
	b.eval(fmt.Sprintf("document.querySelector(%q).focus()", panel+" .proofcheck-override textarea"))
	b.eval(`document.execCommand('insertText', false, '引用原文，保留原貌')`)
	b.press(panel+" .proofcheck-override", "Override")
	b.click(confirm)
	b.wait(`wp.data.select('core/editor').isCurrentPostPublished()`)
	if got := s.php(t, `echo get_post_status( `+id+` ), '|', Proofcheck\Records::overrides( `+id+` )[0]['reason'];`); got != "publish|引用原文，保留原貌" {
		t.Errorf("got %s", got)
	}
}

func TestClassicEditorOverride(t *testing.T) {
	s := start(t)
	b := browse(t, s, editor)
	id := s.insert(t, `'post_type' => 'gonggao', 'post_title' => '公告', 'post_status' => 'draft', 'post_content' => '会议按步就班地进行。'`)
	b.open("/wp-admin/post.php?action=edit&post=" + id)
	b.wait(`document.getElementById('proofcheck-override') && !document.getElementById('proofcheck-override').hidden`)
	b.eval(`document.getElementById('proofcheck_reason').value = '原文如此'`)
	b.click("#publish")
	b.wait(`document.querySelector('#message')`)
	if got := s.php(t, `echo get_post_status( `+id+` ), '|', Proofcheck\Records::overrides( `+id+` )[0]['reason'];`); got != "publish|原文如此" {
		t.Errorf("got %s", got)
	}
	// Without a valid nonce the reason counts for nothing.
	id = s.insert(t, `'post_type' => 'gonggao', 'post_title' => '公告', 'post_status' => 'draft', 'post_content' => '会议按步就班地进行。'`)
	b.open("/wp-admin/post.php?action=edit&post=" + id)
	b.wait(`document.getElementById('proofcheck-override') && !document.getElementById('proofcheck-override').hidden`)
	b.eval(`document.getElementById('proofcheck_reason').value = '原文如此'; document.getElementById('proofcheck_nonce').value = 'forged'`)
	b.click("#publish")
	b.wait(`document.querySelector('.notice.proofcheck-held')`)
	if got := s.status(t, id); got != "pending" {
		t.Errorf("with a forged nonce it is %s", got)
	}
}
