package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// ignoreFile is the .gitignore of one directory. Patterns are matched by doublestar, which knows
// ? and character classes, with the rules of gitignore(5) around it.
type ignoreFile struct {
	dir   string // absolute
	rules []ignoreRule
}

type ignoreRule struct {
	pattern string // for doublestar, matched against the path from dir
	negate  bool   // a match is not ignored after all
	dirOnly bool
}

// readIgnore reads the .gitignore of a directory, nil when there is none.
func readIgnore(dir string) (*ignoreFile, error) {
	text, err := os.ReadFile(filepath.Join(dir, ".gitignore"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := &ignoreFile{dir: dir}
	for line := range strings.Lines(string(text)) {
		if r, ok := parseIgnore(strings.TrimRight(line, "\r\n")); ok {
			f.rules = append(f.rules, r)
		}
	}
	return f, nil
}

// parseIgnore reads one line of a .gitignore.
func parseIgnore(line string) (ignoreRule, bool) {
	var r ignoreRule
	if strings.HasPrefix(line, "#") {
		return r, false
	}
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	if strings.HasPrefix(line, "!") {
		r.negate, line = true, line[1:]
	}
	if strings.HasSuffix(line, "/") {
		r.dirOnly, line = true, strings.TrimRight(line, "/")
	}
	if line == "" {
		return r, false
	}
	anchored := strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	line = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(line) // alternatives are not known to git
	if !anchored {
		line = "**/" + line
	}
	r.pattern = line
	return r, doublestar.ValidatePattern(line)
}

// ignored reports whether a path is ignored by the files of the directories it lies in, given from
// the outermost. The last rule that matches decides. Directories above path are taken to be not
// ignored, since the walk would not have entered them.
func ignored(files []*ignoreFile, path string, dir bool) bool {
	for _, f := range slices.Backward(files) {
		rel, err := filepath.Rel(f.dir, path)
		if err != nil {
			continue
		}
		rel = filepath.ToSlash(rel)
		for _, r := range slices.Backward(f.rules) {
			if r.dirOnly && !dir {
				continue
			}
			if ok, _ := doublestar.Match(r.pattern, rel); ok {
				return !r.negate
			}
		}
	}
	return false
}

// ignoresAbove returns the .gitignore files of the directories above dir, inside the repository
// that it belongs to; none outside of a repository.
func ignoresAbove(dir string) []*ignoreFile {
	var dirs []string
	for at := dir; ; {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			break
		}
		above := filepath.Dir(at)
		if above == at {
			return nil
		}
		dirs, at = append(dirs, above), above
	}
	var out []*ignoreFile
	for _, d := range slices.Backward(dirs) {
		if f, err := readIgnore(d); err == nil && f != nil {
			out = append(out, f)
		}
	}
	return out
}
