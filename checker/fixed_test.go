package checker

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"proofcheck/lexicon"
	"proofcheck/lexicon/near"
)

var update = flag.Bool("update", false, "rewrite compiled data")

// TestFixedIsCompiled holds data/fixed.bin to the tables of data/fixed.
func TestFixedIsCompiled(t *testing.T) {
	want := compileFixed(t)
	if *update {
		if err := os.WriteFile("data/fixed.bin", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal([]byte(fixedData), want) {
		t.Error("data/fixed.bin does not fit data/fixed; run make update")
	}
}

func compileFixed(t *testing.T) []byte {
	var sources, forms []string
	var records []byte
	seen := map[string]string{}
	for k, kind := range fixedKinds {
		name := "data/fixed/" + kind + ".tsv"
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rows := parseTable(name, text)
		titles := map[string]bool{}
		for _, row := range rows {
			titles[row["phrase"]] = true
		}
		for _, row := range rows {
			// The rest of the title and the name of the state are phrases by themselves.
			if rest, ok := strings.CutPrefix(row["phrase"], stateName); ok && kind == "laws" && titles[rest] && utf8.RuneCountInString(rest) >= near.MinChars {
				continue
			}
			level, ok := lexicon.ParseLevel(row["level"])
			if !ok && row["level"] != "" {
				t.Errorf("%s: %s: unknown level %q", name, row["phrase"], row["level"])
			}
			source := slices.Index(sources, row["source"])
			if source < 0 {
				source = len(sources)
				sources = append(sources, row["source"])
			}
			for i, form := range append([]string{row["phrase"]}, split(row["variants"])...) {
				if n := len([]rune(form)); n < near.MinChars || n > near.MaxChars {
					continue
				}
				if at, ok := seen[form]; ok {
					if i == 0 {
						t.Logf("%s: %s stands in %s as well", name, form, at)
					}
					continue
				}
				seen[form] = name
				flags := byte(level)
				if i > 0 {
					flags |= fixedVariant
				}
				records = append(records, byte(k), flags, byte(source))
				forms = append(forms, form)
			}
		}
	}
	if len(sources) > 255 {
		t.Fatalf("%d sources; a byte holds 255", len(sources))
	}
	m, err := near.Compile(forms)
	if err != nil {
		t.Fatal(err)
	}
	out := []byte(strings.Join(sources, "\t") + "\n")
	out = append(out, byte(len(forms)), byte(len(forms)>>8), byte(len(forms)>>16))
	return m.AppendBinary(append(out, records...))
}
