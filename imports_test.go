package proofcheck

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the direction in which data flows: what each package of the module may import of
// the others. A package that is not in the table fails the test, so that adding one is a
// decision. Tests and internal generators are free.
var mayImport = map[string][]string{
	".":                 {},
	"source":            {},
	"hanzi":             {},
	"lexicon/automaton": {},
	"lexicon/near":      {},
	"lexicon/words":     {"hanzi"},
	"lexicon":           {"hanzi", "lexicon/automaton", "lexicon/words"},
	"formats":           {"source"},
	"typo":              {"hanzi", "lexicon", "lexicon/words", "typo/internal/phash"},
	"links":             {"source", "formats"},
	"roster":            {"lexicon"},
	"checker":           {"source", "hanzi", "roster", "lexicon", "lexicon/automaton", "lexicon/near", "lexicon/words", "typo", "links"},
	"schema":            {},
	"opinion":           {},
	"wording":           {}, // texts in two languages; each package that speaks has a table of its own
	"report":            {"source", "checker", "lexicon", "schema", "wording"},
	"mend":              {"source", "formats", "checker"},
	"server/page":       {},
	"server":            {"source", "formats", "lexicon", "checker", "mend", "links", "report", "schema", "store", "wording"},
	"store":             {"lexicon"},
	"ledger":            {"checker", "lexicon", "report", "store", "wording"},                          // findings as people rectify them
	"ledger/page":       {"checker", "ledger", "lexicon", "report", "store", "wording"},                // a store as a web page
	"patrol":            {"ledger", "lexicon", "links", "report", "store", "wording"},                  // schedules and what they report
	"notice/docx":       {},                                                                            // Word documents in the layout of GB/T 9704
	"notice":            {"checker", "ledger", "lexicon", "notice/docx", "report", "store", "wording"}, // 通报
	"cmd/proofcheck":    nil,                                                                           // everything
	"batch":             {"source", "formats", "hanzi", "lexicon", "checker", "links", "store", "wording"},
	"batch/queue":       {"batch", "links", "store"}, // a scan over many machines, by NATS JetStream

	"integrations":           {}, // recipes; their tests are in Go
	"integrations/wordpress": {}, // a plugin in PHP; its tests are in Go
}

func TestImports(t *testing.T) {
	const module = "proofcheck/"
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (base[0] == '.' || base == "testdata" || base == "internal") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		pkg := path.Dir(filepath.ToSlash(name))
		if strings.HasPrefix(pkg, "cmd/") || strings.HasPrefix(pkg, "quality") {
			return nil
		}
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("package %s is not in the table of this test; say there what it may import", pkg)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range file.Imports {
			full, _ := strconv.Unquote(imp.Path.Value)
			if rest, ok := strings.CutPrefix(full, module); ok && !slices.Contains(allowed, rest) {
				t.Errorf("%s imports %s; %s may import %q", name, rest, pkg, allowed)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
