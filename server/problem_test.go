package server

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEveryProblemHasAStatusAndWordsAndIsUsed(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") || n == "statuses.go" {
			continue
		}
		text, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for code, status := range statuses {
		if http.StatusText(status) == "" || status < 400 {
			t.Errorf("%s: status %d", code, status)
		}
		for _, key := range []string{code, code + ".title"} {
			texts, ok := messages()[key]
			if !ok || texts[0] == "" || texts[1] == "" {
				t.Errorf("messages.tsv lacks %s", key)
			}
			zh, en := placeholder.FindAllString(texts[0], -1), placeholder.FindAllString(texts[1], -1)
			if strings.Join(zh, "") != strings.Join(en, "") {
				t.Errorf("%s: placeholders %v and %v", key, zh, en)
			}
		}
		if !strings.Contains(all.String(), `"`+code+`"`) {
			t.Errorf("nothing uses %s", code)
		}
	}
	for key := range messages() {
		if _, ok := statuses[strings.TrimSuffix(key, ".title")]; !ok {
			t.Errorf("%s has no status", key)
		}
	}
	for _, m := range regexp.MustCompile(`(?:fail|later)\("([^"]+)"|code: "([^"]+)"`).FindAllStringSubmatch(all.String(), -1) {
		if _, ok := statuses[m[1]+m[2]]; !ok {
			t.Errorf("there is no problem %s", m[1]+m[2])
		}
	}
}
