//go:build unix

package wordpress

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/integrations/internal/service"
)

// token makes a token of the service with these scopes.
func (s *site) token(t *testing.T, file, name, scopes string) string {
	t.Helper()
	out, err := exec.Command(s.program, "token", "new", name, "--scopes", scopes, "--tokens", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestServerThatWantsATokenIsToldOne(t *testing.T) {
	s := start(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "tokens.tsv")
	full, checkOnly := s.token(t, file, "site", "check,override"), s.token(t, file, "reader", "check")
	addr, err := service.FreeAddr()
	if err != nil {
		t.Fatal(err)
	}
	guarded := service.New(addr, dir)
	if err := guarded.Start(s.program, "--tokens", file, "--store", filepath.Join(dir, "audit.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { guarded.Stop() })
	_, answer := s.rest(t, editor, "POST", "/wp/v2/posts", map[string]any{"title": "通知", "content": another, "status": "draft"})
	id := number(t, answer["id"])
	publish := func(token string) (int, string) {
		t.Helper()
		s.set(t, `'url' => 'http://`+addr+`', 'token' => '`+token+`'`)
		code, answer := s.rest(t, editor, "POST", "/wp/v2/posts/"+id, map[string]any{"status": "publish"})
		message, _ := answer["message"].(string)
		return code, message
	}
	// A server that refuses to check is no server that found nothing.
	for _, token := range []string{"", "proofcheck_wrong"} {
		if code, message := publish(token); code != 503 || !strings.Contains(message, "401") || strings.Contains(message, "proofcheck_") {
			t.Errorf("with the token %q: %d %s", token, code, message)
		}
	}
	override := func() int {
		t.Helper()
		code, _ := s.rest(t, editor, "POST", "/proofcheck/v1/posts/"+id+"/override", map[string]any{"reason": "原文如此"})
		return code
	}
	if code, message := publish(checkOnly); code != 422 {
		t.Errorf("with the right to check: %d %s", code, message)
	}
	if code := override(); code != 502 {
		t.Errorf("an override that the server does not record: %d", code)
	}
	if code, message := publish(full); code != 422 {
		t.Errorf("with both rights: %d %s", code, message)
	}
	if code := override(); code != 200 {
		t.Errorf("an override: %d", code)
	}
	if code, message := publish(full); code != 200 {
		t.Errorf("after the override: %d %s", code, message)
	}
}
