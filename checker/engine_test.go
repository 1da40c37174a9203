package checker_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/lexicon"
)

// brief writes findings one a line: line:column level rule "text" → "first suggestion".
func brief(list []*checker.Finding) string {
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintf(&b, "%s %s %s %q", f.Start, f.Level, f.Rule, f.Text)
		if len(f.Fixes) > 0 {
			fmt.Fprintf(&b, " → %q", f.Fixes[0].Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func lexiconOf(t testing.TB, entries ...lexicon.Entry) []*lexicon.Set {
	t.Helper()
	set, err := lexicon.Compile(entries)
	if err != nil {
		t.Fatal(err)
	}
	return []*lexicon.Set{set}
}

var budshu = lexicon.Entry{Form: "布署", Suggest: []string{"部署"}, Category: lexicon.Typo, Pack: "test", Level: lexicon.Error, Source: "现代汉语词典"}

func TestDirectives(t *testing.T) {
	for _, test := range []struct{ name, draft, want string }{
		{"none", "布署工作。", "1:1 error typo/word \"布署\" → \"部署\"\n"},
		{"disable to the end", "<!-- proofcheck-disable -->\n\n布署工作。\n\n再布署。", ""},
		{"disable and enable", "<!-- proofcheck-disable -->\n\n布署工作。\n\n<!-- proofcheck-enable -->\n\n再布署。", "7:2 error typo/word \"布署\" → \"部署\"\n"},
		{"disable a rule", "<!-- proofcheck-disable typo/word -- 引文 -->\n\n布署。。", "3:3 error punctuation/repeated-marks \"。。\" → \"。\"\n"},
		{"disable a category", "<!-- proofcheck-disable typo punctuation -->\n\n布署。。", ""},
		{"disable a pack", "<!-- proofcheck-disable pack:test -->\n\n布署。。", "3:3 error punctuation/repeated-marks \"。。\" → \"。\"\n"},
		{"next block only", "<!-- proofcheck-disable-next -->\n\n布署。\n\n布署。", "5:1 error typo/word \"布署\" → \"部署\"\n"},
		{"ignore a word", "<!-- proofcheck-ignore 布署 -->\n\n布署，，。", "3:3 error punctuation/repeated-marks \"，，。\" → \"。\"\n"},
		{"unused", "<!-- proofcheck-disable number -->\n\n部署。", "1:6 info structure/unused-directive \"proofcheck-disable number\"\n"},
		{"misspelt", "<!-- proofcheck-disabel typo -->\n\n部署。", "1:6 warning structure/bad-directive \"proofcheck-disabel typo\"\n"},
		{"unknown rule", "<!-- proofcheck-disable typo/wrod -->\n\n布署。", "1:6 warning structure/bad-directive \"proofcheck-disable typo/wrod\"\n3:1 error typo/word \"布署\" → \"部署\"\n"},
		{"enable without disable", "<!-- proofcheck-enable typo -->\n\n部署。", "1:6 warning structure/bad-directive \"proofcheck-enable typo\"\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			opt := checker.Options{Lexicons: lexiconOf(t, budshu), NoBuiltin: true, Skip: []string{"typo/context"}}
			if got := brief(check(t, "a.md", test.draft, opt)); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			opt.Lang = "en"
			if got := brief(check(t, "a.html", strings.ReplaceAll(test.draft, "\n\n", "\n<p>"), opt)); (got == "") != (test.want == "") {
				t.Errorf("HTML: got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestLevels(t *testing.T) {
	warning := budshu
	warning.Form, warning.Level, warning.Pack = "帐号", lexicon.Warning, "account"
	for _, test := range []struct {
		name string
		opt  checker.Options
		want string
	}{
		{"default", checker.Options{}, "error 布署,warning 帐号,"},
		{"minimum", checker.Options{MinLevel: checker.Error}, "error 布署,"},
		{"skip a pack", checker.Options{Skip: []string{"pack:test"}}, "warning 帐号,"},
		{"only a pack", checker.Options{Only: []string{"pack:account"}}, "warning 帐号,"},
		{"raise a pack", checker.Options{Levels: map[string]checker.Level{"pack:acc*": checker.Error}}, "error 布署,error 帐号,"},
		{"lower a rule", checker.Options{Levels: map[string]checker.Level{"typo/word": checker.Info}}, "info 布署,info 帐号,"},
		{"switch a category off", checker.Options{Levels: map[string]checker.Level{"typo": checker.Off}}, ""},
		{"at most one", checker.Options{MaxFindings: 1}, "error 布署,"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.opt.Lexicons, test.opt.NoBuiltin = lexiconOf(t, budshu, warning), true
			test.opt.Skip = append(test.opt.Skip, "typo/context") // it takes the place of what is switched off
			got := ""
			for _, f := range check(t, "a.txt", "布署帐号。", test.opt) {
				got += f.Level.String() + " " + f.Text + ","
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestWrongOptions(t *testing.T) {
	for want, opt := range map[string]checker.Options{
		`unknown language "fr"`:                                  {Lang: "fr"},
		`unknown profile "gvo"`:                                  {Profile: "gvo"},
		`unknown rule "typo/wrod"; did you mean "typo/word"?`:    {Skip: []string{"typo/wrod"}},
		`unknown rule "punctation"; did you mean "punctuation"?`: {Only: []string{"punctation"}},
		`unknown rule "pack:tset"; did you mean "pack:test"?`:    {Skip: []string{"pack:tset"}, Lexicons: lexiconOf(t, budshu), NoBuiltin: true},
	} {
		if _, err := checker.New(opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Overlapping findings of one category leave one, of two categories both.
func TestOverlaps(t *testing.T) {
	long := lexicon.Entry{Form: "布署工作", Suggest: []string{"部署工作"}, Category: lexicon.Typo, Pack: "test", Level: lexicon.Error, Raw: true}
	low := lexicon.Entry{Form: "署工作安排", Suggest: []string{"x"}, Category: lexicon.Typo, Pack: "test", Level: lexicon.Warning, Raw: true}
	other := lexicon.Entry{Form: "工作安排", Category: lexicon.Expression, Pack: "test", Level: lexicon.Info}
	got := brief(check(t, "a.txt", "布署工作安排", checker.Options{Lexicons: lexiconOf(t, budshu, long, low, other), NoBuiltin: true}))
	want := "1:1 error typo/word \"布署工作\" → \"部署工作\"\n1:3 info expression/word \"工作安排\"\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A block that is cut yields what it yields whole: nothing missed at a cut, nothing twice.
func TestCutting(t *testing.T) {
	line := "各单位要认真布署工作，，做好《通知》、《公告》的落实，时间为2019年2月29日。会议强调要再接再励。"
	draft := strings.Repeat(line, 40)
	opt := checker.Options{Lexicons: lexiconOf(t, budshu), NoBuiltin: true, Skip: []string{"punctuation/paired-marks", "typo/context"}}
	whole := splitWith(t, draft, formats.Limits{}, opt)
	if len(whole) != 160 {
		t.Fatalf("found %d, want 160:\n%s", len(whole), brief(whole))
	}
	for _, segment := range []int{600, 1000, 4096} {
		cut := splitWith(t, draft, formats.Limits{Segment: segment, Overlap: 256}, opt)
		if got, want := brief(cut), brief(whole); got != want {
			t.Errorf("limit %d: got\n%swant\n%s", segment, got, want)
		}
	}
}

func splitWith(t testing.TB, draft string, limits formats.Limits, opt checker.Options) []*checker.Finding {
	t.Helper()
	c, err := checker.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	var out []*checker.Finding
	doc := formats.Text.Split("a.txt", strings.NewReader(draft), formats.Options{Limits: limits})
	for f, err := range c.Check(context.Background(), doc, nil) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func TestFingerprints(t *testing.T) {
	opt := checker.Options{Lexicons: lexiconOf(t, budshu), NoBuiltin: true}
	before := check(t, "a.txt", "认真布署工作。\n\n认真布署工作。", opt)
	after := check(t, "a.txt", "新的一段。\n\n认真布署工作。\n\n认真 布署工作。", opt)
	if len(before) != 2 || len(after) != 2 {
		t.Fatalf("found\n%s%s", brief(before), brief(after))
	}
	for i := range before {
		if before[i].Fingerprint != after[i].Fingerprint {
			t.Errorf("fingerprint changed from %s to %s although only text elsewhere did", before[i].Fingerprint, after[i].Fingerprint)
		}
	}
	if before[1].Fingerprint != before[0].Fingerprint+"-2" {
		t.Errorf("the second of the same is %s, the first %s", before[1].Fingerprint, before[0].Fingerprint)
	}
}

// Everybody may use one Checker at once, and each gets the same.
func TestConcurrency(t *testing.T) {
	c, err := checker.New(checker.Options{Lexicons: lexiconOf(t, budshu)})
	if err != nil {
		t.Fatal(err)
	}
	results := make([]string, 8)
	done := make(chan int)
	for i := range results {
		go func() {
			var list []*checker.Finding
			doc := formats.Text.Split("a.txt", strings.NewReader(strings.Repeat("布署工作，，2019年2月29日。\n\n", 50)), formats.Options{})
			for f := range c.Check(context.Background(), doc, nil) {
				list = append(list, f)
			}
			results[i] = brief(list)
			done <- i
		}()
	}
	for range results {
		<-done
	}
	if results[0] == "" || len(slices.Compact(results)) != 1 {
		t.Errorf("%d different results", len(slices.Compact(results)))
	}
}

func TestCancel(t *testing.T) {
	c, err := checker.New(checker.Options{Lexicons: lexiconOf(t, budshu), NoBuiltin: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	doc := formats.Text.Split("a.txt", strings.NewReader("布署工作。"), formats.Options{})
	var last error
	for _, err := range c.Check(ctx, doc, nil) {
		last = err
	}
	if last != context.Canceled {
		t.Errorf("got %v, want %v", last, context.Canceled)
	}
}
