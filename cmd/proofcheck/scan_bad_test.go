package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"proofcheck/store"
)

// TestBadInputIsToldAndTheRestIsChecked scans all that can be wrong with input at once.
func TestBadInputIsToldAndTheRestIsChecked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name string, text []byte) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	const wrong = "<p>请登陆系统。</p>"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String("<meta charset=gbk>" + wrong)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(wrong)
	if err != nil {
		t.Fatal(err)
	}
	put("docs/utf8.html", []byte(wrong))
	put("docs/gbk.html", []byte(gbk))
	put("docs/utf16.html", []byte(wide))
	put("docs/large.html", bytes.Repeat([]byte("<p>很长的一段。</p>"), 100_000)) // 2.4 MB
	put("docs/picture.html", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x10"))
	if os.Getuid() != 0 {
		put("docs/secret.html", []byte(wrong))
		os.Chmod(filepath.Join(dir, "docs/secret.html"), 0)
	}
	put("records.jsonl", []byte(fmt.Sprintf("{\"id\":\"first\",\"content\":%q}\nno JSON\n[1,2]\n{\"id\":\"huge\",\"content\":\"%s\"}\n{\"id\":\"last\",\"content\":%q}\n", wrong, strings.Repeat("长", 1<<20), wrong)))
	put("table.csv", []byte("id,content\nrow,请登陆系统。\nopen,\"请登陆系统。\nbehind,请登陆系统。\n"))
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for _, name := range []string{"good.html", "bad.html"} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(w, wrong+name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	put("archive.zip", bytes.Replace(zipped.Bytes(), []byte("系统。</p>bad"), []byte("系统，</p>bad"), 1))
	put("cut.zip", zipped.Bytes()[:zipped.Len()/2])
	put("cut.tar.gz", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b"))
	put("cut.warc", []byte("WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://a.example/w.html\r\nContent-Type: text/html\r\nContent-Length: "+fmt.Sprint(len(wrong))+"\r\n\r\n"+wrong+"\r\n\r\nWARC/1.0\r\nContent-Le"))

	c := command(t, "--lang", "en", "scan", "docs", "records.jsonl", "table.csv", "archive.zip", "cut.zip", "cut.tar.gz", "cut.warc", "--store", "s.db", "--max-size", "1", "--only", "typo/word")
	c.Dir = dir
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := c.Run(); !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
		t.Errorf("%v, want exit code 2; %s", err, &stderr)
	}
	for _, want := range []string{"large.html", "picture.html", "line 2", "line 3", "line 4", "row 2: a quotation mark is not closed", "bad.html", "cut.zip", "cut.tar.gz", "cut.warc"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("nothing is told of %s:\n%s", want, &stderr)
		}
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	var found, failed []string
	for r, err := range s.Findings(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, r.Document.Key)
	}
	for d, err := range s.Documents(t.Context(), store.DocumentFilter{Failed: true}) {
		if err != nil || d.Error == "" {
			t.Errorf("%s: %q, %v", d.Key, d.Error, err)
		}
		failed = append(failed, d.Key)
	}
	slices.Sort(found)
	if want := []string{"behind", "first", "gbk.html", "good.html", "http://a.example/w.html", "last", "row", "utf16.html", "utf8.html"}; !slices.Equal(found, want) {
		t.Errorf("found in %q, want %q\n%s", found, want, &stderr)
	}
	if len(failed) < 6 {
		t.Errorf("%q could not be checked", failed)
	}
}

func TestAFullDiskIsTold(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	c := command(t, "--lang", "en", "scan", ".", "--store", "s.db", "--format", "json")
	out, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	var stderr bytes.Buffer
	c.Stdout, c.Stderr = out, &stderr
	var exit *exec.ExitError
	if err := c.Run(); !errors.As(err, &exit) || exit.ExitCode() != exitFailed || !strings.Contains(stderr.String(), "space") {
		t.Errorf("%v, want exit code 2; %s", err, &stderr)
	}
}
