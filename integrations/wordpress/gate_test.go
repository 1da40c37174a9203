//go:build unix

package wordpress

import (
	"encoding/json"
	"strings"
	"testing"
)

// Drafts of the tests. The wrong one has two errors.
const (
	wrong   = "<!-- wp:paragraph -->\n<p>这项工作己经完成。</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>大家要再接再励，做好下一步工作。</p>\n<!-- /wp:paragraph -->"
	right   = "<!-- wp:paragraph -->\n<p>这项工作已经完成。</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>大家要再接再厉，做好下一步工作。</p>\n<!-- /wp:paragraph -->"
	another = "<!-- wp:paragraph -->\n<p>会议按步就班地进行。</p>\n<!-- /wp:paragraph -->"
)

func TestRESTRefusesWhatHasErrors(t *testing.T) {
	s := start(t)
	code, answer := s.rest(t, author, "POST", "/wp/v2/posts", map[string]any{"title": "通知", "content": wrong, "status": "publish"})
	if code != 422 || answer["code"] != "proofcheck_blocked" {
		t.Fatalf("got %d %v", code, answer)
	}
	if message, _ := answer["message"].(string); !strings.Contains(message, "己经") || !strings.Contains(message, "已经") {
		t.Errorf("the message is %q", message)
	}
	data, _ := answer["data"].(map[string]any)["proofcheck"].(map[string]any)
	findings, _ := data["findings"].([]any)
	if data["verdict"] != "block" || len(findings) < 2 {
		t.Errorf("got %v", data)
	}
	if n := s.php(t, `echo wp_count_posts()->publish;`); n != "1" {
		t.Errorf("%s posts are public; the installer made 1", n)
	}
	for _, status := range []string{"draft", "pending", "private"} {
		if code, answer := s.rest(t, author, "POST", "/wp/v2/posts", map[string]any{"title": "通知", "content": wrong, "status": status}); code != 201 {
			t.Errorf("as %s: %d %v", status, code, answer)
		}
	}
	if code, answer := s.rest(t, author, "POST", "/wp/v2/posts", map[string]any{"title": "通知", "content": right, "status": "publish"}); code != 201 || answer["status"] != "publish" {
		t.Errorf("without errors: %d %v", code, answer)
	}
	if code, _ := s.rest(t, author, "POST", "/wp/v2/posts", map[string]any{"title": "工作己经完成", "content": right, "status": "publish"}); code != 422 {
		t.Errorf("with an error in the title: %d", code)
	}
	if code, _ := s.rest(t, author, "POST", "/wp/v2/posts", map[string]any{"title": "通知", "content": wrong, "status": "future", "date": "2099-01-01T08:00:00"}); code != 422 {
		t.Errorf("scheduled: %d", code)
	}
}

func TestFindingsPointIntoTheFields(t *testing.T) {
	s := start(t)
	// Characters beyond the basic plane take two UTF-16 units.
	content := "<!-- wp:paragraph -->\n<p>𠮷𠮷。[gallery ids=\"1,2\"]工作己经&amp;完成。</p>\n<!-- /wp:paragraph -->"
	id := s.insert(t, `'post_title' => '事情己经办好', 'post_excerpt' => '再接再励。', 'post_content' => '`+content+`'`)
	code, answer := s.rest(t, admin, "POST", "/proofcheck/v1/posts/"+id+"/check", map[string]any{})
	if code != 200 {
		t.Fatalf("%d %v", code, answer)
	}
	raw, _ := json.Marshal(answer["findings"])
	var findings []struct {
		Field, Text, Level string
		From, To           int
		Edits              []struct {
			From, To int
			New      string
		}
	}
	if err := json.Unmarshal(raw, &findings); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range findings {
		if f.Level != "error" {
			continue
		}
		text := map[string]string{"title": "事情己经办好", "content": content, "excerpt": "再接再励。"}[f.Field]
		units := utf16Units(text)
		if words := string(utf16Text(units[f.From:f.To])); words != f.Text {
			t.Errorf("%s: the place has %q, the finding is about %q", f.Field, words, f.Text)
		}
		if len(f.Edits) == 1 {
			e := f.Edits[0]
			got[f.Field] = string(utf16Text(units[:e.From])) + e.New + string(utf16Text(units[e.To:]))
		}
	}
	want := map[string]string{
		"title": "事情已经办好", "excerpt": "再接再厉。",
		"content": strings.Replace(content, "己经", "已经", 1),
	}
	for field, text := range want {
		if got[field] != text {
			t.Errorf("%s is mended to %q, want %q; %s", field, got[field], text, raw)
		}
	}
}

func TestUpdatesOfPublicPosts(t *testing.T) {
	s := start(t)
	_, answer := s.rest(t, admin, "POST", "/wp/v2/posts", map[string]any{"title": "通知", "content": right, "status": "publish"})
	id := number(t, answer["id"])
	if code, _ := s.rest(t, admin, "POST", "/wp/v2/posts/"+id, map[string]any{"content": wrong}); code != 422 {
		t.Errorf("a change to the worse: %d", code)
	}
	// Not through the REST interface, the old text stays and the new one is an autosave.
	s.php(t, `wp_update_post( wp_slash( array( 'ID' => `+id+`, 'post_content' => '`+another+`' ) ) );`)
	got := s.php(t, `$p = get_post( `+id+` ); echo $p->post_status, "\n", $p->post_content, "\n--\n", wp_get_post_autosave( `+id+` )->post_content;`)
	if want := "publish\n" + right + "\n--\n" + another; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if held := s.php(t, `echo Proofcheck\Records::held( `+id+` );`); !strings.Contains(held, "按步就班") {
		t.Errorf("the notice says %q", held)
	}
	// Posts that were public before the plugin came can be moved and tagged.
	old := s.insert(t, `'post_title' => '旧文', 'post_content' => '`+right+`', 'post_status' => 'publish'`)
	s.php(t, `global $wpdb; $wpdb->update( $wpdb->posts, array( 'post_content' => '`+wrong+`' ), array( 'ID' => `+old+` ) );`)
	if code, answer := s.rest(t, admin, "POST", "/wp/v2/posts/"+old, map[string]any{"slug": "jiuwen", "content": wrong}); code != 200 || answer["status"] != "publish" {
		t.Errorf("a change of the address: %d %v", code, answer)
	}
}

func TestOtherWaysAreHeldBack(t *testing.T) {
	s := start(t)
	id := s.insert(t, `'post_title' => '通知', 'post_content' => '`+wrong+`', 'post_status' => 'publish'`)
	if got := s.status(t, id); got != "pending" {
		t.Errorf("wp_insert_post makes it %s", got)
	}
	if held := s.php(t, `echo Proofcheck\Records::held( `+id+` );`); !strings.Contains(held, "再接再励") {
		t.Errorf("the notice says %q", held)
	}
	s.php(t, `wp_publish_post( `+id+` );`)
	if got := s.status(t, id); got != "pending" {
		t.Errorf("wp_publish_post makes it %s", got)
	}
	s.set(t, "'held' => 'draft'")
	s.php(t, `wp_publish_post( `+id+` );`)
	if got := s.status(t, id); got != "draft" {
		t.Errorf("where drafts are wanted, it is %s", got)
	}
	xml := `<?xml version="1.0"?><methodCall><methodName>wp.newPost</methodName><params><param><value><int>1</int></value></param>
<param><value><string>admin</string></value></param><param><value><string>admin</string></value></param>
<param><value><struct><member><name>post_title</name><value><string>通知</string></value></member>
<member><name>post_content</name><value><string><![CDATA[` + another + `]]></string></value></member>
<member><name>post_status</name><value><string>publish</string></value></member></struct></value></param></params></methodCall>`
	body := post(t, s.url+"/xmlrpc.php", "text/xml", xml)
	var made string
	if _, rest, ok := strings.Cut(body, "<string>"); ok {
		made, _, _ = strings.Cut(rest, "</string>")
	}
	if made == "" {
		t.Fatalf("XML-RPC: %s", body)
	}
	if got := s.status(t, made); got != "draft" {
		t.Errorf("XML-RPC makes it %s", got)
	}
	if got := s.php(t, `wp_update_post( wp_slash( array( 'ID' => `+made+`, 'post_content' => '`+right+`', 'post_status' => 'publish' ) ) );
		echo get_post_status( `+made+` ), '|', Proofcheck\Records::held( `+made+` ), '|', get_post_meta( `+made+`, '_proofcheck_verdict', true );`); got != "publish||pass" {
		t.Errorf("when it is mended: %s", got)
	}
}

func TestScheduleIsHeldBack(t *testing.T) {
	s := start(t)
	// It was right when it was scheduled; what it says is not any more.
	id := s.insert(t, `'post_title' => '通知', 'post_content' => '`+right+`', 'post_status' => 'future',
		'post_date' => '2099-01-01 08:00:00', 'post_date_gmt' => '2099-01-01 00:00:00'`)
	good := s.insert(t, `'post_title' => '通知', 'post_content' => '`+right+`', 'post_status' => 'future',
		'post_date' => '2099-01-01 08:00:00', 'post_date_gmt' => '2099-01-01 00:00:00'`)
	if got := s.status(t, id); got != "future" {
		t.Fatalf("scheduled, it is %s", got)
	}
	s.php(t, `global $wpdb;
		$wpdb->update( $wpdb->posts, array( 'post_content' => '`+wrong+`' ), array( 'ID' => `+id+` ) );
		foreach ( array( `+id+`, `+good+` ) as $each ) {
			$wpdb->update( $wpdb->posts, array( 'post_date' => '2020-01-01 08:00:00', 'post_date_gmt' => '2020-01-01 00:00:00' ), array( 'ID' => $each ) );
			wp_clear_scheduled_hook( 'publish_future_post', array( $each ) );
			wp_schedule_single_event( time() - 60, 'publish_future_post', array( $each ) );
		}`)
	get(t, s.url+"/wp-cron.php?doing_wp_cron")
	if err := s.ready("wp-cron.php", func() bool { return s.status(t, good) == "publish" && s.status(t, id) != "future" }); err != nil {
		t.Fatal(err)
	}
	if got := s.status(t, id); got != "pending" {
		t.Errorf("when its time comes, it is %s", got)
	}
	if held := s.php(t, `echo Proofcheck\Records::held( `+id+` );`); !strings.Contains(held, "己经") {
		t.Errorf("the notice says %q", held)
	}
}

func TestServerDown(t *testing.T) {
	s := start(t)
	s.stopServer(t)
	fields := map[string]any{"title": "通知", "content": wrong, "status": "publish"}
	if code, answer := s.rest(t, admin, "POST", "/wp/v2/posts", fields); code != 503 || answer["code"] != "proofcheck_blocked" {
		t.Errorf("fail-closed: %d %v", code, answer)
	}
	s.set(t, "'fail' => 'open'")
	code, answer := s.rest(t, admin, "POST", "/wp/v2/posts", fields)
	if code != 201 || answer["status"] != "publish" {
		t.Fatalf("fail-open: %d %v", code, answer)
	}
	id := number(t, answer["id"])
	if got := s.php(t, `echo get_post_meta( `+id+`, '_proofcheck_verdict', true ), '|', Proofcheck\Records::held( `+id+` );`); !strings.HasPrefix(got, "unchecked|Not proofread") {
		t.Errorf("what is remembered: %s", got)
	}
}
