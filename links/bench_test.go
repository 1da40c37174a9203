package links

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared returns a folder of the data that do not belong to the project.
func shared(t testing.TB, name string) string {
	t.Helper()
	for _, root := range []string{os.Getenv("PROOFCHECK_SHARED"), "../../shared", "../../../shared"} {
		dir := filepath.Join(root, filepath.FromSlash(name))
		if _, err := os.Stat(dir); root != "" && err == nil {
			return dir
		}
	}
	t.Skipf("%s is not there; set PROOFCHECK_SHARED", name)
	return ""
}

// sitePages is a site of a home page and n pages that link to one another: 21 links a page, 60 of
// the addresses broken.
func sitePages(n int) map[string]string {
	pages := map[string]string{}
	filler := strings.Repeat("<p>为进一步做好政务公开工作，现将有关事项通知如下，请认真贯彻执行。</p>\n", 8)
	for i := range n + 1 {
		var b strings.Builder
		fmt.Fprintf(&b, "<!DOCTYPE html><html><head><meta charset=utf-8><title>第 %d 页</title></head><body><h1 id=top%d>标题</h1>\n", i, i)
		for k := range 20 {
			fmt.Fprintf(&b, "<p>请看<a href=\"p%d.html\">第 %d 页</a>。</p>\n", (i*20+k)%n+1, (i*20+k)%n+1)
		}
		if i%2 == 0 {
			fmt.Fprintf(&b, "<a href=\"missing%d.html\">没有的页</a>\n", i/2%60)
		} else {
			fmt.Fprintf(&b, "<a href=\"index.html\">首页</a>\n")
		}
		b.WriteString(filler + "</body></html>\n")
		name := fmt.Sprintf("p%d.html", i)
		if i == 0 {
			name = "index.html"
		}
		pages[name] = b.String()
	}
	return pages
}

func benchmarkFolder(b *testing.B, dir string, screen bool) {
	var size int64
	tree := NewTree(dir, TreeOptions{Rooted: true})
	names, err := tree.Pages(nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range names {
		info, err := os.Stat(filepath.Join(dir, n))
		if err != nil {
			b.Fatal(err)
		}
		size += info.Size()
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		r, err := CheckFolder(context.Background(), FolderOptions{Tree: NewTree(dir, TreeOptions{Rooted: true}), Inspector: NewInspector(Options{}), Screen: screen})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.Links), "links")
		b.ReportMetric(float64(len(r.Findings)), "findings")
	}
}

func BenchmarkFolder(b *testing.B) {
	b.Run("site", func(b *testing.B) { benchmarkFolder(b, write(b, sitePages(2000)), false) })
	b.Run("site-screened", func(b *testing.B) { benchmarkFolder(b, write(b, sitePages(2000)), true) })
	b.Run("markdown", func(b *testing.B) { benchmarkFolder(b, shared(b, "corpus/drafts/docs_md"), false) })
	b.Run("markdown-screened", func(b *testing.B) { benchmarkFolder(b, shared(b, "corpus/drafts/docs_md"), true) })
}
