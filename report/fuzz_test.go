package report

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// FuzzForms puts arbitrary text into every field that comes from outside and reads each form
// back with a reader of its kind.
func FuzzForms(f *testing.F) {
	for _, d := range samples() {
		for _, x := range d.findings {
			f.Add(x.Document, d.segments[x.Segment].Text, x.Message, x.Source, x.From, x.To)
		}
	}
	f.Add("a\xff\x00", "</mark></script><!--", "\u2028", "]]>", 0, 400)
	f.Fuzz(func(t *testing.T, name, text, message, basis string, from, to int) {
		d := &sample{doc: Document{Name: name, Title: message}}
		d.segment(source.Paragraph, 0, text)
		finding := &checker.Finding{Rule: "typo/word", Level: lexicon.Error, Document: name, Text: basis, Before: text, After: message,
			Message: message, Source: basis, Pack: name, From: from, To: to, Fixes: []checker.Fix{{Text: text}}}
		d.findings = append(d.findings, finding)
		d.failure = errors.New(message)
		for _, form := range Forms {
			out := write(t, form, Options{Verbose: true}, []*sample{d})
			if err := readBack(form.Name, out); err != nil {
				t.Errorf("%s: %v\n%q", form.Name, err, out)
			}
		}
	})
}

func readBack(form string, out []byte) error {
	switch form {
	case "json", "sarif", "rdjson":
		return json.Unmarshal(out, new(any))
	case "jsonl":
		for line := range bytes.Lines(out) {
			if err := json.Unmarshal(line, new(any)); err != nil {
				return err
			}
		}
	case "junit":
		return wellFormed(bytes.NewReader(out))
	case "xlsx":
		z, err := zip.NewReader(bytes.NewReader(out), int64(len(out)))
		if err != nil {
			return err
		}
		for _, file := range z.File {
			r, err := file.Open()
			if err != nil {
				return err
			}
			if err := wellFormed(r); err != nil {
				return err
			}
		}
	case "csv":
		rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		if err != nil {
			return err
		}
		for _, cell := range rows[1] {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				return errors.New("a cell is a formula: " + cell)
			}
		}
	case "github":
		lines := bytes.Split(bytes.TrimSuffix(out, []byte("\n")), []byte("\n"))
		for i, line := range lines {
			if bytes.HasPrefix(line, []byte("::error file=")) != (i < len(lines)-1) {
				return errors.New("a line that is no command")
			}
		}
	case "html":
		return ownElementsOnly(out)
	case "text":
		if i := bytes.IndexFunc(out, func(r rune) bool { return r != '\n' && unprintable(r) }); i >= 0 {
			return errors.New("a control character")
		}
	}
	return nil
}

func wellFormed(r io.Reader) error {
	d := xml.NewDecoder(r)
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// ownElementsOnly reports elements, attributes and comments that the template does not have.
func ownElementsOnly(page []byte) error {
	own := map[string]bool{}
	for t := html.NewTokenizer(strings.NewReader(pageTemplate)); t.Next() != html.ErrorToken; {
		own[t.Token().Data] = true
	}
	scripts := 0
	for t := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch t.Next() {
		case html.ErrorToken:
			if scripts != 1 {
				return errors.New("not one script")
			}
			return nil
		case html.CommentToken:
			return errors.New("a comment")
		case html.StartTagToken, html.SelfClosingTagToken:
			token := t.Token()
			if !own[token.Data] {
				return errors.New("a foreign element " + token.Data)
			}
			if token.Data == "script" {
				scripts++
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src" {
					return errors.New("a foreign attribute " + a.Key)
				}
			}
		}
	}
}
