package main

import (
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// arrange puts the flags of a command before its other arguments, since urfave/cli takes
// everything after the first argument for an argument. What follows "--" stays as it is. It
// returns an error for a flag that does not exist or has no value.
func (p *program) arrange(root *cli.App, args []string) ([]string, error) {
	var out []string
	commands, flags, usage := root.Commands, root.Flags, ""
	for len(args) > 0 {
		if i := commandIndex(commands, flags, args); i >= 0 {
			before, err := p.sort(flags, args[:i])
			if err != nil {
				return nil, err
			}
			c := commands[slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(args[i]) })]
			out = append(append(out, before...), args[i])
			args, commands, flags, usage = args[i+1:], c.Subcommands, c.Flags, c.ArgsUsage
			continue
		}
		if len(commands) > 0 && usage == "" {
			if i := firstArgument(flags, args); i >= 0 {
				return nil, p.noCommand(root, args[i], commands)
			}
		}
		rest, err := p.sort(flags, args)
		return append(out, rest...), err
	}
	return out, nil
}

// noCommand says that there is no such command, and which one is most like it.
func (p *program) noCommand(root *cli.App, name string, commands []*cli.Command) error {
	near := nearest(name, commandNames(commands))
	if _, err := os.Stat(name); err == nil && slices.Equal(commands, root.Commands) {
		return p.fail("usage.command-path", "name", name)
	}
	return p.fail("usage.command", "name", name, "near", near)
}

// commandIndex returns where the name of a subcommand stands, -1 when none does.
func commandIndex(commands []*cli.Command, flags []cli.Flag, args []string) int {
	if i := firstArgument(flags, args); i >= 0 {
		if slices.ContainsFunc(commands, func(c *cli.Command) bool { return c.HasName(args[i]) }) {
			return i
		}
	}
	return -1
}

// firstArgument returns the index of the first argument that is neither a flag nor the value of
// one, -1 when there is none.
func firstArgument(flags []cli.Flag, args []string) int {
	for i := 0; i < len(args); i++ {
		if !isFlag(args[i]) {
			return i
		}
		if args[i] == "--" {
			return -1
		}
		if name, _, has := cutFlag(args[i]); !has && takesValue(findFlag(flags, name)) {
			i++
		}
	}
	return -1
}

// sort puts flags first.
func (p *program) sort(flags []cli.Flag, args []string) ([]string, error) {
	var first, rest []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			rest = append(rest, args[i+1:]...)
			break
		}
		if !isFlag(a) {
			rest = append(rest, a)
			continue
		}
		name, _, has := cutFlag(a)
		f := findFlag(flags, name)
		if f == nil {
			return nil, p.fail("usage.flag", "name", a, "near", "--"+nearest(name, flagNames(flags)))
		}
		first = append(first, a)
		if has || !takesValue(f) {
			continue
		}
		if i++; i == len(args) {
			return nil, p.fail("usage.value", "name", a)
		}
		first = append(first, args[i])
	}
	if len(rest) > 0 {
		first = append(append(first, "--"), rest...)
	}
	return first, nil
}

// askedHelp reports whether arguments ask for help, and on which command.
func askedHelp(root *cli.App, args []string) (path []string, asked bool) {
	commands := root.Commands
	for _, a := range args {
		if a == "--" {
			break
		}
		if a == "--help" || a == "-h" || a == "-help" {
			asked = true
		} else if c := findCommand(commands, a); c != nil {
			path, commands = append(path, c.Name), c.Subcommands
		}
	}
	return path, asked
}

// isFlag reports whether an argument is written as a flag; "-" is standard input.
func isFlag(a string) bool { return len(a) > 1 && a[0] == '-' }

func cutFlag(a string) (name, value string, has bool) {
	return strings.Cut(strings.TrimPrefix(strings.TrimPrefix(a, "-"), "-"), "=")
}

func findFlag(flags []cli.Flag, name string) cli.Flag {
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

func takesValue(f cli.Flag) bool {
	switch f := f.(type) {
	case nil, *cli.BoolFlag:
		return false
	case *cli.GenericFlag:
		_, optional := f.Value.(*optionalValue)
		return !optional
	}
	return true
}

func flagNames(flags []cli.Flag) []string {
	var out []string
	for _, f := range flags {
		for _, n := range f.Names() {
			if len(n) > 1 {
				out = append(out, n)
			}
		}
	}
	return out
}

func commandNames(commands []*cli.Command) []string {
	var out []string
	for _, c := range commands {
		out = append(out, c.Name)
	}
	return out
}

// optionalValue is a flag that may be given without a value: --fix, --fix=all.
type optionalValue struct{ value, bare string }

// Set takes the value; the flag package gives "true" for none.
func (v *optionalValue) Set(s string) error {
	if s == "true" {
		s = v.bare
	}
	v.value = s
	return nil
}

// String returns the value, "" when the flag is not given.
func (v *optionalValue) String() string { return v.value }

// IsBoolFlag tells the flag package that no value need follow.
func (v *optionalValue) IsBoolFlag() bool { return true }

// nearest returns the candidate that is most like a wrong name.
func nearest(name string, candidates []string) string {
	best, least := "", 1<<30
	for _, c := range candidates {
		if d := distance(name, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is the number of characters to insert, delete, replace or swap with the next one
// between a and b (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := [3][]int{make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range s {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		rows = [3][]int{last, row, before}
	}
	return rows[1][len(t)]
}
