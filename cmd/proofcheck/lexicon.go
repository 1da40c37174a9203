package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/urfave/cli/v2"

	"proofcheck/lexicon"
)

func (p *program) lexiconCommand() *cli.Command {
	c := p.command("lexicon", "", nil)
	choose := func() []cli.Flag {
		return []cli.Flag{p.listFlag("pack", "", "NAME,…"), p.flag("category", "", "typo|sensitive|expression|allow")}
	}
	defaults := func() []cli.Flag {
		return []cli.Flag{
			p.flag("category", "", "typo|sensitive|expression|allow"), p.flag("level", "", strings.Join(minLevels, "|")),
			p.flag("pack", "", "NAME"), p.flag("evasion", "", "NAME,…"),
		}
	}
	inspect := func() []cli.Flag {
		return append(p.flags("no-builtin"), p.flag("min-level", "", strings.Join(minLevels, "|")))
	}
	output := p.flag("output", "o", "FILE")
	c.Subcommands = []*cli.Command{
		p.command("list", "[FILE…]", p.lexiconList, append(choose(), p.flags("entries")...)...),
		p.command("lint", "[FILE…]", p.lexiconLint, inspect()...),
		p.command("test", "[FILE…]", p.lexiconTest, inspect()...),
		p.command("stats", "[FILE…]", p.lexiconStats),
		p.command("import", "FILE…", p.lexiconImport, append(defaults(), output)...),
		p.command("mine", "", p.lexiconMine, append(p.storeFlags(), p.flag("output", "o", "FILE"), p.flag("least", "", "N"))...),
		p.command("export", "[FILE…]", p.lexiconExport, append(choose(), output, p.flag("format", "f", "tsv|csv|xlsx|txt"))...),
	}
	return c
}

// parseLexicon reads the entries of a file.
func (p *program) parseLexicon(path string, def lexicon.Defaults) ([]lexicon.Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, p.lexiconProblem(path, err)
	}
	defer f.Close()
	entries, err := lexicon.Parse(path, f, def)
	if err != nil {
		return nil, p.lexiconProblem(path, err)
	}
	return entries, nil
}

// entriesOf reads the entries of files, or those that are built in when there is no file.
func (p *program) entriesOf(paths []string) ([]lexicon.Entry, error) {
	var out []lexicon.Entry
	if len(paths) == 0 {
		set := lexicon.Builtin()
		for i := range set.Len() {
			out = append(out, *set.Entry(i))
		}
		return out, nil
	}
	for _, path := range paths {
		entries, err := p.parseLexicon(path, lexicon.Defaults{})
		if err != nil {
			return nil, err
		}
		out = append(out, entries...)
	}
	return out, nil
}

// chosen leaves those entries that --pack and --category ask for.
func (p *program) chosen(c *cli.Context, entries []lexicon.Entry) ([]lexicon.Entry, error) {
	packs := splitList(c.StringSlice("pack"))
	category, limited, err := p.category(c)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	out := slices.DeleteFunc(entries, func(e lexicon.Entry) bool {
		known[e.Pack] = true
		return len(packs) > 0 && !slices.Contains(packs, e.Pack) || limited && e.Category != category
	})
	for _, name := range packs {
		if !known[name] {
			var names []string
			for k := range known {
				names = append(names, k)
			}
			slices.Sort(names)
			return nil, p.fail("lexicon.pack", "name", name, "near", nearest(name, names))
		}
	}
	return out, nil
}

func (p *program) category(c *cli.Context) (lexicon.Category, bool, error) {
	name := c.String("category")
	category, ok := lexicon.ParseCategory(name)
	if name != "" && !ok {
		return 0, false, p.fail("usage.choice", "flag", "--category", "value", name, "values", "typo, sensitive, expression, allow")
	}
	return category, name != "", nil
}

// lexiconList lists packs, or entries when some are chosen.
func (p *program) lexiconList(c *cli.Context) error {
	entries, err := p.entriesOf(c.Args().Slice())
	if err == nil {
		entries, err = p.chosen(c, entries)
	}
	if err != nil {
		return err
	}
	if c.Bool("entries") {
		return lexicon.Write(p.stdout, lexicon.TSV, entries)
	}
	type group struct {
		category lexicon.Category
		pack     string
	}
	counts := map[group]int{}
	for i := range entries {
		counts[group{entries[i].Category, entries[i].Pack}]++
	}
	groups := make([]group, 0, len(counts))
	width := 0
	for g := range counts {
		groups = append(groups, g)
		width = max(width, runewidth.StringWidth(g.pack))
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.category, b.category), strings.Compare(a.pack, b.pack))
	})
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "%-10s  %s%s  %d\n", g.category, g.pack, strings.Repeat(" ", width-runewidth.StringWidth(g.pack)), counts[g])
	}
	_, err = io.WriteString(p.stdout, b.String())
	return err
}

// lexiconImport reads word lists of any kind and writes one lexicon, without the entries that are
// there twice.
func (p *program) lexiconImport(c *cli.Context) error {
	if c.NArg() == 0 {
		return p.fail("usage.no-files")
	}
	def := lexicon.Defaults{Pack: c.String("pack")}
	category, ok, err := p.category(c)
	if err != nil {
		return err
	}
	if ok {
		def.Category = &category
	}
	level, err := p.choice(c, "level", minLevels, "off")
	if err != nil {
		return err
	}
	def.Level, _ = lexicon.ParseLevel(level)
	if def.Evasion, ok = lexicon.ParseEvasion(c.String("evasion")); !ok {
		return p.fail("usage.choice", "flag", "--evasion", "value", c.String("evasion"), "values", lexicon.AllEvasions.String())
	}
	var entries []lexicon.Entry
	seen := map[string]bool{}
	dropped := 0
	for _, path := range c.Args().Slice() {
		list, err := p.parseLexicon(path, def)
		if err != nil {
			return err
		}
		for _, e := range list {
			key := e.Category.String() + "\x00" + e.Form
			if seen[key] {
				dropped++
				continue
			}
			seen[key] = true
			entries = append(entries, e)
		}
	}
	if err := p.writeLexicon(c.String("output"), lexicon.TSV, entries); err != nil {
		return err
	}
	p.complain(p.say("lexicon.imported", "n", strconv.Itoa(len(entries)), "dropped", strconv.Itoa(dropped)))
	return nil
}

// lexiconExport writes the built-in lexicon, or given files, as a table for other programs.
func (p *program) lexiconExport(c *cli.Context) error {
	entries, err := p.entriesOf(c.Args().Slice())
	if err == nil {
		entries, err = p.chosen(c, entries)
	}
	if err != nil {
		return err
	}
	format := lexicon.TSV
	if c.IsSet("format") {
		if format, err = lexicon.FormatOf("." + c.String("format")); err != nil {
			return p.fail("usage.choice", "flag", "--format", "value", c.String("format"), "values", "tsv, csv, xlsx, txt")
		}
	}
	path := c.String("output")
	if path == "" && format == lexicon.XLSX && isTerminal(p.stdout) {
		return p.fail("output.binary", "form", "xlsx")
	}
	return p.writeLexicon(path, format, entries)
}

// writeLexicon writes entries to a file, whose extension tells the format, or to standard output.
func (p *program) writeLexicon(path string, format lexicon.Format, entries []lexicon.Entry) error {
	if path == "" {
		return lexicon.Write(p.stdout, format, entries)
	}
	format, err := lexicon.FormatOf(path)
	if err != nil {
		return p.fail("lexicon.extension", "path", shown(path), "values", ".tsv, .csv, .xlsx, .txt")
	}
	f, err := createAtomic(path)
	if err == nil {
		defer f.discard()
		err = lexicon.Write(f, format, entries)
		if err == nil {
			err = f.commit()
		}
	}
	if err != nil {
		return p.fail("output.failed", "path", shown(path), "error", p.reason(err))
	}
	return nil
}
