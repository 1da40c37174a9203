package main

import (
	"embed"
	"slices"
	"strings"
	"text/template"

	"github.com/urfave/cli/v2"
)

//go:embed completion
var completions embed.FS

// Shells that completion scripts exist for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

// A completed is a command as the scripts need it.
type completed struct {
	Path     string // "check", "lexicon lint"; "" is the program itself
	Usage    string
	Commands []completedWord
	Flags    []completedFlag
	Files    bool // takes paths
}

type completedWord struct{ Name, Usage string }

type completedFlag struct {
	Long, Short, Usage string
	Takes              bool     // a value
	Values             []string // the values, when they are few
}

// completion writes the script that completes commands, flags and their values in a shell.
func (p *program) completion(c *cli.Context, root *cli.App) error {
	shell := c.Args().First()
	if c.NArg() != 1 || !slices.Contains(shells, shell) {
		return p.fail("usage.choice", "flag", "SHELL", "value", strings.Join(c.Args().Slice(), " "), "values", strings.Join(shells, ", "))
	}
	functions := template.FuncMap{
		"quote":  func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" },
		"double": func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" },
		"zsh": func(s string) string {
			return strings.NewReplacer(`\`, `\\`, "'", "’", "[", `\[`, "]", `\]`, ":", `\:`).Replace(s)
		},
		"join": strings.Join,
	}
	t, err := template.New(shell).Funcs(functions).ParseFS(completions, "completion/"+shell+".tmpl")
	if err != nil {
		panic("proofcheck: " + err.Error())
	}
	all := p.completed(nil, nil, "", root.Usage, root.Commands, root.Flags)
	return t.ExecuteTemplate(p.stdout, shell+".tmpl", all)
}

// completed lists a command and those below it.
func (p *program) completed(out []completed, path []string, args, usage string, commands []*cli.Command, flags []cli.Flag) []completed {
	one := completed{Path: strings.Join(path, " "), Usage: usage, Files: strings.ContainsAny(args, "PFD")}
	for _, c := range commands {
		one.Commands = append(one.Commands, completedWord{c.Name, firstLine(c.Usage)})
	}
	for _, f := range flags {
		one.Flags = append(one.Flags, p.completedFlag(strings.Join(path, "."), f))
	}
	out = append(out, one)
	for _, c := range commands {
		out = p.completed(out, append(slices.Clone(path), c.Name), c.ArgsUsage, firstLine(c.Usage), c.Subcommands, c.Flags)
	}
	return out
}

func (p *program) completedFlag(command string, f cli.Flag) completedFlag {
	out := completedFlag{Takes: takesValue(f), Usage: firstLine(p.flagUsage(command, f.Names()[0]))}
	for _, n := range f.Names() {
		if len(n) == 1 {
			out.Short = n
		} else if out.Long == "" {
			out.Long = n
		}
	}
	var values string
	switch f := f.(type) {
	case *cli.StringFlag:
		values = f.DefaultText
	case *cli.StringSliceFlag:
		values = f.DefaultText
	}
	if strings.Contains(values, "|") {
		out.Values = strings.Split(values, "|")
	}
	return out
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}
