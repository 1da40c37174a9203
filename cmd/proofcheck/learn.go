package main

import (
	"io"
	"os"
	"strconv"

	"github.com/urfave/cli/v2"

	"proofcheck/formats"
	"proofcheck/source"
	"proofcheck/typo"
)

func (p *program) learnFlags() []cli.Flag {
	return append([]cli.Flag{
		p.flag("output", "o", "FILE"), p.listFlag("exclude", "", "GLOB"), p.flag("files-from", "", "FILE|-"),
		p.flag("charset", "", "NAME"), p.flag("config", "c", "FILE"),
	}, p.flags("no-config", "no-gitignore", "quiet,q")...)
}

// fewDocuments is how many articles make a model that is worth having.
const fewDocuments = 20

// learn makes a model of a site of its articles.
func (p *program) learn(c *cli.Context) error {
	path := c.String("output")
	if path == "" {
		return p.fail("learn.no-output")
	}
	s := &settings{configs: &configs{p: p, byDir: map[string]*config{}}, exclude: c.StringSlice("exclude"), gitignore: !c.Bool("no-gitignore")}
	if err := p.findConfig(c, s); err != nil {
		return err
	}
	if err := p.charsetOf(c, &s.section); err != nil {
		return err
	}
	drafts, notes, err := p.drafts(c, s)
	if err != nil {
		return err
	}
	l := typo.Embedded().NewLearner()
	failed := 0
	for i := range drafts {
		if err := p.learnDraft(l, &drafts[i], s.charset); err != nil {
			failed++
			notes = append(notes, p.say("learn.skipped", "path", shown(drafts[i].path), "error", p.reason(err)))
		}
	}
	if !c.Bool("quiet") {
		for _, n := range notes {
			p.complain(n)
		}
	}
	if l.Documents == failed {
		return p.fail("learn.nothing")
	}
	data, runs, err := l.Build()
	if err != nil {
		return err
	}
	if runs == 0 {
		return p.fail("learn.nothing-common")
	}
	err = p.writeTo(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	if !c.Bool("quiet") {
		p.complain(p.say("learn.done", "path", shown(path), "documents", strconv.Itoa(l.Documents-failed),
			"characters", strconv.Itoa(l.Characters), "runs", strconv.Itoa(runs), "size", strconv.Itoa((len(data)+1023)/1024)))
		if l.Documents < fewDocuments {
			p.complain(p.say("learn.few", "least", strconv.Itoa(fewDocuments)))
		}
	}
	return nil
}

// learnDraft reads the prose of one article.
func (p *program) learnDraft(l *typo.Learner, d *draft, charset string) (err error) {
	if d.err != nil {
		return d.err
	}
	in := p.stdin
	if !d.stdin {
		file, err := os.Open(d.path)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	doc := d.format.Split(shown(d.path), in, formats.Options{Charset: charset})
	l.Document(func(yield func(string) bool) {
		doc.Segments(func(seg *source.Segment, e error) bool {
			if err = e; e != nil {
				return false
			}
			return !seg.Kind.Prose() || yield(seg.Text[seg.Lead:])
		})
	})
	return err
}
