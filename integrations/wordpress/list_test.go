//go:build unix

package wordpress

import (
	"fmt"
	"strings"
	"testing"
)

// cell is the text of a post's cell in the column of verdicts.
func (b *tab) cell(id string) string {
	b.t.Helper()
	return b.text(fmt.Sprintf(`document.querySelector('#post-%s .column-proofcheck').innerText.trim()`, id))
}

func TestBulkCheckFromThePostsList(t *testing.T) {
	s := start(t)
	b := browse(t, s, editor)
	// Posts that were there before the plugin: it has seen none of them.
	s.php(t, `global $wpdb; $wpdb->query( "UPDATE {$wpdb->posts} SET post_status = 'trash' WHERE post_type = 'post'" );`)
	ids := map[string]string{}
	titles := map[string]string{"wrong": "关于开展年终检查的通知", "right": "全县工作会议召开", "another": "关于做好防汛工作的通知"}
	for name, text := range map[string]string{"wrong": wrong, "right": right, "another": another} {
		ids[name] = s.insert(t, `'post_title' => '`+titles[name]+`', 'post_status' => 'draft', 'post_content' => '`+text+`'`)
		s.php(t, `global $wpdb; $wpdb->update( $wpdb->posts, array( 'post_status' => 'publish' ), array( 'ID' => `+ids[name]+` ) );`)
	}
	b.open("/wp-admin/edit.php")
	if got := b.cell(ids["wrong"]); !strings.HasPrefix(got, "—") {
		t.Errorf("before the check: %q", got)
	}
	b.eval(`document.getElementById('cb-select-all-1').click(); document.getElementById('bulk-action-selector-top').value = 'proofcheck'`)
	b.click("#doaction")
	b.wait(`document.getElementById('proofcheck-done')`)
	if got, want := b.text(`document.getElementById('proofcheck-done').innerText.trim()`), "3 posts proofread: 2 with errors, 0 with warnings, 1 clean."; !strings.HasPrefix(got, want) {
		t.Errorf("it says %q, want %q", got, want)
	}
	if got, want := b.cell(ids["wrong"]), "Errors\n2 errors"; got != want {
		t.Errorf("the wrong one: %q, want %q", got, want)
	}
	if got := b.cell(ids["right"]); got != "Clean" {
		t.Errorf("the right one: %q", got)
	}
	b.picture("wordpress-list.png")
	b.open("/wp-admin/edit.php?proofcheck_verdict=block")
	if got := b.text(`document.querySelectorAll('#the-list tr').length`); got != "2" {
		t.Errorf("the filter shows %s", got)
	}
	// Nothing but the verdict has changed.
	if got := s.php(t, `$p = get_post( `+ids["wrong"]+` ); echo $p->post_status, $p->post_content;`); got != "publish"+wrong {
		t.Errorf("the check changed the post: %s", got)
	}
	s.php(t, `global $wpdb; $wpdb->update( $wpdb->posts, array( 'post_content' => '`+another+`' ), array( 'ID' => `+ids["wrong"]+` ) );`)
	b.open("/wp-admin/edit.php")
	if got := b.cell(ids["wrong"]); !strings.Contains(got, "changed since") {
		t.Errorf("a verdict of another text: %q", got)
	}
	// The server being down is said, and asked for once.
	s.stopServer(t)
	b.open("/wp-admin/edit.php")
	b.eval(`document.getElementById('cb-select-all-1').click(); document.getElementById('bulk-action-selector-top').value = 'proofcheck'`)
	b.click("#doaction")
	b.wait(`document.getElementById('proofcheck-done')`)
	if got := b.text(`document.getElementById('proofcheck-done').innerText`); !strings.Contains(got, "3 could not be checked") {
		t.Errorf("with the server down it says %q", got)
	}
}

func TestQuickEditIsHeldBack(t *testing.T) {
	s := start(t)
	b := browse(t, s, editor)
	id := s.insert(t, `'post_title' => '快速编辑', 'post_status' => 'draft', 'post_content' => '`+wrong+`'`)
	b.open("/wp-admin/edit.php")
	b.click(`#post-` + id + ` .editinline`)
	b.wait(`document.querySelector('#edit-` + id + ` select[name=_status]')`)
	b.eval(`document.querySelector('#edit-` + id + ` select[name=_status]').value = 'publish'`)
	b.click(`#edit-` + id + ` .save`)
	b.wait(`!document.querySelector('#edit-` + id + `') && document.querySelector('#post-` + id + `')`)
	if got := s.status(t, id); got != "pending" {
		t.Errorf("it is %s", got)
	}
	b.open("/wp-admin/index.php")
	if got := b.text(`[...document.querySelectorAll('.proofcheck-held')].map(e => e.innerText).join('\n')`); !strings.Contains(got, "快速编辑") {
		t.Errorf("the dashboard says %q", got)
	}
}
