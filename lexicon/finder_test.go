package lexicon_test

import (
	"fmt"
	"strings"
	"testing"

	"proofcheck/lexicon"
)

func compile(t testing.TB, entries ...lexicon.Entry) *lexicon.Set {
	t.Helper()
	s, err := lexicon.Compile(entries)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// found lists the matches as text@start, with a * when disguised.
func found(f *lexicon.Finder, text string, date lexicon.Date) string {
	var out []string
	f.Find(text, date, func(m *lexicon.Match) bool {
		s := fmt.Sprintf("%s@%d", text[m.Start:m.End], m.Start)
		if m.Disguised {
			s += "*"
		}
		out = append(out, s)
		return true
	})
	return strings.Join(out, " ")
}

func finder(sets ...*lexicon.Set) *lexicon.Finder {
	return lexicon.NewFinder(sets, lexicon.FinderOptions{})
}

func word(form string) lexicon.Entry {
	return lexicon.Entry{Form: form, Category: lexicon.Sensitive, Level: lexicon.Error}
}

func allow(form string) lexicon.Entry { return lexicon.Entry{Form: form, Category: lexicon.Allow} }

func TestGuards(t *testing.T) {
	for _, test := range []struct {
		name  string
		entry lexicon.Entry
		text  string
		want  string
	}{
		{"plain", word("布署"), "认真布署。", "布署@6"},
		{"folded", word("ＡＰＰ下载"), "app下载", "app下载@0"},
		{"invisible inside", word("布署"), "布\u200b署", "布\u200b署@0"},
		{"not after", lexicon.Entry{Form: "幅射", NotAfter: []string{"大", "一"}}, "大幅射幅射", "幅射@9"},
		{"not after, invisible between", lexicon.Entry{Form: "幅射", NotAfter: []string{"大"}}, "大\u00ad幅射", ""},
		{"not after a longer string", lexicon.Entry{Form: "幅射", NotAfter: []string{"较大"}}, "较大幅射 大幅射", "幅射@16"},
		{"not before", lexicon.Entry{Form: "峻工", NotBefore: []string{"作", "程验"}}, "峻工作、峻工程、峻工程验收", "峻工@12"},
		{"not before, folded", lexicon.Entry{Form: "峻工", NotBefore: []string{"Ａ"}}, "峻工a峻工b", "峻工@7"},
		{"only after", lexicon.Entry{Form: "截止", OnlyAfter: []string{"，", "^"}}, "截止今日，截止昨日截止", "截止@0 截止@15"},
		{"only before", lexicon.Entry{Form: "截止", OnlyBefore: []string{":digit:"}}, "截止日 截止2020 截止２", "截止@10 截止@21"},
		{"only before the end", lexicon.Entry{Form: "截止", OnlyBefore: []string{"$"}}, "截止截止\u200b", "截止@6"},
		{"both", lexicon.Entry{Form: "的", OnlyAfter: []string{":han:"}, OnlyBefore: []string{":punct:"}}, "好的。a的。的，的的", "的@3"},
		{"latin", lexicon.Entry{Form: "号", NotAfter: []string{":latin:"}}, "A号 é号 甲号", "号@14"},
		{"space", lexicon.Entry{Form: "号", NotAfter: []string{":space:"}}, "　号 号\t号甲号", "号@17"},
		{"begin of text is no neighbour", lexicon.Entry{Form: "号", OnlyAfter: []string{":han:"}}, "号号", "号@3"},
		{"Latin words", word("AV"), "av AV1 java av。看av片 _av", "av@0 av@12 av@20"},
		{"Latin words, accents", word("caf"), "café caf", "caf@6"},
		{"number", word("64"), "64 164 6400 1.64 64.5 64。x64", "64@0 64@22"},
		{"letters at one end", word("加vx"), "加vx123 加vxx", "加vx@0"},
		{"digits at one end", word("第8"), "第8 第88 第8a", "第8@0 第8@11"},
		{"phrase", word("made in"), "made in, remade in, made  in", "made in@0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.entry.Raw = true
			if got := found(finder(compile(t, test.entry)), test.text, 0); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDates(t *testing.T) {
	from := lexicon.Entry{Form: "合同法", Category: lexicon.Expression, From: 20210101, Raw: true}
	until := lexicon.Entry{Form: "农业部", Category: lexicon.Expression, Until: 20180321, Raw: true}
	f := finder(compile(t, from, until))
	for date, want := range map[lexicon.Date]string{
		0:        "合同法@0 农业部@9",
		20180321: "农业部@9",
		20180322: "",
		20201231: "",
		20210101: "合同法@0",
	} {
		if got := found(f, "合同法农业部", date); got != want {
			t.Errorf("%v: got %q, want %q", date, got, want)
		}
	}
}

func TestAllow(t *testing.T) {
	for _, test := range []struct {
		name    string
		entries []lexicon.Entry
		text    string
		want    string
	}{
		{"longer phrase", []lexicon.Entry{word("口交"), allow("路口交通")}, "路口交通，口交", "口交@15"},
		{"equal", []lexicon.Entry{word("口交"), allow("口交")}, "路口交通", ""},
		{"equal after folding", []lexicon.Entry{word("VPN"), allow("vpn")}, "ＶＰＮ", ""},
		{"across the left border", []lexicon.Entry{word("己经"), allow("自己")}, "自己经营，己经", "己经@15"},
		{"across the right border", []lexicon.Entry{word("必竟"), allow("竟然")}, "未必竟然", ""},
		{"part of the match", []lexicon.Entry{word("假冒银行诈骗"), allow("银行")}, "假冒银行诈骗", "假冒银行诈骗@0"},
		{"beside the match", []lexicon.Entry{word("口交"), allow("路"), allow("通")}, "路口交通", "口交@3"},
		{"guarded allow", []lexicon.Entry{word("口交"), {Form: "路口交通", Category: lexicon.Allow, NotAfter: []string{"歧"}}}, "歧路口交通", "口交@6"},
		{"across two borders", []lexicon.Entry{word("口交"), word("交通"), allow("路口交")}, "路口交通", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := found(finder(compile(t, test.entries...)), test.text, 0); got != test.want {
				t.Errorf("one set: got %q, want %q", got, test.want)
			}
			var sets []*lexicon.Set
			for _, e := range test.entries {
				sets = append(sets, compile(t, e))
			}
			if got := found(finder(sets...), test.text, 0); got != test.want {
				t.Errorf("a set each: got %q, want %q", got, test.want)
			}
		})
	}
}
