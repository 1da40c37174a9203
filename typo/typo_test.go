package typo

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"proofcheck/lexicon"
)

// apply puts the first suggestion in the place of every suspect of at least a level.
func apply(d *Detector, text string, least lexicon.Level) string {
	var out strings.Builder
	last := 0
	for s := range d.Check(text) {
		if s.Level >= least {
			out.WriteString(text[last:s.Start] + s.Suggestions[0])
			last = s.End
		}
	}
	return out.String() + text[last:]
}

// TestSentences reads sentences written for this test: wrong and right, or right alone.
func TestSentences(t *testing.T) {
	file, err := os.Open("testdata/sentences.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m := Embedded()
	wrongs, found, alarms := 0, 0, 0
	scan := bufio.NewScanner(file)
	for n := 1; scan.Scan(); n++ {
		line := scan.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		wrong, right, isWrong := strings.Cut(line, "\t")
		if !isWrong {
			right = wrong
		}
		got := apply(m.NewDetector(Options{}), wrong, lexicon.Info)
		switch {
		case isWrong && got == right:
			found++
		case got == wrong && isWrong:
			t.Logf("line %d: missed: %s", n, wrong)
		case got != right:
			alarms++
			t.Logf("line %d: %s became %s", n, wrong, got)
		}
		if isWrong {
			wrongs++
		}
	}
	t.Logf("%d of %d put right, %d false alarms", found, wrongs, alarms)
	if found < wrongs*7/10 || alarms > 6 {
		t.Errorf("%d of %d sentences put right, %d false alarms; want seven in ten at least and at most 6", found, wrongs, alarms)
	}
}

func TestKnownWordsAreLeftAlone(t *testing.T) {
	const text = "会议要求切实加强安全生产工作，落实责仁制度。"
	m := Embedded()
	if got := apply(m.NewDetector(Options{}), text, lexicon.Info); !strings.Contains(got, "责任制度") {
		t.Fatalf("got %s without known words", got)
	}
	d := m.NewDetector(Options{Known: func(w string) bool { return w == "责仁制" }})
	if got := apply(d, text, lexicon.Info); got != text {
		t.Errorf("got %s; the known word is to stay", got)
	}
	const atFirst = "责仁制度要落实。"
	if got := apply(m.NewDetector(Options{Least: 0.01}), atFirst, lexicon.Off); got == atFirst {
		t.Error("nothing is suspected at the beginning of a text")
	}
	d = m.NewDetector(Options{Least: 0.01, Known: func(w string) bool { return w == "责仁制" }})
	if got := apply(d, atFirst, lexicon.Off); got != atFirst {
		t.Errorf("got %s; the known word is to stay at the beginning too", got)
	}
}

func TestRecurringSuspectsFade(t *testing.T) {
	const text = "会议要求切实加强安全生产工作，落实责仁制度。"
	d := Embedded().NewDetector(Options{Least: -1})
	score := func() int32 {
		for s := range d.Check(text) {
			if text[s.Start:s.End] == "仁" {
				return s.Score
			}
		}
		return 0
	}
	first := score()
	second := score()
	if second >= first {
		t.Errorf("score %d at first, %d when it recurs; want less", first, second)
	}
}

func TestOtherWaysOfWritingAreLeftAlone(t *testing.T) {
	m := Embedded()
	for _, text := range []string{
		"三個五年計劃完成以後，我國的森林資源是不足的。", // traditional
		"春风拂面，万象“耕”新，田野里一片繁忙。",    // a pun
	} {
		if got := apply(m.NewDetector(Options{}), text, lexicon.Info); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
	// The same words without quotation marks, to show that they make the difference.
	d := m.NewDetector(Options{Least: -1})
	if n := len(slices.Collect(d.Check("春风拂面，万象耕新，田野里一片繁忙。"))); n == 0 {
		t.Error("nothing is suspected where nothing is quoted")
	}
}

func TestWordsWrittenEitherWay(t *testing.T) {
	for pair := range spellings().pairs {
		if pair[0] == pair[1] || utf8.RuneCountInString(pair[0]) != 2 || utf8.RuneCountInString(pair[1]) != 2 {
			t.Errorf("%s and %s: want two words of two characters", pair[0], pair[1])
		}
	}
	d := Embedded().NewDetector(Options{})
	const text = "学校每年制订教学计划"
	d.read(text)
	at := slices.Index(d.at, int32(strings.Index(text, "订")))
	tokens, _ := d.m.ids.Tokens("定完订", nil, nil)
	if !d.eitherWay(&candidate{start: at, n: 1, m: 1, with: [maxReplaced]token{tokens[0]}}) {
		t.Error("制定 is taken for the right form of 制订")
	}
	if d.eitherWay(&candidate{start: at, n: 1, m: 1, with: [maxReplaced]token{tokens[1]}}) {
		t.Error("制完 is taken for another way to write 制订")
	}
}

func TestOffsets(t *testing.T) {
	const text = "  “各级政府”要切实　履行 职则，做好 A4 纸采购工作！ \U00020000\u200b"
	for s := range Embedded().NewDetector(Options{Least: -1}).Check(text) {
		if s.Kind&(Missing|Doubled) == 0 && utf8.RuneCountInString(text[s.Start:s.End]) != utf8.RuneCountInString(s.Suggestions[0]) {
			t.Errorf("%q → %q: lengths differ", text[s.Start:s.End], s.Suggestions[0])
		}
	}
	if got := apply(Embedded().NewDetector(Options{}), text, lexicon.Info); !strings.Contains(got, "职责") {
		t.Errorf("got %q", got)
	}
}

func TestTheSameTextGivesTheSameSuspects(t *testing.T) {
	const text = "我们要不断体高政治判断力，严格尊守党的纪律，切实做好各项因对工作。"
	first := slices.Collect(Embedded().NewDetector(Options{Least: -1}).Check(text))
	if len(first) == 0 {
		t.Fatal("nothing found")
	}
	t.Parallel()
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			again := slices.Collect(Embedded().NewDetector(Options{Least: -1}).Check(text))
			if !slices.EqualFunc(first, again, func(a, b Suspect) bool {
				return a.Start == b.Start && a.End == b.End && a.Score == b.Score && slices.Equal(a.Suggestions, b.Suggestions)
			}) {
				t.Errorf("got %v, want %v", again, first)
			}
		})
	}
}

func TestOpenRefusesDamage(t *testing.T) {
	if _, err := Open(""); err == nil {
		t.Error("an empty file was opened")
	}
	if _, err := Open(embedded[:len(embedded)-1]); err == nil {
		t.Error("a file that is cut off was opened")
	}
	if _, err := Open(embedded + "x"); err == nil {
		t.Error("a file that is too long was opened")
	}
	if _, err := Open("X" + embedded[1:]); err == nil {
		t.Error("a file of another version was opened")
	}
	if err := Embedded().Verify(); err != nil {
		t.Error(err)
	}
	b := []byte(embedded)
	b[len(b)/2] ^= 1
	if m, err := Open(string(b)); err == nil && m.Verify() == nil {
		t.Error("a changed bit went unnoticed")
	}
}

func TestManifestNamesItsSources(t *testing.T) {
	for _, want := range []string{"source\tlaws.txt\t", "tokens counted\t", "error sets\t", "samples\t"} {
		if !strings.Contains(Embedded().Manifest(), want) {
			t.Errorf("manifest lacks %q: %q", want, Embedded().Manifest())
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("会议要求切实加强安全生产工作，落实责仁制度。")
	f.Add(strings.Repeat("的", 300))
	f.Add("\xff\xfe的\x80A4〇\U0010ffff")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for s := range Embedded().NewDetector(Options{Least: -1}).Check(text) {
			if s.Start < last || s.End <= s.Start || s.End > len(text) || len(s.Suggestions) == 0 {
				t.Fatalf("%q: span %d to %d after %d, %q", text, s.Start, s.End, last, s.Suggestions)
			}
			if !utf8.ValidString(text[s.Start:s.End]) || !utf8.ValidString(s.Suggestions[0]) || text[s.Start:s.End] == s.Suggestions[0] {
				t.Fatalf("%q: %q → %q", text, text[s.Start:s.End], s.Suggestions[0])
			}
			if s.Confidence < 0 || s.Confidence > 1 {
				t.Fatalf("confidence %v", s.Confidence)
			}
			last = s.End
		}
	})
}

// FuzzModel changes bytes of a model: what Open accepts must not break a check.
func FuzzModel(f *testing.F) {
	f.Add(uint32(30), byte(1), uint32(100_000), byte(255))
	f.Add(uint32(len(embedded)-1000), byte(7), uint32(len(embedded)-30_000), byte(0x80))
	b := []byte(embedded)
	f.Fuzz(func(t *testing.T, at uint32, x byte, at2 uint32, y byte) {
		i, j := int(at)%len(b), int(at2)%len(b)
		b[i] ^= x
		b[j] ^= y
		data := string(b)
		b[j] ^= y
		b[i] ^= x
		m, err := Open(data)
		if err != nil {
			return
		}
		for s := range m.NewDetector(Options{Least: -1}).Check("我们要不断体高政治判断力，严格尊守党的纪律。") {
			if s.End <= s.Start {
				t.Fatalf("span %d to %d", s.Start, s.End)
			}
		}
	})
}
