// Package notice writes notices of inspection (通报) as Word documents, web pages and Markdown. The text
// comes from a template in Markdown, so that the three forms say the same; the layout of the Word
// document is that of GB/T 9704-2012. It counts nothing itself: it is given a ledger.Summary.
package notice

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	markup "github.com/yuin/goldmark/renderer/html"

	"proofcheck/ledger"
	"proofcheck/notice/docx"
)

// Forms are the forms that notices are written in, by the extensions of their files.
var Forms = []string{"docx", "html", "md"}

//go:embed notice.zh.md.tmpl
var chineseText string

//go:embed notice.en.md.tmpl
var englishText string

//go:embed page.css
var style string

// Options say how a notice is written. The zero value writes Chinese and leaves who signs to be
// filled in.
type Options struct {
	Lang     string // "zh" (default) or "en"
	Template string // Markdown with the actions of text/template; "" is the built-in one
	Title    string
	To       string    // whom it is for (主送机关)
	Issuer   string    // who signs (署名)
	Date     time.Time // of the notice (成文日期)
	Score    ledger.Score
	Sections int // most sections that are listed, 20 when zero
}

// Template returns the built-in template in a language, to begin one's own with.
func Template(lang string) string {
	if lang == "en" {
		return englishText
	}
	return chineseText
}

// Write writes a notice in a form.
func Write(w io.Writer, form string, s *ledger.Summary, opt Options) error {
	text, err := Markdown(s, opt)
	if err != nil {
		return err
	}
	lang := "zh-CN"
	if opt.Lang == "en" {
		lang = "en"
	}
	title := newView(s, opt).plainTitle
	switch form {
	case "md":
		_, err = w.Write(text)
	case "html":
		err = writePage(w, text, lang, title)
	case "docx":
		err = writeWord(docx.NewWriter(w, docx.Properties{Title: title, Creator: opt.Issuer, Created: opt.Date, Lang: lang}), text)
	default:
		err = fmt.Errorf("notice: no form %q; use one of %s", form, strings.Join(Forms, ", "))
	}
	return err
}

// maxNotice bounds the text of a notice, bytes: a template may loop.
const maxNotice = 16 << 20

// Markdown returns the text of a notice. What comes from pages is escaped, whatever the template does
// with it. An error of the template names its line.
func Markdown(s *ledger.Summary, opt Options) ([]byte, error) {
	source := opt.Template
	if source == "" {
		source = Template(opt.Lang)
	}
	t, err := template.New("template").Option("missingkey=error").Parse(source)
	if err != nil {
		return nil, fmt.Errorf("notice: %w", err)
	}
	var b bounded
	if err := t.Execute(&b, newView(s, opt)); err != nil {
		return nil, fmt.Errorf("notice: %w", err)
	}
	// Actions that write nothing leave empty lines behind.
	return regexp.MustCompile(`\n{3,}`).ReplaceAll(b.Bytes(), []byte("\n\n")), nil
}

// bounded is a buffer that does not grow without end.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxNotice {
		return 0, fmt.Errorf("the text is longer than %d MiB", maxNotice>>20)
	}
	return b.Buffer.Write(p)
}

// writePage writes Markdown as a web page that needs nothing but itself. Markup of the template
// stays, since comments to the checker stand in it; scripts do not run.
func writePage(w io.Writer, markdown []byte, lang, title string) error {
	sum := sha256.Sum256([]byte(style))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
	if _, err := fmt.Fprintf(w, `<!DOCTYPE html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<style>%s</style>
</head>
<body>
<article>
`, lang, policy, html.EscapeString(title), style); err != nil {
		return err
	}
	page := goldmark.New(goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
		goldmark.WithRendererOptions([]renderer.Option{markup.WithUnsafe()}...))
	body, signature := markdown, []byte(nil)
	if i := bytes.LastIndex(markdown, []byte("\n---\n")); i >= 0 {
		body, signature = markdown[:i], markdown[i+len("\n---\n"):]
	}
	if err := page.Convert(body, w); err != nil {
		return err
	}
	if signature != nil {
		io.WriteString(w, "<footer>\n")
		if err := page.Convert(signature, w); err != nil {
			return err
		}
		io.WriteString(w, "</footer>\n")
	}
	_, err := io.WriteString(w, "</article>\n</body>\n</html>\n")
	return err
}
