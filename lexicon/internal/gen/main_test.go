package main

import (
	"bytes"
	"os"
	"testing"
	"testing/fstest"

	"proofcheck/lexicon"
)

func TestUpToDate(t *testing.T) {
	want, err := compile(os.DirFS("../../data"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../builtin.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("lexicon/builtin.bin does not fit lexicon/data; run go generate ./lexicon")
	}
	if _, err := lexicon.Open(string(got)); err != nil {
		t.Error(err)
	}
}

func TestCompile(t *testing.T) {
	data, err := compile(fstest.MapFS{
		"typo/seed.tsv":       {Data: []byte("form\tsuggest\n布署\t部署\n")},
		"sensitive/fraud.tsv": {Data: []byte("form\tevasion\n刷单\tgaps\n")},
		"notes/fraud.tsv":     {Data: []byte("not a lexicon")},
		"README.md":           {Data: []byte("text")},
	})
	if err != nil {
		t.Fatal(err)
	}
	set, err := lexicon.Open(string(data))
	if err != nil {
		t.Fatal(err)
	}
	e := set.Entry(1)
	if set.Len() != 2 || e.Form != "布署" || e.Category != lexicon.Typo || e.Pack != "seed" || e.Origin != "typo/seed.tsv:2" {
		t.Errorf("%d entries, %+v", set.Len(), e)
	}
	if _, err := compile(fstest.MapFS{"typo/seed.tsv": {Data: []byte("form\tlevel\n布署\tfatal\n")}}); err == nil {
		t.Error("no error for a wrong level")
	}
}
