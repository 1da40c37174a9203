package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// github writes the workflow commands of GitHub Actions, which show findings beside the
// changed lines. The last line, which is no command, says what made the report.
type github struct {
	labels
	w   *bufio.Writer
	run *Run
}

func newGitHub(w io.Writer, opt Options) Writer {
	return &github{labels: labels(opt.Lang), w: bufio.NewWriterSize(w, 16<<10)}
}

func (g *github) Begin(run *Run) error {
	g.run = run
	return nil
}

func (g *github) Document(*Document) error { return g.w.Flush() }

func (g *github) Segment(int, *source.Segment) error { return nil }

func (g *github) Finding(f *checker.Finding) error {
	message := f.Message
	if s := g.suggestions(f); s != "" {
		message += "\n" + g.item("finding.suggestion", s)
	}
	if f.Source != "" {
		message += "\n" + g.item("finding.source", f.Source)
	}
	if l := g.link(f); l != "" {
		message += "\n" + l
	}
	place := fmt.Sprintf("line=%d", f.Start.Line)
	if f.Start.Line == f.End.Line { // columns are taken within one line only
		place += fmt.Sprintf(",endLine=%d,col=%d,endColumn=%d", f.End.Line, f.Start.Column, f.End.Column)
	} else {
		place += fmt.Sprintf(",endLine=%d", f.End.Line)
	}
	title := tool + " " + f.Rule + " " + g.rule(f.Rule)
	return g.command(githubCommand(f.Level), f.Document, place, title, message)
}

func (g *github) Failed(name string, err error) error {
	return g.command("error", name, "", tool, err.Error())
}

func (g *github) End(*checker.Stats) error {
	fmt.Fprintln(g.w, strings.TrimLeft(printable(strings.Join(imprint(g.labels, g.run), " · ")), ":"))
	return g.w.Flush()
}

func (g *github) command(name, file, place, title, message string) error {
	if place != "" {
		place = "," + place
	}
	_, err := fmt.Fprintf(g.w, "::%s file=%s%s,title=%s::%s\n", name,
		githubProperty.Replace(file), place, githubProperty.Replace(title), githubData.Replace(message))
	return err
}

func githubCommand(l lexicon.Level) string {
	switch l {
	case lexicon.Error:
		return "error"
	case lexicon.Warning:
		return "warning"
	}
	return "notice"
}

// The escapes of the runner's command parser.
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
