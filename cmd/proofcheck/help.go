package main

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/urfave/cli/v2"
)

// help describes the program or the command at a path such as "lexicon", "lint".
func (p *program) help(root *cli.App, path []string) error {
	commands, flags, title, usage := root.Commands, root.Flags, "proofcheck", root.Usage
	var args, key string
	for i, name := range path {
		c := findCommand(commands, name)
		if c == nil {
			return p.noCommand(root, name, commands)
		}
		commands, flags, usage, args = c.Subcommands, c.Flags, c.Usage, c.ArgsUsage
		title += " " + name
		key = strings.Join(path[:i+1], ".")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n  %s", usage, p.say("help.usage"), title)
	if len(commands) > 0 {
		b.WriteString(" " + p.say("help.command"))
	}
	if args != "" {
		b.WriteString(" " + args)
	}
	b.WriteString(" " + p.say("help.flags") + "\n")
	if len(commands) > 0 {
		b.WriteString("\n" + p.say("help.commands") + "\n")
		var rows [][2]string
		for _, c := range commands {
			rows = append(rows, [2]string{c.Name, c.Usage})
		}
		table(&b, rows)
	}
	b.WriteString("\n" + p.say("help.options") + "\n")
	var rows [][2]string
	for _, f := range flags {
		rows = append(rows, [2]string{flagSyntax(f), p.flagUsage(key, f.Names()[0])})
	}
	table(&b, rows)
	if _, ok := readMessages()["help."+key]; ok && key != "" {
		b.WriteString("\n" + p.say("help."+key) + "\n")
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}

func findCommand(commands []*cli.Command, name string) *cli.Command {
	for _, c := range commands {
		if c.HasName(name) {
			return c
		}
	}
	return nil
}

// flagUsage returns what is said of a flag: for the command alone, or for all that have it.
func (p *program) flagUsage(command, flag string) string {
	for key := command; key != ""; {
		if _, ok := readMessages()["flag."+key+"."+flag]; ok {
			return p.say("flag." + key + "." + flag)
		}
		i := strings.LastIndexByte(key, '.')
		key = key[:max(i, 0)]
	}
	return p.say("flag." + flag)
}

// flagSyntax writes a flag as it is given: -f, --format text|json.
func flagSyntax(f cli.Flag) string {
	var short, long []string
	for _, n := range f.Names() {
		if len(n) == 1 {
			short = append(short, "-"+n)
		} else {
			long = append(long, "--"+n)
		}
	}
	s := strings.Join(append(short, long...), ", ")
	if len(short) == 0 {
		s = "    " + s
	}
	switch f := f.(type) {
	case *cli.StringFlag:
		s += " " + f.DefaultText
	case *cli.StringSliceFlag:
		s += " " + f.DefaultText
	case *cli.GenericFlag:
		s += f.DefaultText
	}
	return s
}

// table writes rows in two columns; what follows a long first cell goes to the next line.
func table(b *strings.Builder, rows [][2]string) {
	const most = 34
	width := 0
	for _, r := range rows {
		if w := runewidth.StringWidth(r[0]); w <= most {
			width = max(width, w)
		}
	}
	for _, r := range rows {
		b.WriteString("  " + r[0])
		pad := width - runewidth.StringWidth(r[0])
		if pad < 0 {
			b.WriteString("\n  ")
			pad = width
		}
		b.WriteString(strings.Repeat(" ", pad+2) + strings.ReplaceAll(r[1], "\n", "\n"+strings.Repeat(" ", width+4)) + "\n")
	}
}
