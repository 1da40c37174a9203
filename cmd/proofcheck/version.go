package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/schema"
)

// buildVersion returns what the linker was told, or else what the go command recorded.
func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "dev" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}

// revision returns the commit that the program was built from, "" when it is not known.
func revision() string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}

// rulesHash tells catalogues with different rules, levels, standards or examples apart.
func rulesHash() string {
	h := sha256.New()
	for _, i := range checker.Catalogue() {
		fmt.Fprintf(h, "%s\x00%v\x00%v\x00%v\x00%s\x00%v\x00%s\x00%s\x00", i.ID, i.Level, i.Clause, i.Weight, i.Standard, i.Quoted, i.Wrong, i.Right)
		for _, lang := range languages {
			fmt.Fprintf(h, "%s\x00%s\x00", i.Title(lang), i.Reason(lang))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// schema writes one of the JSON Schemas.
func (p *program) schema(c *cli.Context) error {
	text := schema.ByName(c.Args().First())
	if text == nil || c.NArg() != 1 {
		return p.fail("usage.choice", "flag", "SCHEMA", "value", strings.Join(c.Args().Slice(), " "), "values", strings.Join(schema.Names(), ", "))
	}
	_, err := p.stdout.Write(text)
	return err
}

// version says what this program is made of.
func (p *program) version(c *cli.Context) error {
	set := lexicon.Builtin()
	about := struct {
		Version  string `json:"version"`
		Revision string `json:"revision,omitempty"`
		Go       string `json:"go"`
		Platform string `json:"platform"`
		Rules    int    `json:"rules"`
		RuleHash string `json:"rules_hash"`
		Entries  int    `json:"lexicon_entries"`
		Hash     string `json:"lexicon_hash"`
	}{
		buildVersion(), revision(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH,
		len(checker.Catalogue()), rulesHash(), set.Len(), set.Hash(),
	}
	switch format := cmp.Or(c.String("format"), "text"); format {
	case "json":
		return json.NewEncoder(p.stdout).Encode(about)
	case "text":
	default:
		return p.fail("usage.choice", "flag", "--format", "value", format, "values", "text, json")
	}
	name := about.Version
	if about.Revision != "" {
		name += " (" + about.Revision[:min(12, len(about.Revision))] + ")"
	}
	_, err := fmt.Fprintln(p.stdout, strings.Join([]string{
		"proofcheck " + name + ", " + about.Go + ", " + about.Platform,
		p.say("version.rules", "n", fmt.Sprint(about.Rules), "hash", about.RuleHash),
		p.say("version.lexicon", "n", fmt.Sprint(about.Entries), "hash", about.Hash),
	}, "\n"))
	return err
}
