package mend_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/mend"
	"proofcheck/source"
)

func TestChooseLeavesOverlapsForTheNextRound(t *testing.T) {
	t.Parallel()
	group := func(spans ...int64) []mend.Patch {
		var g []mend.Patch
		for i := 0; i < len(spans); i += 2 {
			g = append(g, mend.Patch{source.Span{Start: spans[i], End: spans[i+1]}, []byte("x")})
		}
		return g
	}
	for _, test := range []struct {
		name   string
		groups [][]mend.Patch
		want   []int64 // starts
		n      int
	}{
		{"none", nil, nil, 0},
		{"apart", [][]mend.Patch{group(5, 6), group(0, 3)}, []int64{0, 5}, 2},
		{"touching", [][]mend.Patch{group(0, 3), group(3, 6)}, []int64{0, 3}, 2},
		{"overlapping", [][]mend.Patch{group(0, 4), group(3, 6), group(6, 7)}, []int64{0, 6}, 2},
		{"the same twice", [][]mend.Patch{group(2, 4), group(2, 4)}, []int64{2}, 1},
		{"two insertions at one place", [][]mend.Patch{group(2, 2), group(2, 2)}, []int64{2}, 1},
		{"a fix of two edits around another", [][]mend.Patch{group(0, 2, 8, 9), group(4, 5)}, []int64{0, 8}, 1},
	} {
		got, n := mend.Choose(test.groups)
		var starts []int64
		for _, p := range got {
			starts = append(starts, p.Start)
		}
		if n != test.n || !slices.Equal(starts, test.want) {
			t.Errorf("%s: starts %v of %d groups, want %v of %d", test.name, starts, n, test.want, test.n)
		}
	}
}

func TestApply(t *testing.T) {
	t.Parallel()
	patches := []mend.Patch{{source.Span{Start: 1, End: 2}, []byte("BB")}, {source.Span{Start: 2, End: 2}, []byte("-")}, {source.Span{Start: 4, End: 6}, nil}}
	var out bytes.Buffer
	if err := mend.Apply(&out, strings.NewReader("abcdef"), patches); err != nil || out.String() != "aBB-cd" {
		t.Errorf("got %q, %v", out.String(), err)
	}
	if err := mend.Apply(&out, strings.NewReader("abcde"), patches); !errors.Is(err, io.EOF) {
		t.Errorf("a file that became shorter: %v", err)
	}
}

func TestBytesMendsInTheEncodingOfTheFile(t *testing.T) {
	t.Parallel()
	c, err := checker.New(checker.Options{Only: []string{"punctuation/repeated-marks"}, NoBuiltin: true})
	if err != nil {
		t.Fatal(err)
	}
	// GB18030: 好 is BA C3, 。is A1 A3.
	m := mend.Mender{Checker: c, Name: "a.txt", Format: formats.Text, Options: formats.Options{Charset: "gb18030"}}
	got, err := m.Bytes(t.Context(), []byte("\xba\xc3\xba\xc3\xba\xc3\xa1\xa3\xa1\xa3"))
	if want := "\xba\xc3\xba\xc3\xba\xc3\xa1\xa3"; err != nil || string(got) != want || m.Fixed != 1 {
		t.Errorf("got %q, %d fixed, %v; want %q", got, m.Fixed, err, want)
	}
}
