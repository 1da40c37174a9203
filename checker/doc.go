// Package checker judges drafts: it runs rules, lexicons and the typo detector over the
// segments of a document and yields findings. It does not read files or parse markup
// (package formats does), and it does not print (package report does).
//
// A [Checker] is made once and used for any number of documents, also at the same time:
//
//	c, err := checker.New(checker.Options{Profile: "gov"})
//	…
//	doc := formats.Markdown.Split("notes.md", file, formats.Options{})
//	for finding, err := range c.Check(ctx, doc) {
//		…
//	}
//
// An error means that the document could not be checked to its end; that something is
// wrong with the draft is a [Finding], never an error.
package checker
