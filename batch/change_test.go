package batch

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/internal/articles"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// sketchOf makes the sketch of a text.
func sketchOf(text string) ([]byte, int) {
	sk := newSketcher()
	for seg, err := range formats.HTML.Split("", strings.NewReader(text), formats.Options{Charset: "utf-8", Limits: formats.Limits{Segment: 300, Overlap: 60}}).Segments {
		if err != nil {
			panic(err)
		}
		sk.add(seg.Text, seg.Lead)
	}
	return sk.bytes(), sk.limit
}

func TestASketchNeverDeniesWhatIsThere(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	denied, asked := 0, 0
	for n := range 60 {
		text := articles.Make(n).Text
		if n == 0 {
			raw, err := os.ReadFile("../testdata/notice-2020q2.txt")
			if err != nil {
				t.Fatal(err)
			}
			text = string(raw)
		}
		sketch, size := sketchOf(text)
		if len(sketch)*20 > size {
			t.Errorf("article %d: %d bytes of sketch for %d of text", n, len(sketch), size)
		}
		for seg, err := range formats.HTML.Split("", strings.NewReader(text), formats.Options{Charset: "utf-8"}).Segments {
			if err != nil {
				t.Fatal(err)
			}
			runes := []rune(seg.Text)
			for range 20 {
				if len(runes) < 8 {
					break
				}
				from := r.IntN(len(runes) - 7)
				form := string(runes[from : from+1+r.IntN(6)])
				if !mayContain(sketch, form) || !mayContain(sketch, strings.ToUpper(form)) {
					t.Fatalf("article %d: %q is denied", n, form)
				}
			}
		}
		for _, form := range []string{"健康宝弹窗", "百日攻坚赛", "网红打卡点", "三资清理", "碰瓷"} {
			asked++
			if !mayContain(sketch, form) {
				denied++
			}
		}
	}
	if denied*10 < asked*8 {
		t.Errorf("of %d words that are not there, %d were denied", asked, denied)
	}
	if !mayContain(nil, "字") || !mayContain([]byte{99, 1, 0, 0}, "没有") {
		t.Error("a sketch that cannot be read denies a word")
	}
}

func compiled(t *testing.T, entries ...lexicon.Entry) *lexicon.Set {
	t.Helper()
	for i := range entries {
		entries[i].Pack = "mine"
		if entries[i].Level == lexicon.Off {
			entries[i].Level = lexicon.Warning
		}
	}
	set, err := lexicon.Compile(entries)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestChangedEntriesGiveWhatAFullScanDoes holds the findings after entries have changed to those of a scan
// that knows nothing.
func TestChangedEntriesGiveWhatAFullScanDoes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"plain.txt": "推广节水灌溉设备。", "split.html": "<p>推广节<b>水灌</b>溉设备</p>", "gaps.txt": "推广节*水*灌*溉设备。", "wide.txt": "使用ＡＢＣ系统。",
		"word.txt": "请登陆系统。", "variant.txt": "推廣節水灌溉設備。", "wrapped.txt": "推广节水\n灌溉设备的通知，各地要认真学习领会，切实\n抓好落实。", "none.txt": "没有。", "title.html": "<title>节水灌溉</title><p>好</p>",
		"alt.html": `<p>好<img src="a.png" alt="节水灌溉"></p>`, "sound.txt": "推广洁水灌溉设备。",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	for i := range 150 {
		a := articles.Make(i)
		write(t, filepath.Join(dir, filepath.FromSlash(a.Name)), a.Text)
	}
	sets := map[string]*lexicon.Set{
		"none":     nil,
		"one":      compiled(t, lexicon.Entry{Form: "节水灌溉", Category: lexicon.Sensitive}),
		"two":      compiled(t, lexicon.Entry{Form: "节水灌溉", Category: lexicon.Sensitive}, lexicon.Entry{Form: "abc", Category: lexicon.Expression, Suggest: []string{"甲"}}),
		"guarded":  compiled(t, lexicon.Entry{Form: "节水灌溉", Category: lexicon.Sensitive, OnlyBefore: []string{"设备"}}),
		"masked":   compiled(t, lexicon.Entry{Form: "节水灌溉", Category: lexicon.Sensitive, Evasion: lexicon.AllEvasions}),
		"allowed":  compiled(t, lexicon.Entry{Form: "登陆系统", Category: lexicon.Allow}),
		"stronger": compiled(t, lexicon.Entry{Form: "节水灌溉", Category: lexicon.Sensitive, Level: lexicon.Error}),
	}
	every := func(set *lexicon.Set) (*Examiner, []*lexicon.Set) {
		list := []*lexicon.Set{lexicon.Builtin()}
		var mine []*lexicon.Set
		if set != nil {
			mine = append(mine, set)
		}
		x := examiner(t, mine...)
		x.Checker = allWords(t, mine)
		return x, append(list, mine...)
	}
	run := func(s *store.Store, set *lexicon.Set) store.Counts {
		x, list := every(set)
		out, err := (&Scan{Store: s, Sources: []*Source{open(t, dir, SourceOptions{})}, Examiner: x, Lexicons: list}).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return out.Run.Counts
	}
	present := func(s *store.Store) string {
		var out []string
		for r, err := range s.Findings(t.Context(), store.Filter{Present: true}) {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, fmt.Sprintf("%s %s %s %v %d:%d", r.Document.Key, r.Finding.Rule, r.Finding.Text, r.Finding.Level, r.Finding.Line, r.Finding.Column))
		}
		return strings.Join(out, "\n")
	}
	want := map[string]string{}
	for name, set := range sets {
		s := openStore(t)
		run(s, set)
		want[name] = present(s)
	}
	s := openStore(t)
	run(s, nil)
	for i, name := range []string{"one", "two", "guarded", "stronger", "none", "masked", "one", "allowed", "none", "two"} {
		c := run(s, sets[name])
		if got := present(s); got != want[name] {
			t.Errorf("step %d, %s: got\n%s\nwant\n%s", i, name, got, want[name])
		}
		if c.Untouched < c.Documents/3 || c.Checked == 0 && i > 0 {
			t.Errorf("step %d, %s: counted %+v", i, name, c)
		}
	}
}

// allWords is a checker of all words of lexicons.
func allWords(t *testing.T, sets []*lexicon.Set) *checker.Checker {
	t.Helper()
	c, err := checker.New(checker.Options{Only: []string{"typo/word", "sensitive", "expression/word"}, Lexicons: sets, Date: 20240101})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
