package lexicon_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"proofcheck/lexicon"
)

// FuzzParse reads hostile lexicon files. What can be read must survive being written and read again, and
// being compiled and opened again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"form\tsuggest\tlevel\n布署\t部署\terror\n",
		"form,suggest,not_after\n幅射,辐射,\"[大一]|几\"\n",
		"布署\n帐号\n",
		"\ufeff词语\t建议\t类别\n刷单\t\t敏感词\n",
		"form\tevasion\tfrom\n代开发票\tgaps|variants\t2020-01-01\n",
		"form\tonly_before\n截止\t:digit:|^|$\n",
	} {
		f.Add(uint8(0), []byte(seed))
		f.Add(uint8(1), []byte(seed))
		f.Add(uint8(2), []byte(seed))
	}
	names := []string{"typo/words.tsv", "words.csv", "words.txt"}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		entries, err := lexicon.Parse(names[int(kind)%len(names)], bytes.NewReader(data), lexicon.Defaults{})
		if err != nil || len(entries) == 0 {
			return
		}
		var out bytes.Buffer
		if err := lexicon.Write(&out, lexicon.TSV, entries); err != nil {
			t.Fatal(err)
		}
		again, err := lexicon.Parse("again.tsv", bytes.NewReader(out.Bytes()), lexicon.Defaults{})
		if err != nil {
			t.Fatalf("%v\n%q", err, out.Bytes())
		}
		if len(again) != len(entries) {
			t.Fatalf("%d entries became %d\n%q", len(entries), len(again), out.Bytes())
		}
		for i := range entries {
			a, b := entries[i], again[i]
			a.Origin, b.Origin = "", ""
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("%+v became %+v\n%q", a, b, out.Bytes())
			}
		}
		set, err := lexicon.Compile(entries)
		if err != nil {
			return // forms that nothing can match
		}
		binary, err := set.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := lexicon.Open(string(binary))
		if err != nil {
			t.Fatal(err)
		}
		for i := range set.Len() {
			if !reflect.DeepEqual(set.Entry(i), opened.Entry(i)) {
				t.Fatalf("entry %d is %+v, opened %+v", i, set.Entry(i), opened.Entry(i))
			}
		}
	})
}

// FuzzOpen opens hostile compiled files: an error or a set that can be used.
func FuzzOpen(f *testing.F) {
	small, err := lexicon.Compile([]lexicon.Entry{{Form: "布署", Suggest: []string{"部署"}, Level: lexicon.Error}, word("代开发票")})
	if err != nil {
		f.Fatal(err)
	}
	data, err := small.AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, 0, byte(0))
	f.Add(data[:len(data)/2], 3, byte(1))
	f.Fuzz(func(t *testing.T, data []byte, at int, to byte) {
		if at >= 0 && at < len(data) {
			data = bytes.Clone(data)
			data[at] = to
		}
		s, err := lexicon.Open(string(data))
		if err != nil {
			return
		}
		finder := lexicon.NewFinder([]*lexicon.Set{s}, lexicon.FinderOptions{})
		finder.Find("认真布署，代 开 发 票", 0, func(*lexicon.Match) bool { return true })
	})
}

// FuzzFind looks for the built-in entries in hostile text: what is found must stand there, in order, and
// must be found again in the text cut out around it when the entry has no guards.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{"认真布署工作", "帐\u200b号", "代 开 发 票", "截止目前", "\xff\xfe布署\x80", strings.Repeat("帐", 100)} {
		f.Add(seed)
	}
	finder := lexicon.NewFinder([]*lexicon.Set{lexicon.Builtin()}, lexicon.FinderOptions{})
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		last := -1
		finder.Find(text, 0, func(m *lexicon.Match) bool {
			if m.Start < 0 || m.End <= m.Start || m.End > len(text) || !utf8.RuneStart(text[m.Start]) || m.End < len(text) && !utf8.RuneStart(text[m.End]) {
				t.Fatalf("match %d–%d of %q in %q", m.Start, m.End, m.Entry.Form, text)
			}
			if m.Start < last {
				t.Fatalf("match at %d after one at %d in %q", m.Start, last, text)
			}
			last = m.Start
			return true
		})
	})
}
