// Gen compiles the lexicon files of a directory, category/pack.tsv, into the one file
// that package lexicon embeds.
//
//	gen data builtin.bin
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path"

	"proofcheck/lexicon"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: gen DIRECTORY FILE")
	}
	data, err := compile(os.DirFS(os.Args[1]))
	if err == nil {
		err = os.WriteFile(os.Args[2], data, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// compile returns the compiled form of all files, in the order of their names. Files that
// are not in the directory of a category, or do not end in .tsv, are left alone.
func compile(dir fs.FS) ([]byte, error) {
	files, err := fs.Glob(dir, "*/*.tsv")
	if err != nil {
		return nil, err
	}
	var entries []lexicon.Entry
	var errs []error
	for _, name := range files {
		if _, ok := lexicon.ParseCategory(path.Dir(name)); !ok {
			continue
		}
		list, err := parse(dir, name)
		if err != nil {
			errs = append(errs, err)
		}
		entries = append(entries, list...)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	set, err := lexicon.Compile(entries)
	if err != nil {
		return nil, fmt.Errorf("gen: %w", err)
	}
	return set.AppendBinary(nil)
}

func parse(dir fs.FS, name string) ([]lexicon.Entry, error) {
	file, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return lexicon.Parse(name, file, lexicon.Defaults{})
}
