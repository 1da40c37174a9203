package lexicon_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"proofcheck/lexicon"
)

// parse reads a lexicon file whose cells are separated by commas.
func parse(t *testing.T, name, text string) []lexicon.Entry {
	t.Helper()
	entries, err := lexicon.Parse(name, strings.NewReader(strings.ReplaceAll(text, ",", "\t")), lexicon.Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// lines returns the issues that are more than Info, or all, as "line code: message".
func lines(issues []lexicon.Issue, lang string, min lexicon.Level) []string {
	var list []string
	for _, i := range issues {
		if i.Level >= min {
			list = append(list, strings.TrimPrefix(i.Origin, "typo/t.tsv:")+" "+i.Code+": "+i.Message(lang))
		}
	}
	return list
}

func TestLint(t *testing.T) {
	for _, test := range []struct {
		name, file string
		want       []string
	}{
		{"nothing wrong", "form,suggest,not_after\n布署,部署,\n峻工,竣工,严|险", nil},
		{"the same after folding", "form,suggest\nＡＰＰ们,软件\napp们,软件", []string{
			"3 duplicate: repeats typo/t.tsv:2: the same form after folding, with the same guards"}},
		{"the same, other guards", "form,suggest,not_after\n布署,部署,\n布署,部署,已", nil},
		{"the same, other days", "form,suggest,from,until\n布署,部署,,2022-12-25\n布署,部属,2022-12-26", nil},
		{"there and back", "form,suggest\n账号号,帐号号\n帐号号,账号号", []string{
			"2 contradiction: contradicts typo/t.tsv:3: one changes it to 帐号号, the other changes it back",
			"3 contradiction: contradicts typo/t.tsv:2: one changes it to 账号号, the other changes it back"}},
		{"there and back, never on one day", "form,suggest,until,from\n账号号,帐号号,2020-01-01,\n帐号号,账号号,,2020-01-02", nil},
		{"changes nothing", "form,suggest\n布署,布署", []string{"2 suggestion-same: the suggestion 布署 is the form itself"}},
		{"flagged itself", "form,suggest\n幅射,辐设\n辐设,辐射", []string{
			"2 suggestion-flagged: the suggestion 辐设 is flagged itself, by typo/t.tsv:3 (辐设)"}},
		{"holds its own form", "form,suggest,category,raw\n内蒙,内蒙古,expression,yes", []string{
			"2 suggestion-flagged: the suggestion 内蒙古 is flagged itself, by typo/t.tsv:2 (内蒙)"}},
		{"holds its own form, guarded", "form,suggest,category,raw,not_before\n内蒙,内蒙古,expression,yes,古", nil},
		{"allowed", "form,suggest,category\n布署,部署,\n布署,,allow", []string{
			"2 shadowed: an allow entry, typo/t.tsv:3, has the same form, so that this is never found"}},
		{"allowed in places", "form,suggest,category,only_after\n布署,部署,,\n布署,,allow,发", nil},
		{"good word", "form,suggest\n工作,公作", []string{
			"2 clean-word: the dictionary has this as a word; add guards or lower the level"}},
		{"never", "form,suggest,not_before,only_before\n截止,截至,前|[0-9],目前|9", []string{}},
		{"never, both", "form,suggest,not_before,only_before\n截止,截至,目|[0-9],目前|9", []string{
			"2 guard-never: everything in only_before is ruled out by not_before, so that this is never found"}},
		{"never, places", "form,suggest,not_after,only_after\n截止,截至,^|:digit:,^", []string{
			"2 guard-never: everything in only_after is ruled out by not_after, so that this is never found"}},
		{"useless", "form,suggest,not_after,not_before\n截止,截至,已经|经,于于|于|于", []string{
			"2 guard-useless: 已经 in not_after is covered by 经; remove it",
			"2 guard-useless: 于于 in not_before is covered by 于; remove it",
			"2 guard-useless: 于 in not_before is covered by 于; remove it"}},
		{"invisible", "form,suggest,not_after\n截止,截至,\u200b", []string{
			"2 guard-invisible: \u200b in not_after consists of invisible characters and never holds"}},
		{"form beside itself", "form,suggest,not_after\n截止,截至,截止", []string{
			"2 guard-same: 截止 in not_after is the form itself; it matters only where the form is written twice"}},
		{"examples", "form,suggest,not_after,hit,miss\n截止,截至,已,截止今日|已截止,截止今日|已截止", []string{
			"2 hit-not-found: the example that must be found is not: 已截止",
			"2 miss-found: the example that must not be found is: 截止今日"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := lines(lexicon.Lint(parse(t, "typo/t.tsv", test.file), lexicon.LintOptions{}), "en", lexicon.Warning)
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestLintSaysWhatIsMissing(t *testing.T) {
	entries := parse(t, "sensitive/t.tsv", "form,note\n赌博,\n博彩,说明")
	got := lines(lexicon.Lint(entries, lexicon.LintOptions{}), "zh", lexicon.Info)
	for i := range got {
		got[i] = strings.TrimPrefix(got[i], "sensitive/t.tsv:")
	}
	want := []string{
		"2 no-example: 没有正例，无法自动验证",
		"2 no-reason: 没有建议，也没有说明，读者不知道怎么改",
		"2 no-source: 没有写依据",
		"3 no-example: 没有正例，无法自动验证",
		"3 no-source: 没有写依据",
		"3 unsorted: 应排在“赌博”之前（按折叠后的词形排序）",
	}
	got = slices.DeleteFunc(got, func(s string) bool { return strings.Contains(s, "inside-word") })
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestLintFindsFormsInsideOfWords(t *testing.T) {
	entries := parse(t, "sensitive/t.tsv", "form,hit,source,note\n产党,产党,甲,乙")
	issues := lexicon.Lint(entries, lexicon.LintOptions{})
	if len(issues) != 1 || issues[0].Code != "inside-word" || !strings.Contains(issues[0].Message("zh"), "共产党") {
		t.Errorf("got %v, want inside-word with 共产党", issues)
	}
}

func TestLintLooksAtOtherSets(t *testing.T) {
	other := compile(t, word("敏感"), lexicon.Entry{Form: "布署", Category: lexicon.Allow, Origin: "allow/a.tsv:7"})
	entries := parse(t, "typo/t.tsv", "form,suggest\n布署,敏感")
	got := lines(lexicon.Lint(entries, lexicon.LintOptions{With: []*lexicon.Set{other}}), "en", lexicon.Warning)
	want := []string{
		"2 shadowed: an allow entry, allow/a.tsv:7, has the same form, so that this is never found",
		"2 suggestion-flagged: the suggestion 敏感 is flagged itself, by 敏感 (敏感)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLintNamesWhatCannotBeUsed(t *testing.T) {
	issues := lexicon.Lint([]lexicon.Entry{{Form: "好", Level: lexicon.Error}, {Form: "", Origin: "a.tsv:9"}}, lexicon.LintOptions{})
	if len(issues) == 0 || issues[0].Code != "invalid" || issues[0].Origin != "a.tsv:9" || issues[0].Level != lexicon.Error {
		t.Errorf("got %v, want invalid at a.tsv:9 first", issues)
	}
}

func TestExamples(t *testing.T) {
	entries := parse(t, "typo/t.tsv", "form,suggest,category,hit,miss\n峻工,竣工,,工程峻工|竣工|发布署名,严峻工作\n路口交通,,allow,路口交通,口交")
	got := lines(lexicon.Test(entries), "zh", lexicon.Info)
	want := []string{"2 hit-not-found: 正例“竣工”没有报出", "2 hit-not-found: 正例“发布署名”没有报出"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := lexicon.Test(entries, compile(t, allow("工程峻工"))); len(got) != 3 {
		t.Errorf("with an allow entry: got %v, want a third issue", got)
	}
}

func TestCount(t *testing.T) {
	got := lexicon.Count(parse(t, "x/t.tsv", `form,suggest,category,pack,level,from,not_after,whole,raw,evasion,hit,source
布署,部署,,common,error,,发,,,,认真布署,甲
帐号,账号,,common,warning,2001-12-19,,yes,yes,,,
赌博,,sensitive,gambling,error,,,,,gaps|variants,,
路口交通,,allow,names`))
	want := lexicon.Stats{
		Entries: 4,
		Packs: []lexicon.PackStats{
			{Category: lexicon.Typo, Pack: "common", Entries: 2, Levels: [4]int{lexicon.Warning: 1, lexicon.Error: 1}},
			{Category: lexicon.Sensitive, Pack: "gambling", Entries: 1, Levels: [4]int{lexicon.Error: 1}},
			{Category: lexicon.Allow, Pack: "names", Entries: 1, Levels: [4]int{lexicon.Off: 1}},
		},
		Lengths: map[int]int{2: 3, 4: 1},
		Guarded: 1, Whole: 1, Raw: 1, Dated: 1, Evasive: 1, Suggestions: 2, Examples: 1, Sources: 1,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
