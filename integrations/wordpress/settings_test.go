//go:build unix

package wordpress

import (
	"net/http"
	"strings"
	"testing"
)

func TestSettingsPage(t *testing.T) {
	s := start(t)
	b := browse(t, s, admin)
	page := "/wp-admin/options-general.php?page=proofcheck"
	b.open(page)
	b.eval(`document.getElementById('proofcheck-url').value = 'ftp://example.com';
		document.getElementById('proofcheck-url').type = 'text';
		document.getElementById('proofcheck-token').value = 'a-secret-token';
		document.getElementById('proofcheck-profile').value = 'gov';
		document.getElementById('proofcheck-fail').value = 'open';
		document.getElementById('proofcheck-timeout').value = '7';
		document.getElementById('proofcheck-held').value = 'draft';
		document.getElementById('proofcheck-lang').value = 'zh';
		document.querySelector('input[name="proofcheck[types][]"][value=page]').checked = false;
		document.querySelector('form[action="options.php"] #submit').click()`)
	b.wait(`document.querySelector('.settings-error')`)
	if got := b.text(`[...document.querySelectorAll('.settings-error')].map(e => e.innerText).join(' ')`); !strings.Contains(got, "must begin with http") {
		t.Errorf("a wrong address: %q", got)
	}
	want := `{"url":"http://` + s.hook + `","token":"a-secret-token","profile":"gov","fail":"open","timeout":7,"types":["post","gonggao"],"lang":"zh","held":"draft"}`
	if got := s.php(t, `echo json_encode( get_option( 'proofcheck' ), JSON_UNESCAPED_SLASHES );`); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if strings.Contains(b.text(`document.documentElement.outerHTML`), "a-secret-token") {
		t.Error("the page shows the token")
	}
	b.click("#proofcheck_try")
	b.wait(`document.querySelector('.settings-error') && document.querySelector('.settings-error').innerText.includes('The server answers')`)
	s.stopServer(t)
	b.click("#proofcheck_try")
	b.wait(`document.querySelector('.settings-error') && document.querySelector('.settings-error').innerText.includes('could not be asked')`)
	// Roles.
	b.eval(`document.querySelector('input[name="roles[]"][value=editor]').checked = false; document.getElementById('proofcheck_roles').click()`)
	b.wait(`document.querySelector('.settings-error') && document.querySelector('.settings-error').innerText.includes('Roles saved')`)
	has := `foreach ( array( 'administrator', 'editor', 'author' ) as $r ) { echo get_role( $r )->has_cap( 'proofcheck_override' ) ? 'y' : 'n'; }`
	if got := s.php(t, has); got != "ynn" {
		t.Errorf("administrator, editor, author: %s", got)
	}
	s.php(t, `Proofcheck\Settings::grant( array( 'administrator', 'editor' ) );`)
}

func TestSettingsAreForAdministrators(t *testing.T) {
	s := start(t)
	b := browse(t, s, editor)
	b.open("/wp-admin/options-general.php?page=proofcheck")
	if got := b.text(`document.body.innerText`); !strings.Contains(got, "not allowed") {
		t.Errorf("an editor sees %s", got)
	}
	for _, action := range []string{"proofcheck_try", "proofcheck_roles"} {
		b.open("/wp-admin/admin-post.php?action=" + action)
		if got := b.text(`document.body.innerText`); !strings.Contains(got, "may not change") {
			t.Errorf("%s by an editor: %s", action, got)
		}
	}
	a := browse(t, s, admin)
	a.open("/wp-admin/admin-post.php?action=proofcheck_roles")
	if got := a.text(`document.body.innerText`); !strings.Contains(got, "expired") {
		t.Errorf("without a nonce: %s", got)
	}
}

func TestChinese(t *testing.T) {
	s := start(t)
	b := browse(t, s, admin)
	s.php(t, `update_user_meta( 1, 'locale', 'zh_CN' );`)
	defer s.php(t, `delete_user_meta( 1, 'locale' );`)
	id := s.insert(t, `'post_title' => '关于做好近期工作的通知', 'post_status' => 'draft', 'post_content' => '`+wrong+`'`)
	b.edit(id)
	b.prepublish("block")
	got := b.text(`document.querySelector('.editor-post-publish-panel .proofcheck-findings').innerText`)
	for _, want := range []string{"2 处错误", "第 1 块", "“己经”应为“已经”", "仍要发布，理由："} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	b.eval(`document.querySelectorAll('.editor-post-publish-panel .proofcheck-jump')[1].click()`)
	b.wait(`window.getSelection().toString() === '再接再励'`)
	b.picture("wordpress-panel-zh.png")
	b.open("/wp-admin/options-general.php?page=proofcheck")
	if got := b.text(`document.querySelector('.wrap').innerText`); !strings.Contains(got, "无法联系服务器时") {
		t.Errorf("the settings are not Chinese:\n%s", got)
	}
	b.picture("wordpress-settings.png")
}

func TestSecretsAndScriptsStayWhereTheyAre(t *testing.T) {
	s := start(t)
	b := browse(t, s, admin)
	const script = `<img src=x onerror="window.bitten = 1">己经`
	s.set(t, `'token' => 'a-secret-token'`)
	id := s.insert(t, `'post_title' => '`+script+`', 'post_status' => 'draft', 'post_content' => '`+wrong+`'`)
	s.php(t, `Proofcheck\Records::notice( `+id+`, '`+script+`' );
		add_post_meta( `+id+`, Proofcheck\Records::OVERRIDE, array( 'user' => 1, 'time' => time(), 'reason' => '`+script+`"', 'check' => '', 'fingerprints' => array() ) );`)
	for _, path := range []string{"/wp-admin/edit.php", "/wp-admin/index.php"} {
		b.open(path)
		if got := b.text(`window.bitten`); got != "undefined" {
			t.Errorf("%s ran a script", path)
		}
	}
	b.edit(id)
	b.prepublish("block")
	if html := b.text(`document.documentElement.outerHTML`); strings.Contains(html, "a-secret-token") {
		t.Error("the editor has the token")
	}
	if got := b.text(`window.bitten`); got != "undefined" {
		t.Error("the editor ran a script")
	}
	// Hidden post meta is not for the REST interface.
	resp, err := http.Get(s.url + "/?rest_route=/wp/v2/posts")
	if text := body(t, resp, err); strings.Contains(text, "_proofcheck") {
		t.Error("post meta is public")
	}
}

// TestUninstallLeavesNothing takes the plugin's data away, and gives the defaults back to what follows.
func TestUninstallLeavesNothing(t *testing.T) {
	s := start(t)
	s.insert(t, `'post_title' => '通知', 'post_content' => '`+wrong+`', 'post_status' => 'publish'`)
	got := s.php(t, `
		define( 'WP_UNINSTALL_PLUGIN', 'proofcheck/proofcheck.php' );
		$count = function () {
			global $wpdb;
			$n = (int) $wpdb->get_var( "SELECT COUNT(*) FROM {$wpdb->postmeta} WHERE meta_key LIKE '%proofcheck%'" );
			$o = (int) $wpdb->get_var( "SELECT COUNT(*) FROM {$wpdb->options} WHERE option_name LIKE '%proofcheck%'" );
			$r = substr_count( serialize( get_option( 'wp_user_roles' ) ), 'proofcheck' );
			return ( $n > 0 ? 'some' : 'no' ) . ' meta, ' . $o . ' options, ' . $r . ' roles';
		};
		echo $count(), '; ';
		include WP_PLUGIN_DIR . '/proofcheck/uninstall.php';
		echo $count();
		Proofcheck\Settings::install();`)
	if want := "some meta, 1 options, 2 roles; no meta, 0 options, 0 roles"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
