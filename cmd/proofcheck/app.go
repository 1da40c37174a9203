package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"proofcheck/schema"
)

// Exit codes.
const (
	exitClean       = 0   // nothing at or above the threshold
	exitFindings    = 1   // findings at or above it
	exitFailed      = 2   // wrong use, wrong config, or something could not be checked
	exitInterrupted = 130 // Ctrl-C; the report is complete up to there
)

// program is one run of the command.
type program struct {
	speaker
	stdin          io.Reader
	stdout, stderr io.Writer
	args           []string
}

// exit ends the program with a code; err, if any, is shown first.
type exit struct {
	code int
	err  error
}

// Error returns what is shown.
func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprint("exit ", e.code)
	}
	return e.err.Error()
}

// run runs the program and returns the exit code.
func (p *program) run() int {
	p.lang = askedLanguage(p.args)
	root := p.app()
	if path, asked := askedHelp(root, p.args); asked {
		return p.exitCode(p.help(root, path))
	}
	args, err := p.arrange(root, p.args)
	if err == nil {
		err = root.Run(append([]string{"proofcheck"}, args...))
	}
	return p.exitCode(err)
}

// exitCode shows an error and returns the code for it.
func (p *program) exitCode(err error) int {
	code := exitClean
	if e := (*exit)(nil); errors.As(err, &e) {
		code, err = e.code, e.err
	} else if err != nil {
		code = exitFailed
	}
	switch {
	case err == nil:
	case isClosedPipe(err):
		return exitClean // the reader has seen enough
	default:
		p.complain(err.Error())
	}
	return code
}

// complain writes a line to standard error.
func (p *program) complain(text string) { fmt.Fprintln(p.stderr, "proofcheck: "+text) }

// askedLanguage looks for --lang before flags are parsed, since help depends on it.
func askedLanguage(args []string) string {
	for i, a := range args {
		if a == "--" {
			break
		}
		name, value, has := cutFlag(a)
		if !isFlag(a) || name != "lang" {
			continue
		}
		if !has && i+1 < len(args) {
			value = args[i+1]
		}
		if slices.Contains(languages, value) {
			return value
		}
	}
	return languages[0]
}

// app builds the command tree in the language of the run.
func (p *program) app() *cli.App {
	root := &cli.App{
		Name:                      "proofcheck",
		HelpName:                  "proofcheck",
		Usage:                     p.say("app"),
		Writer:                    p.stdout,
		ErrWriter:                 p.stderr,
		HideHelp:                  true,
		HideVersion:               true,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              func(_ *cli.Context, err error, _ bool) error { return p.usage(err) },
		Flags:                     append(p.flags("version"), p.common()...),
	}
	root.Action = func(c *cli.Context) error {
		if c.Bool("version") {
			return p.version(c)
		}
		return p.help(root, nil)
	}
	root.Commands = []*cli.Command{
		p.command("check", "[PATH…|-]", p.check, p.checkFlags()...),
		p.command("rules", "[ID]", p.rules, p.rulesFlags()...),
		p.command("links", "PATH|URL", p.links, p.linksFlags()...),
		p.scanCommand(),
		p.lexiconCommand(),
		p.command("learn", "PATH…", p.learn, p.learnFlags()...),
		p.command("serve", "", p.serve, p.serveFlags()...),
		p.ledgerCommand(),
		p.tokenCommand(),
		p.command("report", "", p.report, append(p.storeFlags(), p.flag("output", "o", "FILE"), p.flag("title", "", "TEXT"), p.flag("max-findings", "", "N"))...),
		p.command("patrol", "", p.patrol, p.patrolFlags()...),
		p.command("notice", "", p.notice, p.noticeFlags()...),
		p.command("init", "[DIR]", p.initConfig),
		p.command("schema", strings.Join(schema.Names(), "|"), p.schema),
		p.command("completion", "bash|zsh|fish|powershell", func(c *cli.Context) error { return p.completion(c, root) }),
		p.command("version", "", p.version, p.flag("format", "f", "text|json")),
	}
	root.Commands = append(root.Commands, p.command("help", "[COMMAND]", func(c *cli.Context) error {
		return p.help(root, c.Args().Slice())
	}))
	for _, c := range root.Commands {
		p.withHelp(root, c, nil)
	}
	return root
}

// command makes a command; what it is for stands in the messages under "command.<name>".
func (p *program) command(name, args string, action cli.ActionFunc, flags ...cli.Flag) *cli.Command {
	return &cli.Command{Name: name, ArgsUsage: args, Action: action, Flags: append(flags, p.common()...)}
}

// withHelp gives a command, and those below it, their texts.
func (p *program) withHelp(root *cli.App, c *cli.Command, path []string) {
	path = append(slices.Clone(path), c.Name)
	c.Usage = p.say("command." + strings.Join(path, "."))
	c.HideHelp = true
	c.OnUsageError = root.OnUsageError
	action := c.Action
	c.Action = func(ctx *cli.Context) error {
		if action == nil {
			return p.help(root, path)
		}
		return action(ctx)
	}
	for _, sub := range c.Subcommands {
		p.withHelp(root, sub, path)
	}
}

// common are the flags that every command has.
func (p *program) common() []cli.Flag {
	return []cli.Flag{
		p.flag("lang", "", strings.Join(languages, "|")),
		&cli.BoolFlag{Name: "help", Aliases: []string{"h"}},
	}
}

// flags are flags without a value.
func (p *program) flags(names ...string) []cli.Flag {
	var out []cli.Flag
	for _, n := range names {
		n, alias, _ := strings.Cut(n, ",")
		f := &cli.BoolFlag{Name: n}
		if alias != "" {
			f.Aliases = strings.Split(alias, ",")
		}
		out = append(out, f)
	}
	return out
}

// flag is a flag with a value, which value describes.
func (p *program) flag(name, aliases, value string) cli.Flag {
	f := &cli.StringFlag{Name: name, DefaultText: value}
	if aliases != "" {
		f.Aliases = strings.Split(aliases, ",")
	}
	return f
}

// listFlag is a flag that may be given several times.
func (p *program) listFlag(name, aliases, value string) cli.Flag {
	f := &cli.StringSliceFlag{Name: name, DefaultText: value, KeepSpace: true}
	if aliases != "" {
		f.Aliases = strings.Split(aliases, ",")
	}
	return f
}

// usage makes an error of what the flag package complains of.
func (p *program) usage(err error) error { return p.fail("usage.wrong", "error", err.Error()) }
