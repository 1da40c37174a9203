package links

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// write makes files of a folder; a name that ends in a slash is a folder.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func checkFolder(t testing.TB, dir string, opt TreeOptions) *Report {
	t.Helper()
	r, err := CheckFolder(context.Background(), FolderOptions{Tree: NewTree(dir, opt), Inspector: NewInspector(Options{Page: opt.BaseURL}), Screen: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLinksInAFolderAreResolvedAsASiteServesIt(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"zw/index.html": "<h2 id=a1>一</h2>", "zw/t1/a.html": "<a name='fj1'></a>", "zw/附件 1.doc": "x", "zw/empty.pdf": "", "about.html": "x",
		"img/Logo.png": "x", "empty/x.txt": "x", "guide/README.md": "# 快速 `Start`\n", "news.shtml": "<p>x",
	})
	tree := NewTree(dir, TreeOptions{Rooted: true})
	for _, c := range []struct{ page, target, want, name string }{
		{"index.html", "zw/", "", "zw/index.html"},
		{"index.html", "zw", "", "zw/index.html"},
		{"index.html", "zw/index.html#a1", "", "zw/index.html"},
		{"index.html", "zw/#a2", "missing-anchor", "zw/index.html"},
		{"index.html", "zw/t1/a.html#fj1", "", "zw/t1/a.html"},
		{"zw/t1/a.html", "../%E9%99%84%E4%BB%B6%201.doc", "", "zw/附件 1.doc"},
		{"zw/t1/a.html", "../%B8%BD%BC%FE%201.doc", "", "zw/附件 1.doc"},
		{"zw/t1/a.html", "../附件 1.doc", "", "zw/附件 1.doc"},
		{"zw/t1/a.html", "#fj1", "", "zw/t1/a.html"},
		{"zw/t1/a.html", "#fj2", "missing-anchor", "zw/t1/a.html"},
		{"zw/t1/a.html", "#top", "", "zw/t1/a.html"},
		{"zw/t1/a.html", "#:~:text=x", "", "zw/t1/a.html"},
		{"zw/t1/a.html", "/about", "", "about.html"},
		{"zw/t1/a.html", "/news?id=1", "", "news.shtml"},
		{"zw/t1/a.html", "../../../a.html", "outside", ""},
		{"zw/t1/a.html", "/img/logo.png", "case", "img/Logo.png"},
		{"zw/t1/a.html", "/IMG/Logo.png", "case", "img/Logo.png"},
		{"zw/t1/a.html", "../empty.pdf", "empty-file", "zw/empty.pdf"},
		{"zw/t1/a.html", "b.html", "missing", ""},
		{"zw/t1/a.html", "/empty/", "missing-page", ""},
		{"zw/t1/a.html", "/search.jsp", "", ""},
		{"guide/README.md", "../empty/", "", ""},
		{"zw/t1/a.html", "/guide/#快速-start", "", "guide/README.md"},
	} {
		link := Reference{}
		link.Target = c.target
		local := tree.Resolve(c.page, nil, &link.Link)
		got := ids(append(local.Problems, tree.Anchor(local.Name, local.Anchor)...))
		if want := strings.Fields(c.want); !slices.Equal(got, want) || local.Name != c.name {
			t.Errorf("%s on %s: %v, %q; want %v, %q", c.target, c.page, got, local.Name, want, c.name)
		}
	}
}

func TestProblemsOfAFolderAreReportedWithTheirPlaces(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"index.html":  "<title>首页</title>\n<p>请看<a href=\"Zw/A.html\">文章</a>\n<img src='no.png'><a href=''>空</a>\n",
		"zw/a.html":   "<base href='/zw/x/'><a href='b.html#no'>b</a>",
		"zw/x/b.html": "<p id=yes>",
	})
	r := checkFolder(t, dir, TreeOptions{Rooted: true})
	var got []string
	for _, f := range r.Findings {
		got = append(got, fmt.Sprintf("%s:%s %s %s %s", f.Page, f.Ref.At, f.ID, f.Ref.Target, f.Suggest))
	}
	want := []string{
		"index.html:2:15 case Zw/A.html zw/a.html",
		"index.html:3:11 missing no.png ",
		"index.html:3:28 empty  ",
		"zw/a.html:1:30 missing-anchor b.html#no ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if r.Pages != 3 || r.Links != 4 {
		t.Errorf("%d pages and %d links, want 3 and 4", r.Pages, r.Links)
	}
	if r.Findings[0].Title != "首页" || r.Findings[0].Ref.Text != "文章" {
		t.Errorf("title %q, text %q", r.Findings[0].Title, r.Findings[0].Ref.Text)
	}
}

func TestHeadingsBecomeAnchorsAsPublishersMakeThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		style     Slugs
		raw, want string
	}{
		{GitHub, "Hello, World!", "hello-world"},
		{GitHub, "TiDB 的 `EXPLAIN` 用法（一）", "tidb-的-explain-用法一"},
		{GitHub, "a_b *c* **d** [e](f.md)", "a_b-c-d-e"},
		{GitHub, "`tidb_enable` <span class=x>New</span>", "tidb_enable-new"},
		{GitHub, "a & b", "a--b"},
		{GitHub, "什么是 C++？", "什么是-c"},
		{GitHub, "v5.0.1 \\[GA\\]", "v501-ga"},
		{Hugo, "Hello, World!", "hello-world"},
		{Pandoc, "1. Hello, World.", "hello-world."},
		{Pandoc, "33", "section"},
	} {
		if got := c.style.slug(headingText(c.raw)); got != c.want {
			t.Errorf("%v: %q becomes %q, want %q", c.style, c.raw, got, c.want)
		}
	}
	s := slugger{}
	var got []string
	for _, h := range []string{"a", "a", "a-1", "a"} {
		got = append(got, s.next(h))
	}
	if want := []string{"a", "a-1", "a-1-1", "a-2"}; !slices.Equal(got, want) {
		t.Errorf("equal headings become %v, want %v", got, want)
	}
}
