package batch

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"

	"proofcheck/store"
)

// The same three drafts in every kind of source.
var samples = []struct{ key, text string }{
	{"a/1.html", "<title>通知</title><p>请登陆系统。</p>"}, {"a/2.txt", "没有问题的一篇。"}, {"b/3.md", "# 标题\n\n按步就班地做。。\n"},
}

const sampleFindings = "a/1.html:登陆系统:open b/3.md:。。:open b/3.md:按步就班:open"

func TestEveryArchiveGivesTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder := filepath.Join(dir, "folder")
	var zipped, tarred bytes.Buffer
	z, a := zip.NewWriter(&zipped), tar.NewWriter(&tarred)
	for _, art := range samples {
		write(t, filepath.Join(folder, art.key), art.text)
		w, err := z.Create(art.key)
		if err == nil {
			_, err = w.Write([]byte(art.text))
		}
		if err == nil {
			err = a.WriteHeader(&tar.Header{Name: "./" + art.key, Size: int64(len(art.text)), Mode: 0o644})
		}
		if err == nil {
			_, err = a.Write([]byte(art.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), a.Close()); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, ".hidden", "4.txt"), "按步就班")
	write(t, filepath.Join(folder, "picture.png"), "按步就班")
	var gz, zst bytes.Buffer
	g := gzip.NewWriter(&gz)
	g.Write(tarred.Bytes())
	g.Close()
	zs, err := zstd.NewWriter(&zst)
	if err != nil {
		t.Fatal(err)
	}
	zs.Write(tarred.Bytes())
	zs.Close()
	specs := []string{folder, write(t, filepath.Join(dir, "a.zip"), zipped.String()), write(t, filepath.Join(dir, "a.tar"), tarred.String()),
		write(t, filepath.Join(dir, "a.tar.gz"), gz.String()), write(t, filepath.Join(dir, "a.tgz"), gz.String()), write(t, filepath.Join(dir, "a.tar.zst"), zst.String())}
	for _, spec := range specs {
		s := openStore(t)
		out := scanAll(t, s, examiner(t), open(t, spec, SourceOptions{}))
		if got := found(t, s, store.Filter{}); got != sampleFindings || out.Run.Documents != 3 || !out.Done {
			t.Errorf("%s: %d documents, %s\nwant %s", filepath.Base(spec), out.Run.Documents, got, sampleFindings)
		}
		var titles []string
		for d, err := range s.Documents(t.Context(), store.DocumentFilter{Column: "a"}) {
			if err != nil {
				t.Fatal(err)
			}
			titles = append(titles, d.Title)
		}
		if want := []string{"通知", ""}; !slices.Equal(titles, want) {
			t.Errorf("titles %q, want %q", titles, want)
		}
		// From each cursor on, the rest comes.
		src := open(t, spec, SourceOptions{})
		var all []*Record
		for r, err := range src.Records(t.Context(), "") {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, r)
		}
		for i, r := range all {
			var keys []string
			for r, err := range src.Records(t.Context(), r.Cursor) {
				if err != nil {
					t.Fatal(err)
				}
				keys = append(keys, r.Key)
			}
			var want []string
			for _, r := range all[i+1:] {
				want = append(want, r.Key)
			}
			if !slices.Equal(keys, want) {
				t.Errorf("%s after %q: %q, want %q", filepath.Base(spec), r.Cursor, keys, want)
			}
		}
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("编号,标题,正文,发布日期,栏目\n1,请登陆系统,<p>按步就班</p>,2019年5月1日,要闻\n2,x,无事,,\n")
	if err != nil {
		t.Fatal(err)
	}
	csv := open(t, write(t, filepath.Join(dir, "t.csv"), gbk), SourceOptions{})
	s := openStore(t)
	scanAll(t, s, examiner(t), csv)
	if got, want := found(t, s, store.Filter{}), "1:按步就班:open 1:登陆系统:open"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for d, err := range s.Documents(t.Context(), store.DocumentFilter{Limit: 1}) {
		if err != nil || d.Date != 20190501 || d.Column != "要闻" || d.Format != "html" || d.Title != "请登陆系统" {
			t.Errorf("%+v, %v", d, err)
		}
	}
	// The words of the title have no place in the content.
	for r, err := range s.Findings(t.Context(), store.Filter{Text: "登陆系统"}) {
		if err != nil || r.Finding.Line != 0 {
			t.Errorf("%+v, %v", r.Finding, err)
		}
	}

	fields, err := ParseFields("id=no, content = q + a")
	if err != nil {
		t.Fatal(err)
	}
	lines := "\ufeff{\"no\":7,\"q\":\"请登陆系统\",\"a\":\"按步就班\"}\n\nnot json\n[1]\n{\"no\":8}{}\n{\"no\":9,\"q\":\"好\",\"a\":null}\n{\"x\":1}\n"
	jsonl := open(t, write(t, filepath.Join(dir, "t.jsonl"), lines), SourceOptions{Fields: fields})
	s = openStore(t)
	out := scanAll(t, s, examiner(t), jsonl)
	if got, want := found(t, s, store.Filter{}), "7:按步就班:open 7:登陆系统:open"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if out.Run.Documents != 6 || out.Run.Failed != 4 {
		t.Errorf("counted %+v", out.Run.Counts)
	}
	var failed []string
	for d, err := range s.Documents(t.Context(), store.DocumentFilter{Failed: true}) {
		if err != nil {
			t.Fatal(err)
		}
		failed = append(failed, d.Key)
	}
	if want := []string{"line 3", "line 4", "line 5", "line 7"}; !slices.Equal(failed, want) {
		t.Errorf("failed %q, want %q", failed, want)
	}
	for _, bad := range []string{"title", "nothing=x", "title="} {
		if _, err := ParseFields(bad); err == nil {
			t.Errorf("ParseFields(%q) has no error", bad)
		}
	}
}
