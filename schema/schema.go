// Package schema holds the JSON Schemas (draft 2020-12) of what the program writes and reads, so
// that it can print them: of a finding, of the report form json, and of the configuration file.
// It does not validate.
package schema

import (
	"embed"
	"strings"
)

//go:embed *.schema.json
var files embed.FS

const suffix = ".schema.json"

// Names lists the schemas in alphabetical order.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic("schema: " + err.Error()) // the directory is embedded
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), suffix))
	}
	return out
}

// ByName returns the text of a schema, or nil when there is none of this name.
func ByName(name string) []byte {
	text, err := files.ReadFile(name + suffix)
	if err != nil {
		return nil
	}
	return text
}
