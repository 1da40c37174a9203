package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/source"
)

// junit writes the XML that CI servers read as test results: a suite for each draft, a failed
// test for each error and warning, a passed one with output for each finding of level info,
// and one passed test for a draft without findings. A suite says beforehand how many tests it
// holds, so the findings of one draft are held back, up to maxCases.
type junit struct {
	labels
	w      io.Writer
	run    *Run
	cases  bytes.Buffer
	name   string
	open   bool
	tests  int
	failed int
	errors int
	seen   int // findings of the draft, with those that are left out
	err    error
}

const maxCases = 5000

func newJUnit(w io.Writer, opt Options) Writer { return &junit{labels: labels(opt.Lang), w: w} }

func (j *junit) Begin(run *Run) error {
	j.run = run
	j.write(xml.Header + "<testsuites name=\"" + tool + "\">\n")
	return j.err
}

func (j *junit) Document(doc *Document) error {
	j.closeSuite()
	j.openSuite(doc.Name)
	return j.err
}

func (j *junit) Segment(int, *source.Segment) error { return nil }

func (j *junit) Finding(f *checker.Finding) error {
	if j.seen++; j.seen > maxCases {
		return j.err
	}
	j.tests++
	place := fmt.Sprintf("%s:%d:%d", f.Document, f.Start.Line, f.Start.Column)
	lines := []string{place, f.Message, f.Before + "【" + f.Text + "】" + f.After}
	if s := j.suggestions(f); s != "" {
		lines = append(lines, j.item("finding.suggestion", s))
	}
	if f.Source != "" {
		lines = append(lines, j.item("finding.source", f.Source))
	}
	if l := j.link(f); l != "" {
		lines = append(lines, l)
	}
	detail := xmlText(strings.Join(lines, "\n"))
	fmt.Fprintf(&j.cases, "<testcase classname=\"%s\" name=\"%s\">\n", xmlText(f.Document),
		xmlText(fmt.Sprintf("%d:%d %s", f.Start.Line, f.Start.Column, f.Rule)))
	if f.Level >= lexicon.Warning {
		j.failed++
		fmt.Fprintf(&j.cases, "<failure type=\"%s\" message=\"%s\">%s</failure>\n", f.Level, xmlText(f.Message), detail)
	} else {
		fmt.Fprintf(&j.cases, "<system-out>%s</system-out>\n", detail)
	}
	j.cases.WriteString("</testcase>\n")
	return j.err
}

func (j *junit) Failed(name string, err error) error {
	if !j.open || j.name != name {
		j.closeSuite()
		j.openSuite(name)
	}
	j.tests++
	j.errors++
	fmt.Fprintf(&j.cases, "<testcase classname=\"%s\" name=\"%s\">\n<error message=\"%s\"/>\n</testcase>\n",
		xmlText(name), xmlText(j.say("junit.clean")), xmlText(err.Error()))
	return j.err
}

func (j *junit) End(*checker.Stats) error {
	j.closeSuite()
	j.write("</testsuites>\n")
	return j.err
}

func (j *junit) openSuite(name string) {
	j.open, j.name = true, name
	j.tests, j.failed, j.errors, j.seen = 0, 0, 0, 0
	j.cases.Reset()
}

func (j *junit) closeSuite() {
	if !j.open {
		return
	}
	j.open = false
	if j.tests == 0 {
		j.tests = 1
		fmt.Fprintf(&j.cases, "<testcase classname=\"%s\" name=\"%s\"/>\n", xmlText(j.name), xmlText(j.say("junit.clean")))
	}
	j.write(fmt.Sprintf("<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\"%s>\n<properties>\n",
		xmlText(j.name), j.tests, j.failed, j.errors, attribute("timestamp", timestamp(j.run.Started))))
	j.property("version", j.run.Version)
	j.property("rules", j.run.Rules)
	for _, l := range j.run.Lexicons {
		j.property("lexicon "+l.Name, l.Hash)
	}
	j.write("</properties>\n")
	j.write(j.cases.String())
	if n := j.seen - maxCases; n > 0 {
		j.write("<system-err>" + xmlText(j.say("junit.left-out", "n", strconv.Itoa(n), "limit", strconv.Itoa(maxCases))) + "</system-err>\n")
	}
	j.write("</testsuite>\n")
}

func (j *junit) property(name, value string) {
	j.write("<property name=\"" + xmlText(name) + "\" value=\"" + xmlText(value) + "\"/>\n")
}

func (j *junit) write(s string) {
	if j.err == nil {
		_, j.err = io.WriteString(j.w, s)
	}
}

func attribute(name, value string) string {
	if value == "" {
		return ""
	}
	return " " + name + "=\"" + xmlText(value) + "\""
}

// xmlText escapes text for XML 1.0; characters it cannot hold become U+FFFD.
func xmlText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}
