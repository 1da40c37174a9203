package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"proofcheck/ledger"
	"proofcheck/store"
)

func (p *program) ledgerCommand() *cli.Command {
	c := p.command("ledger", "", nil)
	c.Subcommands = []*cli.Command{
		p.command("export", "", p.ledgerExport, append(p.storeFlags(), p.flag("unit", "", "NAME"), p.flag("output", "o", "FILE"), p.flag("format", "f", "xlsx|csv"))...),
		p.command("import", "FILE", p.ledgerImport, p.flag("store", "", "FILE|DSN"), p.flag("by", "", "NAME")),
	}
	return c
}

// untilInterrupted is a context that ends with Ctrl-C.
func untilInterrupted() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt)
}

// ledgerExport writes the ledger of a store.
func (p *program) ledgerExport(c *cli.Context) error {
	if c.NArg() > 0 {
		return p.fail("usage.arguments", "name", c.Args().First())
	}
	conf, err := p.storeConfig(c)
	if err != nil {
		return err
	}
	filter, err := p.storeFilter(c)
	if err != nil {
		return err
	}
	path := c.String("output")
	form, err := p.choice(c, "format", []string{"xlsx", "csv"}, strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
	if err != nil {
		return err
	}
	write := map[string]func(io.Writer, iter.Seq2[*store.Row, error], ledger.Options) (int, error){"xlsx": ledger.WriteXLSX, "csv": ledger.WriteCSV}[form]
	switch {
	case write == nil:
		return p.fail("lexicon.extension", "path", shown(path), "values", ".xlsx, .csv")
	case path == "" && form == "xlsx" && isTerminal(p.stdout):
		return p.fail("output.binary", "form", form)
	}
	ctx, stop := untilInterrupted()
	defer stop()
	s, err := p.openStore(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	opt := ledger.Options{Lang: p.lang, Units: conf.units, Now: time.Now()}
	if opt.Runs, err = ledger.RunTimes(ctx, s); err != nil {
		return p.fail("store.failed", "error", p.reason(err))
	}
	n := 0
	err = p.writeTo(path, func(w io.Writer) (err error) {
		n, err = write(w, ofUnit(s.Findings(ctx, filter), opt.Units, c.String("unit")), opt)
		return err
	})
	if err != nil {
		return err
	}
	p.complain(p.say("ledger.exported", "path", shown(cmp.Or(path, "-")), "n", strconv.Itoa(n)))
	return nil
}

// ofUnit leaves the rows that a unit is responsible for; "" leaves all.
func ofUnit(list iter.Seq2[*store.Row, error], units ledger.Units, unit string) iter.Seq2[*store.Row, error] {
	if unit == "" {
		return list
	}
	return func(yield func(*store.Row, error) bool) {
		for r, err := range list {
			if (err != nil || units.Of(r) == unit) && !yield(r, err) {
				return
			}
		}
	}
}

// writeTo writes a file as a whole or not at all, or standard output when path is "".
func (p *program) writeTo(path string, write func(io.Writer) error) error {
	if path == "" {
		if err := write(p.stdout); err != nil {
			return p.fail("output.write", "error", p.reason(err))
		}
		return nil
	}
	f, err := createAtomic(path)
	if err == nil {
		defer f.discard()
		if err = write(f); err == nil {
			err = f.commit()
		}
	}
	if err != nil {
		return p.fail("output.failed", "path", shown(path), "error", p.reason(err))
	}
	return nil
}

// ledgerImport takes the states and remarks of an edited ledger over into the store. The exit code
// is 1 when some rows were not taken over.
func (p *program) ledgerImport(c *cli.Context) error {
	switch {
	case c.NArg() == 0:
		return p.fail("usage.no-files")
	case c.NArg() > 1:
		return p.fail("usage.arguments", "name", c.Args().Get(1))
	}
	ctx, stop := untilInterrupted()
	defer stop()
	s, err := p.openStore(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	path := c.Args().First()
	out, err := ledger.Import(ctx, s, path, cmp.Or(c.String("by"), userName()), func(q *ledger.Problem) {
		p.complain(p.ledgerProblem(path, q))
	})
	if errors.Is(err, ledger.ErrNotLedger) {
		return p.fail("ledger.none", "path", shown(path))
	}
	if err != nil {
		return p.fail("ledger.unreadable", "path", shown(path), "error", p.reason(err), "changed", strconv.Itoa(out.Changed))
	}
	p.complain(p.say("ledger.imported", "rows", strconv.Itoa(out.Rows), "changed", strconv.Itoa(out.Changed),
		"unchanged", strconv.Itoa(out.Unchanged), "problems", strconv.Itoa(out.Problems)))
	if out.Problems > 0 {
		return &exit{code: exitFindings}
	}
	return nil
}

// ledgerProblem says why a row was not taken over, and what to do.
func (p *program) ledgerProblem(path string, q *ledger.Problem) string {
	at := shown(path)
	if q.Sheet != "" {
		at += ":" + shown(q.Sheet)
	}
	pairs := []string{"at", at + ":" + strconv.Itoa(q.Line), "value", shown(q.Value)}
	if r := q.Row; r != nil {
		pairs = append(pairs, "theirs", p.decided(q.State, q.Remark), "ours", p.decided(r.Finding.State, r.Finding.Remark),
			"time", r.Finding.Changed.Local().Format("2006-01-02 15:04"), "text", shown(r.Finding.Text))
	}
	return p.say("ledger.problem."+string(q.Kind), pairs...)
}

// decided names a state with its remark.
func (p *program) decided(s store.State, remark string) string {
	if remark == "" {
		return ledger.StateName(p.lang, s)
	}
	return p.say("ledger.decided", "state", ledger.StateName(p.lang, s), "remark", shown(remark))
}

// userName is who uses the program, as far as the system knows.
func userName() string {
	if u, err := user.Current(); err == nil {
		return cmp.Or(u.Name, u.Username)
	}
	return ""
}
