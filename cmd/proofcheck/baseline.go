package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"proofcheck/checker"
)

// baseline is the findings that are known and not reported again. In its file, paths count from
// the directory of the file and have slashes, so that it can be kept beside the drafts.
type baseline struct {
	dir  string
	docs map[string]map[string]known // by document, by fingerprint
	used map[string]map[string]bool  // of those, what was found again
}

// known is one finding of a baseline. Rule and Text are there for people who review the file.
type known struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Text        string `json:"text"`
}

// baselineFile is the file's shape.
type baselineFile struct {
	Version   int                `json:"version"`
	Documents []baselineDocument `json:"documents"`
}

type baselineDocument struct {
	Path     string  `json:"path"`
	Findings []known `json:"findings"`
}

func newBaseline(path string) *baseline {
	return &baseline{dir: filepath.Dir(absolute(path)), docs: map[string]map[string]known{}, used: map[string]map[string]bool{}}
}

// readBaseline reads a baseline file.
func (p *program) readBaseline(path string) (*baseline, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, p.fail("baseline.unreadable", "path", shown(path), "error", p.reason(err))
	}
	var file baselineFile
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, p.fail("baseline.wrong", "path", shown(path), "error", err.Error())
	}
	if file.Version != 1 {
		return nil, p.fail("baseline.version", "path", shown(path))
	}
	b := newBaseline(path)
	for _, d := range file.Documents {
		for _, k := range d.Findings {
			b.put(d.Path, k)
		}
	}
	return b, nil
}

func (b *baseline) put(document string, k known) {
	if b.docs[document] == nil {
		b.docs[document] = map[string]known{}
	}
	b.docs[document][k.Fingerprint] = k
}

// name returns how the file names a document.
func (b *baseline) name(path string) string {
	if rel, err := filepath.Rel(b.dir, absolute(path)); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}

// knows reports whether a finding is known. It is safe for several goroutines.
func (b *baseline) knows(f *checker.Finding) bool {
	_, ok := b.docs[b.name(f.Document)][f.Fingerprint]
	return ok
}

// meets is knows, and notes that the finding is still there, for gone.
func (b *baseline) meets(f *checker.Finding) bool {
	if !b.knows(f) {
		return false
	}
	document := b.name(f.Document)
	if b.used[document] == nil {
		b.used[document] = map[string]bool{}
	}
	b.used[document][f.Fingerprint] = true
	return true
}

// gone counts the findings of the checked documents that were not found again.
func (b *baseline) gone(documents []string) int {
	n := 0
	for _, path := range documents {
		document := b.name(path)
		n += len(b.docs[document]) - len(b.used[document])
	}
	return n
}

// add notes a finding.
func (b *baseline) add(f *checker.Finding) {
	b.put(b.name(f.Document), known{f.Fingerprint, f.Rule, f.Text})
}

// keep takes over what an older baseline says of documents that were not checked this time.
func (b *baseline) keep(old *baseline, checked []string) {
	for _, path := range checked {
		delete(old.docs, old.name(path))
	}
	for document, list := range old.docs {
		if _, err := os.Stat(filepath.Join(b.dir, filepath.FromSlash(document))); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		for _, k := range list {
			b.put(document, k)
		}
	}
}

// write writes the file: sorted, one finding a line, so that version control shows what changed.
func (b *baseline) write(w io.Writer) error {
	var out bytes.Buffer
	out.WriteString("{\n\"version\": 1,\n\"documents\": [")
	for i, document := range slices.Sorted(maps.Keys(b.docs)) {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n{\"path\": " + quoteJSON(document) + ", \"findings\": [")
		for j, fingerprint := range slices.Sorted(maps.Keys(b.docs[document])) {
			if j > 0 {
				out.WriteByte(',')
			}
			k := b.docs[document][fingerprint]
			out.WriteString("\n  {\"fingerprint\": " + quoteJSON(k.Fingerprint) + ", \"rule\": " + quoteJSON(k.Rule) + ", \"text\": " + quoteJSON(k.Text) + "}")
		}
		out.WriteString("\n]}")
	}
	out.WriteString("\n]\n}\n")
	_, err := w.Write(out.Bytes())
	return err
}

// quoteJSON writes a string as JSON, with characters of HTML as they are.
func quoteJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s) // a string can always be encoded
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}

// writeBaseline writes a baseline file atomically.
func (p *program) writeBaseline(path string, b *baseline) error {
	f, err := createAtomic(path)
	if err == nil {
		defer f.discard()
		if err = b.write(f); err == nil {
			err = f.commit()
		}
	}
	if err != nil {
		return p.fail("output.failed", "path", shown(path), "error", p.reason(err))
	}
	return nil
}
