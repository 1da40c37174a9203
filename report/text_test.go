package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// marked runs one finding through the text form and returns the line and its mark.
func marked(t *testing.T, opt Options, before, words, after string) (line, mark string) {
	t.Helper()
	var out bytes.Buffer
	w := newText(&out, opt)
	f := &checker.Finding{Rule: "typo/word", Level: lexicon.Error, Document: "a.txt", Message: "m",
		Start: source.Position{Line: 1, Column: 1}, Before: before, Text: words, After: after}
	for _, err := range []error{w.Begin(&Run{}), w.Document(&Document{Name: "a.txt"}), w.Finding(f), w.End(&checker.Stats{})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(out.String(), "\n")
	return lines[2], lines[3]
}

func TestMarkStandsUnderWideCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                string
		opt                 Options
		before, words, text string
		line, mark          string
	}{
		{"Han", Options{}, "请先", "登陆", "系统", "    请先登陆系统", "        ^^^^"},
		{"mixed", Options{}, "a请b", "c登", "", "    a请bc登", "        ^^^"},
		{"ambiguous, narrow", Options{}, "“①”", "登", "", "    “①”登", "       ^^"},
		{"ambiguous, wide", Options{AmbiguousWide: true}, "“①”", "登", "", "    “①”登", "          ^^"},
		{"beyond the BMP", Options{}, "𠮷😀", "登", "", "    𠮷😀登", "        ^^"},
		{"combining", Options{}, "é", "x", "", "    éx", "     ^"},
		{"full-width space", Options{}, "　", "x", "", "    　x", "      ^"},
		{"line feed and tab", Options{}, "一\n二\t", "x", "三", "    一 二 x三", "          ^"},
		{"nothing", Options{}, "句", "", "尾", "    句尾", "      ^"},
		{"control characters", Options{}, "\x1b[31m", "\u202e", "\x00", "    <U+001B>[31m<U+202E><U+0000>", "                ^^^^^^^^"},
	} {
		if line, mark := marked(t, c.opt, c.before, c.words, c.text); line != c.line || mark != c.mark {
			t.Errorf("%s:\ngot\n%s\n%s\nwant\n%s\n%s", c.name, line, mark, c.line, c.mark)
		}
	}
}

func TestLongLinesFitTheTerminal(t *testing.T) {
	t.Parallel()
	for _, wide := range []bool{false, true} {
		cells := runewidth.Condition{EastAsianWidth: wide, StrictEmojiNeutral: true}
		for _, n := range []int{0, 3, 30, 300} {
			for _, m := range []int{0, 3, 300} {
				line, mark := marked(t, Options{Width: 60, AmbiguousWide: wide}, strings.Repeat("前", n), strings.Repeat("错", m+1), strings.Repeat("后", n))
				if w := cells.StringWidth(line); w > 60 {
					t.Errorf("a line of %d columns: %s", w, line)
				}
				if !strings.Contains(mark, "^") || cells.StringWidth(mark) > 60 {
					t.Errorf("mark %q", mark)
				}
				at := strings.Index(mark, "^")
				if got := cells.StringWidth(line[:strings.Index(line, "错")]); got != at {
					t.Errorf("the words begin in column %d, the mark in %d\n%s\n%s", got, at, line, mark)
				}
			}
		}
	}
}

func TestDraftsCannotSpeakToTheTerminal(t *testing.T) {
	t.Parallel()
	evil := "\x1b]0;title\x07\x1b[2J\u009b31m\u202e\u2066\r\n"
	d := &sample{doc: Document{Name: "a" + evil, Title: evil, Format: evil}}
	d.segment(source.Paragraph, 0, "x")
	d.finding("x", checker.Finding{Rule: "typo/x" + evil, Level: lexicon.Error, Message: evil, Source: evil, Pack: evil}, evil)
	d.findings[0].Text, d.findings[0].Before, d.findings[0].After = evil, evil, evil
	for _, opt := range []Options{{}, {Quiet: true}, {Verbose: true}} {
		for i, r := range string(write(t, ByName("text"), opt, []*sample{d})) {
			if r != '\n' && unprintable(r) {
				t.Fatalf("%U at %d", r, i)
			}
		}
	}
}

func TestColoursOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	if got := write(t, ByName("text"), Options{}, samples()); bytes.Contains(got, []byte("\x1b[")) {
		t.Error("colours without being asked for")
	}
	if got := write(t, ByName("text"), Options{Color: true}, samples()); !bytes.Contains(got, []byte("\x1b[1;31m错误\x1b[0m")) {
		t.Error("no colours")
	}
}

func TestQuietTextIsOneLinePerFinding(t *testing.T) {
	t.Parallel()
	list := samples()
	want := 2 // failures
	for _, d := range list {
		want += len(d.findings)
	}
	if got := bytes.Count(write(t, ByName("text"), Options{Quiet: true}, list), []byte("\n")); got != want {
		t.Errorf("%d lines, want %d", got, want)
	}
}

func TestThousands(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %s, want %s", n, got, want)
		}
	}
}
