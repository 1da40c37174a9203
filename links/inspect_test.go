package links

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"proofcheck/source"
)

func ids(problems []Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.ID)
	}
	return out
}

func testInspector(t testing.TB) *Inspector {
	page, err := url.Parse("https://www.city.gov.cn/zw/1.html")
	if err != nil {
		t.Fatal(err)
	}
	return NewInspector(Options{Page: page, Own: []string{"img.city.gov.cn"}, Blocked: []Blocked{{"dxic.gov.cn", "2020 年停用"}}})
}

func TestMistakesOfTargetsAreFound(t *testing.T) {
	t.Parallel()
	in := testInspector(t)
	for _, c := range []struct{ target, element, text, want, fault, suggest string }{
		{"http://www.gov.cn/a.html。", "a", "", "marks", "。", "http://www.gov.cn/a.html"},
		{"http://www.gov.cn/a.html），", "a", "", "marks", "）", "http://www.gov.cn/a.html"},
		{"http://www。gov。cn/a", "a", "", "marks", "。", "http://www.gov.cn/a"},
		{"http：//www.gov.cn/", "a", "", "scheme", "http：//", "http://www.gov.cn/"},
		{"http://http://www.gov.cn/", "a", "", "scheme", "http://http://", "http://www.gov.cn/"},
		{"http://https://www.gov.cn/", "a", "", "scheme", "http://https://", "https://www.gov.cn/"},
		{"http:/www.gov.cn/", "a", "", "scheme", "http:/", "http://www.gov.cn/"},
		{"http//www.gov.cn/", "a", "", "scheme", "http//", "http://www.gov.cn/"},
		{"htp://www.gov.cn/", "a", "", "scheme", "htp://", "http://www.gov.cn/"},
		{"htpps://www.gov.cn/", "a", "", "scheme", "htpps://", "https://www.gov.cn/"},
		{"ftps://www.gov.cn/", "a", "", "", "", ""},
		{"http;//www.gov.cn/", "a", "", "scheme", "http;//", "http://www.gov.cn/"},
		{"www.gov.cn", "a", "", "no-scheme", "", "http://www.gov.cn"},
		{"www.gov.cn/zhengce/1.htm", "a", "", "no-scheme", "", "http://www.gov.cn/zhengce/1.htm"},
		{"http://www.gov.cn/a b.html", "a", "", "space", " ", "http://www.gov.cn/a%20b.html"},
		{"http://www.gov.cn/a\nb.html", "a", "", "line-break", "\n", "http://www.gov.cn/ab.html"},
		{"http://www.gov.cn/a\u200b.html", "a", "", "invisible", "\u200b", "http://www.gov.cn/a.html"},
		{`files\a.html`, "a", "", "backslash", `\`, "files/a.html"},
		{"", "a", "", "empty", "", ""},
		{"#", "a", "", "empty", "", ""},
		{"about:blank", "iframe", "", "empty", "", ""},
		{"javascript:void(0)", "a", "", "script", "", ""},
		{"file:///C:/Users/a.doc", "a", "", "file", "", ""},
		{`D:\网站\a.doc`, "a", "", "file", "", ""},
		{`\\server\share\a.doc`, "a", "", "unc", "", ""},
		{"http://localhost/a", "a", "", "localhost", "", ""},
		{"http://127.0.0.1:8080/a", "a", "", "localhost", "", ""},
		{"http://0x7f.1/a", "a", "", "localhost", "", ""},
		{"http://10.1.2.3/a", "a", "", "private", "", ""},
		{"http://100.100.100.200/a", "a", "", "private", "", ""},
		{"http://[fe80::1]/a", "a", "", "private", "", ""},
		{"http://oa/a", "a", "", "intranet", "", ""},
		{"http://oa.intranet/a", "a", "", "intranet", "", ""},
		{"http://test.city.cn/a", "a", "", "test-host", "", ""},
		{"http://uat2.city.gov.cn/a", "a", "", "test-host", "", ""},
		{"http://dev.city.gov.cn/a", "a", "", "test-host", "", ""},
		{"https://dev.mysql.com/doc", "a", "", "", "", ""},
		{"http://news.cn:8080/a", "a", "", "port", "", ""},
		{"http://www.gov.cn@evil.com/", "a", "", "credentials", "", ""},
		{"http://news.cn/a.png", "img", "", "mixed-content", "", "https://news.cn/a.png"},
		{"mailto:a@b。com", "a", "", "mailto", "a@b。com", "mailto:a@b.com"},
		{"mailto:", "a", "", "mailto", "", ""},
		{"tel:不详", "a", "", "tel", "不详", ""},
		{"http://news.cn/1.html", "a", "www.gov.cn", "text-differs", "", ""},
		{"https://evil.com/1.html", "a", "https://www.gov.cn/1.html", "text-differs", "", ""},
		{"files/setup.exe", "a", "", "executable", "", ""},
		{"http://news.cn/app.apk?x=1", "a", "", "installer", "", ""},
		{"files/1.pdf", "a", "附件（Word版）", "extension-differs", "", ""},
		{"files/1.pdf", "a", "报名表.doc", "extension-differs", "", ""},
		{"http://www.gov.cn.evil.com/", "a", "", "look-alike", "", ""},
		{"http://www.g0v.cn/", "a", "", "look-alike", "", ""},
		{"http://beijing.gov-cn.com/", "a", "", "look-alike", "", ""},
		{"http://www.gοv.cn/", "a", "", "look-alike", "", ""}, // Greek omicron
		{"http://beijing-gov.com/", "a", "", "look-alike-maybe", "", ""},
		{"http://раураl.com/", "a", "", "mixed-script", "", ""}, // Cyrillic
		{"https://t.cn/A6x", "a", "", "short-link", "", ""},
		{"http://old.dxic.gov.cn/x", "a", "", "blocked", "", ""},
		{"https://www.city.gov.cn/a/b.html?x#y", "a", "", "own-absolute", "", "/a/b.html?x#y"},
		{"http://www.gov.cn:99999x/", "a", "", "malformed", "", ""},

		// Right ones.
		{"a/b.html", "a", "", "", "", ""},
		{"附件：通知（一）.doc", "a", "", "", "", ""},
		{"http://www.gov.cn/附件（1）.doc", "a", "", "", "", ""},
		{"https://zh.wikipedia.org/wiki/%E4%B8%AD", "a", "", "", "", ""},
		{"http.html", "a", "", "", "", ""},
		{"www.html", "a", "", "", "", ""},
		{"#fj1", "a", "", "", "", ""},
		{"mailto:a.b@city.gov.cn?subject=x", "a", "", "", "", ""},
		{"tel:+86-10-12345678", "a", "", "", "", ""},
		{"tel:12345", "a", "", "", "", ""},
		{"http://www.beijing.gov.cn/", "a", "www.beijing.gov.cn", "", "", ""},
		{"http://www.beijing.gov.cn/", "a", "beijing.gov.cn/a", "", "", ""},
		{"README.md", "a", "README.md", "", "", ""},
		{"https://github.com/a/b", "a", "config.toml", "", "", ""},
		{"files/1.docx", "a", "附件（Word版）", "", "", ""},
		{"files/1.zip", "a", "Word版和PDF版", "", "", ""},
		{"http://xn--fiqs8s.cn/", "a", "", "", "", ""},
		{"http://testament.cn/", "a", "", "", "", ""},
		{"http://www.contest.cn/", "a", "", "", "", ""},
		{"{{ url }}/a b", "a", "", "", "", ""},
		{"data:image/png;base64,AAAA", "img", "", "", "", ""},
		{"https://news.cn/a.png", "img", "", "", "", ""},
		{"http://8.8.8.8/", "a", "", "", "", ""},
		{"http://1.2.3.4.cn/", "a", "", "", "", ""},
	} {
		got := in.Check(&source.Link{Target: c.target, Element: c.element, Attribute: "href"}, c.text)
		if c.want == "" {
			if len(got) > 0 {
				t.Errorf("%q (%q): got %v, want nothing", c.target, c.text, ids(got))
			}
			continue
		}
		if len(got) == 0 || got[0].ID != c.want {
			t.Errorf("%q (%q): got %v, want %s", c.target, c.text, ids(got), c.want)
			continue
		}
		p := got[0]
		if c.fault != "" && c.target[p.From:p.To] != c.fault {
			t.Errorf("%q: %s is at %q, want %q", c.target, p.ID, c.target[p.From:p.To], c.fault)
		}
		if c.suggest != p.Suggest {
			t.Errorf("%q: suggests %q, want %q", c.target, p.Suggest, c.suggest)
		}
	}
}

// What is suggested has not the same mistake again.
func TestSuggestedTargetsAreRight(t *testing.T) {
	t.Parallel()
	in := testInspector(t)
	for _, target := range []string{
		"http://www.gov.cn/a.html。", "http：//www.gov.cn/", "http://http://www.gov.cn/", "www.gov.cn", "http:/www.gov.cn/x",
		"http://www.gov.cn/a b.html", "a\\b.html", "https//www.gov.cn", "http://www。gov．cn／a", "http;//www.gov.cn/",
	} {
		l := &source.Link{Target: target, Element: "a"}
		found := in.Check(l, "")
		if len(found) != 1 || found[0].Suggest == "" {
			t.Errorf("%q: got %+v, want one problem with a suggestion", target, found)
			continue
		}
		if again := in.Check(&source.Link{Target: found[0].Suggest, Element: "a"}, ""); len(again) > 0 {
			t.Errorf("%q: the suggestion %q has %v", target, found[0].Suggest, ids(again))
		}
	}
}

func TestExternalDomainsOutsideTheAllowListAreFound(t *testing.T) {
	t.Parallel()
	in := NewInspector(Options{Allowed: []string{"gov.cn", "*.news.cn"}})
	for target, want := range map[string]bool{
		"http://www.gov.cn/": false, "http://news.cn/": false, "http://a.news.cn/": false, "http://fakenews.cn/": true, "http://a.com/": true, "a.html": false,
	} {
		got := slices.Contains(ids(in.Check(&source.Link{Target: target, Element: "a"}, "")), "external")
		if got != want {
			t.Errorf("%s: external is %v, want %v", target, got, want)
		}
	}
}

func TestAddressesThatAreNotPublic(t *testing.T) {
	t.Parallel()
	for _, s := range strings.Fields(`127.0.0.1 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200 0.0.0.0
		224.0.0.1 255.255.255.255 198.18.0.1 192.0.2.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
		64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1 2002:7f00:1:: 2002:a00:1:: ::127.0.0.1 2001:db8::1 fec0::1`) {
		if Public(netip.MustParseAddr(s)) {
			t.Errorf("%s counts as public", s)
		}
	}
	for _, s := range strings.Fields(`8.8.8.8 114.114.114.114 172.15.0.1 172.32.0.1 100.63.255.255 100.128.0.1 192.169.0.1 2400:3200::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1`) {
		if !Public(netip.MustParseAddr(s)) {
			t.Errorf("%s does not count as public", s)
		}
	}
}

func TestTablesAreSortedAndWellFormed(t *testing.T) {
	t.Parallel()
	files, err := tableFiles.ReadDir("data")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := tableFiles.ReadFile("data/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		if !strings.HasPrefix(lines[0], "# ") {
			t.Errorf("%s: the first line does not say what the columns are", f.Name())
		}
		rows := lines[1:]
		if !slices.IsSorted(rows) {
			t.Errorf("%s: the rows are not sorted", f.Name())
		}
		if len(slices.Compact(slices.Clone(rows))) != len(rows) {
			t.Errorf("%s: a row stands there twice", f.Name())
		}
	}
	classes := map[string]bool{}
	for _, c := range extensionTable() {
		classes[c] = true
	}
	for claim, class := range claimTable() {
		if !classes[class] {
			t.Errorf("claims.tsv: %s: no extension has the class %s", claim, class)
		}
	}
}

func TestEveryProblemHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, table := range []map[string]wording{problemTable(), reasonTable()} {
		for id, w := range table {
			for i, text := range w.texts {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: no text %d", id, i)
				}
			}
			names := func(s string) []string {
				var out []string
				for part := range strings.SplitSeq(s, "{") {
					if name, _, ok := strings.Cut(part, "}"); ok {
						out = append(out, name)
					}
				}
				slices.Sort(out)
				return out
			}
			if !slices.Equal(names(w.texts[0]), names(w.texts[1])) {
				t.Errorf("%s: placeholders %v and %v", id, names(w.texts[0]), names(w.texts[1]))
			}
		}
	}
	got := Message("zh", Problem{ID: "dead", Args: []string{"reason", "status", "status", "404"}})
	if want := "死链：服务器返回 404"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"http://www。gov。cn", "http:／／a", "mailto:a@b,c", "tel:+1", `\\a\b`, "//[::1]:x", "http://xn--a-ecp.ru", "https:/b。", "\u200b"} {
		f.Add(s, "www.gov.cn")
	}
	in := testInspector(f)
	f.Fuzz(func(t *testing.T, target, text string) {
		for _, p := range in.Check(&source.Link{Target: target, Element: "a"}, text) {
			if p.From < 0 || p.To < p.From || p.To > len(target) {
				t.Errorf("%q: %s is at %d:%d of %d bytes", target, p.ID, p.From, p.To, len(target))
			}
			if _, ok := problemTable()[p.ID]; !ok {
				t.Errorf("%q: no words for %s", target, p.ID)
			}
			if m := Message("zh", p); strings.Contains(m, "{") && !strings.Contains(target+text, "{") {
				t.Errorf("%q: %s has a placeholder left: %s", target, p.ID, m)
			}
			if p.Suggest == target && target != "" {
				t.Errorf("%q: %s suggests what is there", target, p.ID)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	in := testInspector(b)
	for name, target := range map[string]string{
		"relative": "../t20200101_12345.html", "absolute": "https://www.beijing.gov.cn/zhengce/zfwj/202001/t20200101_12345.html", "chinese": "https://www.beijing.gov.cn/政策/通知（一）.html",
	} {
		b.Run(name, func(b *testing.B) {
			l := &source.Link{Target: target, Element: "a", Attribute: "href"}
			b.SetBytes(int64(len(target)))
			b.ReportAllocs()
			for b.Loop() {
				in.Check(l, "关于做好政务公开工作的通知")
			}
		})
	}
}
