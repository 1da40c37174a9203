package main

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/ledger"
	"proofcheck/lexicon"
	"proofcheck/notice"
)

func (p *program) noticeFlags() []cli.Flag {
	return append(p.storeFlags(), append(p.flags("print-template"),
		p.flag("output", "o", "FILE"), p.flag("format", "f", strings.Join(notice.Forms, "|")), p.flag("template", "", "FILE"),
		p.flag("title", "", "TEXT"), p.flag("to", "", "TEXT"), p.flag("issuer", "", "TEXT"), p.flag("date", "", "DATE"), p.flag("examples", "", "N"))...)
}

// notice writes a notice of inspection.
func (p *program) notice(c *cli.Context) error {
	if c.NArg() > 0 {
		return p.fail("usage.arguments", "name", c.Args().First())
	}
	conf, err := p.storeConfig(c)
	if err != nil {
		return err
	}
	if c.Bool("print-template") {
		_, err := io.WriteString(p.stdout, notice.Template(p.lang))
		return err
	}
	opt, err := p.noticeOptions(c)
	if err != nil {
		return err
	}
	path := c.String("output")
	form, err := p.choice(c, "format", notice.Forms, strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
	switch {
	case err != nil:
		return err
	case path == "" && form == "":
		form = "md"
	case path == "" && form == "docx" && isTerminal(p.stdout):
		return p.fail("output.binary", "form", form)
	case form != "docx" && form != "html" && form != "md":
		return p.fail("lexicon.extension", "path", shown(path), "values", "."+strings.Join(notice.Forms, ", ."))
	}
	sum, err := p.summarize(c, conf)
	if err != nil {
		return err
	}
	opt.Score = conf.scoring()
	// A template that is wrong is told as such, before a file is begun.
	if _, err := notice.Markdown(sum, opt); err != nil {
		return p.fail("notice.wrong", "path", cmp.Or(shown(c.String("template")), p.say("notice.builtin")), "error", err.Error())
	}
	return p.writeTo(path, func(w io.Writer) error { return notice.Write(w, form, sum, opt) })
}

func (p *program) noticeOptions(c *cli.Context) (notice.Options, error) {
	opt := notice.Options{Lang: p.lang, Title: c.String("title"), To: c.String("to"), Issuer: c.String("issuer"), Date: time.Now()}
	if day := c.String("date"); day != "" {
		d, ok := lexicon.ParseDate(day)
		if !ok {
			return opt, p.fail("usage.date", "value", day)
		}
		opt.Date = time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.Local)
	}
	if path := c.String("template"); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			return opt, p.fail("notice.template", "path", shown(path), "error", p.reason(err))
		}
		opt.Template = string(text)
	}
	return opt, nil
}

// scoring is the score of the config, or that of inspections.
func (c *config) scoring() ledger.Score {
	if c.score != nil {
		return *c.score
	}
	return ledger.DefaultScore()
}

// summarize sums up the store that --store names.
func (p *program) summarize(c *cli.Context, conf *config) (*ledger.Summary, error) {
	filter, err := p.storeFilter(c)
	if err != nil {
		return nil, err
	}
	examples, err := p.number(c, "examples", 3)
	if err != nil {
		return nil, err
	}
	ctx, stop := untilInterrupted()
	defer stop()
	s, err := p.openStore(ctx, c)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	sum, err := ledger.Summarize(ctx, s, ledger.SummaryOptions{Filter: filter, Units: conf.units, Score: conf.scoring(), Examples: examples, MaxVetoes: 20})
	if err != nil {
		return nil, p.fail("store.failed", "error", p.reason(err))
	}
	return sum, nil
}
