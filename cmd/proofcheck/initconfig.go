package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"
)

// The config that init writes, in each language: init.zh.yaml, init.en.yaml.
//
//go:embed init.*.yaml
var initFiles embed.FS

// initConfig writes a commented config file into a directory, the working directory by default.
func (p *program) initConfig(c *cli.Context) error {
	if c.NArg() > 1 {
		return p.fail("usage.arguments", "name", c.Args().Get(1))
	}
	text, err := initFiles.ReadFile("init." + p.lang + ".yaml")
	if err != nil {
		panic("proofcheck: " + err.Error())
	}
	path := filepath.Join(c.Args().First(), configName)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return p.fail("init.exists", "path", shown(path))
	}
	if err == nil {
		_, err = f.Write(text)
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			os.Remove(path)
		}
	}
	if err != nil {
		return p.fail("output.failed", "path", shown(path), "error", p.reason(err))
	}
	_, err = fmt.Fprintln(p.stdout, p.say("init.written", "path", shown(path)))
	return err
}
