package wordpress

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "make the files of languages/ from their .po file")

// message is an entry of a .po file.
type message struct{ id, plural, text string }

const languages = "proofcheck/languages/"

// readPO reads what this project writes: each string on its own line, but for the header.
func readPO(t *testing.T, name string) (string, []message) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var header string
	var messages []message
	var current message
	target := &current.id
	for line := range strings.Lines(string(data) + "\nmsgid \"\"\n") {
		line = strings.TrimSpace(line)
		keyword, quoted, ok := strings.Cut(line, `"`)
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		text, err := strconv.Unquote(`"` + quoted)
		if err != nil {
			t.Fatalf("%s: %s: %v", name, line, err)
		}
		switch strings.TrimSpace(keyword) {
		case "msgid":
			if current.id != "" {
				messages = append(messages, current)
			} else if header == "" {
				header = current.text
			}
			current = message{}
			target = &current.id
		case "msgid_plural":
			target = &current.plural
		case "msgstr", "msgstr[0]":
			target = &current.text
		}
		*target += text
	}
	return header, messages
}

// writeMO is the binary form: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
func writeMO(header string, messages []message) []byte {
	texts := map[string]string{"": header}
	for _, m := range messages {
		key := m.id
		if m.plural != "" {
			key += "\x00" + m.plural
		}
		texts[key] = m.text
	}
	keys := slices.Sorted(maps.Keys(texts))
	count := len(keys)
	const head = 28
	numbers := []uint32{0x950412de, 0, uint32(count), head, uint32(head + 8*count), 0, uint32(head + 16*count)}
	var pool []byte
	at := head + 16*count // where a table of hashes would be, if there were one
	for _, which := range []func(string) string{func(k string) string { return k }, func(k string) string { return texts[k] }} {
		for _, key := range keys {
			numbers = append(numbers, uint32(len(which(key))), uint32(at+len(pool)))
			pool = append(append(pool, which(key)...), 0)
		}
	}
	var out bytes.Buffer
	binary.Write(&out, binary.LittleEndian, numbers)
	return append(out.Bytes(), pool...)
}

// writeJSON is the form of wp.i18n, for the strings of one script.
func writeJSON(t *testing.T, messages []message, used map[string]string) []byte {
	t.Helper()
	table := map[string]any{"": map[string]string{"domain": "messages", "lang": "zh_CN", "plural-forms": "nplurals=1; plural=0;"}}
	for _, m := range messages {
		if _, ok := used[m.id]; ok {
			table[m.id] = []string{m.text}
		}
	}
	data, err := json.MarshalIndent(map[string]any{"domain": "messages", "locale_data": map[string]any{"messages": table}}, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

var gettext = regexp.MustCompile(`(\b__|_n|esc_html__|esc_attr__)\(\s*'((?:[^'\\]|\\.)*)'(?:,\s*'((?:[^'\\]|\\.)*)')?`)

// strings of a source file: singular to plural, which is empty where there is none.
func stringsOf(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, m := range gettext.FindAllStringSubmatch(string(data), -1) {
		found[m[2]] = ""
		if m[1] == "_n" {
			found[m[2]] = m[3]
		}
	}
	return found
}

func TestLanguages(t *testing.T) {
	header, messages := readPO(t, languages+"proofcheck-zh_CN.po")
	want := map[string][]byte{"proofcheck-zh_CN.mo": writeMO(header, messages)}
	used := map[string]string{}
	for _, pattern := range []string{"proofcheck/*.php", "proofcheck/includes/*.php", "proofcheck/assets/*.js"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", pattern, names, err)
		}
		for _, name := range names {
			found := stringsOf(t, name)
			maps.Copy(used, found)
			if script, ok := strings.CutSuffix(filepath.Base(name), ".js"); ok {
				want["proofcheck-zh_CN-proofcheck-"+script+".json"] = writeJSON(t, messages, found)
			}
		}
	}
	translated := map[string]string{}
	verbs := regexp.MustCompile(`%[0-9$]*[ds]`)
	for _, m := range messages {
		translated[m.id] = m.plural
		if m.text == "" {
			t.Errorf("%q has no Chinese", m.id)
		}
		a, b := verbs.FindAllString(m.id, -1), verbs.FindAllString(m.text, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%q becomes %q", m.id, m.text)
		}
	}
	for id, plural := range used {
		if got, ok := translated[id]; !ok || got != plural {
			t.Errorf("%q (%q) is used and not translated so", id, plural)
		}
	}
	for id := range translated {
		if _, ok := used[id]; !ok {
			t.Errorf("%q is translated and not used", id)
		}
	}
	for name, data := range want {
		if *update {
			if err := os.WriteFile(languages+name, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(languages + name); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s is not what the .po file says; run go test ./integrations/wordpress -run Languages -update", name)
		}
	}
}
