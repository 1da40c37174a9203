package checker

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"proofcheck/lexicon"
)

// TestCatalogue holds every row of data/rules to what reports and docs need of it.
func TestCatalogue(t *testing.T) {
	c := readCatalogue()
	known := map[string]bool{}
	for _, r := range Rules() {
		if known[r.ID] {
			t.Errorf("%s is in the table twice", r.ID)
		}
		known[r.ID] = true
		if !regexp.MustCompile(`^[a-z]+/[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(r.ID) {
			t.Errorf("%s: an ID is category/name in lower case", r.ID)
		}
		info := InfoOf(r.ID)
		if info == nil {
			t.Errorf("%s is not in data/rules", r.ID)
			continue
		}
		for what, text := range map[string]string{
			"title_zh": info.Title("zh"), "title_en": info.Title("en"), "reason_zh": info.Reason("zh"), "reason_en": info.Reason("en"),
			"message_zh": c.messages[r.ID].message, "message_en": c.messages[r.ID+"@en"].message,
		} {
			if text == "" {
				t.Errorf("%s has no %s", r.ID, what)
			}
		}
		if !strings.HasSuffix(r.ID, "/word") && info.Standard == "" {
			t.Errorf("%s names no standard", r.ID)
		}
		if info.Level == Off && info.Clause == lexicon.Veto {
			t.Errorf("%s is a veto and off", r.ID)
		}
	}
	for id := range c.infos {
		if !known[id] {
			t.Errorf("%s is in data/rules, but there is no such rule", id)
		}
	}
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for key, m := range c.messages {
		base, lang, _ := strings.Cut(key, "@")
		rule, _, _ := strings.Cut(base, ".")
		if !known[rule] {
			t.Errorf("message %s belongs to no rule", key)
		}
		if lang == "en" {
			continue
		}
		en := c.messages[base+"@en"].message
		if m.message == "" || en == "" {
			t.Errorf("message %s is missing in a language", base)
		}
		for _, p := range placeholder.FindAllString(m.message, -1) {
			if p != "{text}" && !strings.Contains(en, p) {
				t.Errorf("message %s: %s is only in the Chinese one", base, p)
			}
		}
	}
}

// TestMessagesFilled makes sure that no message of a finding keeps a placeholder; the fixtures
// check what is reported.
func TestMessagesFilled(t *testing.T) {
	c := readCatalogue()
	got := c.message("typo/word.suggest", "en", []string{"text", "布署", "to", "部署"})
	if got != "布署 should be 部署" {
		t.Errorf("got %q", got)
	}
}

func TestClassify(t *testing.T) {
	for text, want := range map[string]Class{
		"":       0,
		"a1,":    Letter | Digit | HalfMark,
		"汉字":     Han,
		"《》，":    HanMark | FullMark,
		"“”":     WideQuote,
		"\u2f64": Radical,
		"\uf900": Compat,
		"\ue000": Private,
		"𠀀":      Astral,
		" ":      Blank,
		"　":      HanMark | Blank,
		"é":      Latin,
		"я":      Foreign,
		"①":      Symbol,
	} {
		got, runes := classify(text)
		if got != want {
			t.Errorf("classify(%q) = %b, want %b", text, got, want)
		}
		if want := utf8.RuneCountInString(strings.TrimSpace(text)); runes != want {
			t.Errorf("classify(%q) counts %d characters, want %d", text, runes, want)
		}
	}
}
