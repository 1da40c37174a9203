package typo

import (
	"slices"
	"strings"
	"testing"
)

// A site that always writes a word in its own way.
var siteArticles = []string{
	"本市召开会议，落实责仁制度。", "各区要落实责仁制度，加强管理。", "检查组要求落实责仁制度。", "责仁公司今天成立。",
}

func learnedSite(t *testing.T, articles []string) *Site {
	t.Helper()
	l := Embedded().NewLearner()
	for _, a := range articles {
		l.Document(slices.Values([]string{a}))
	}
	data, _, err := l.Build()
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenSite(string(data))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func scoreOf(text, place string, opt Options) int32 {
	opt.Least = -1
	for s := range Embedded().NewDetector(opt).Check(text) {
		if strings.Contains(text[s.Start:s.End], place) {
			return s.Score
		}
	}
	return -1 << 20
}

func TestSiteLowersSuspicion(t *testing.T) {
	const text = "会议要求切实加强安全生产工作，落实责仁制度。"
	without := scoreOf(text, "仁", Options{})
	with := scoreOf(text, "仁", Options{Site: learnedSite(t, siteArticles)})
	if with >= without {
		t.Errorf("score %d with the site's model, %d without; want less", with, without)
	}
	// Articles of other sites do not excuse it, nor does a single one.
	for _, other := range [][]string{{"天气很好，适合出游。", "天气很好，市民出游。"}, siteArticles[:1]} {
		if got := scoreOf(text, "仁", Options{Site: learnedSite(t, other)}); got != without {
			t.Errorf("score %d with %q, want %d as without", got, other, without)
		}
	}
	// A slip that the site makes now and then stays one, where it mostly writes the word right.
	often := slices.Repeat([]string{"会议要求切实加强安全生产工作，落实责任制度。"}, 40)
	if got := scoreOf(text, "仁", Options{Site: learnedSite(t, append(often, siteArticles...))}); got != without {
		t.Errorf("score %d though the site mostly writes 责任制度, want %d", got, without)
	}
}

func TestSiteFileIsChecked(t *testing.T) {
	l := Embedded().NewLearner()
	for _, a := range siteArticles {
		l.Document(slices.Values([]string{a}))
	}
	data, n, err := l.Build()
	if err != nil || n == 0 {
		t.Fatalf("%d runs, %v", n, err)
	}
	again := Embedded().NewLearner()
	for _, a := range slices.Backward(siteArticles) {
		again.Document(slices.Values([]string{a}))
	}
	if other, _, err := again.Build(); err != nil || string(other) != string(data) {
		t.Errorf("another order of the documents gives another file (%v)", err)
	}
	for name, bad := range map[string]string{"empty": "", "cut off": string(data[:len(data)-1]), "no site": embedded[:1000], "longer": string(data) + "x"} {
		if _, err := OpenSite(bad); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	b := slices.Clone(data)
	b[len(b)-2] ^= 1
	if _, err := OpenSite(string(b)); err == nil {
		t.Error("a changed bit went unnoticed")
	}
}
