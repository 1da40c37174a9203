package batch

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"proofcheck/formats"
)

// openFolder reads the drafts of a folder and those below it in the order of their paths. Hidden
// files and links to folders are left out. Keys are paths relative to the folder, with slashes.
func openFolder(dir string, opt SourceOptions) *Source {
	s := &Source{Name: filepath.ToSlash(filepath.Clean(dir))}
	s.Records = func(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			if err := walk(ctx, dir, "", cursor, opt, func(r *Record) bool { return yield(r, nil) }); err != nil && !errors.Is(err, fs.SkipAll) {
				yield(nil, err)
			}
		}
	}
	s.Fetch = func(_ context.Context, key string) (*Record, error) {
		return fetchFile(filepath.Join(dir, filepath.FromSlash(key)), key, opt)
	}
	return s
}

// walk yields the drafts below dir/below whose keys come after a cursor. It returns fs.SkipAll when
// yield wants no more. Keys are ordered component by component, as directories are read.
func walk(ctx context.Context, dir, below, cursor string, opt SourceOptions, yield func(*Record) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(below)))
	if err != nil {
		if below == "" {
			return err
		}
		if !yield(&Record{Key: below, Cursor: below, Size: -1, Format: formats.Text, Err: err}) {
			return fs.SkipAll
		}
		return nil
	}
	// Of what stands at or before the cursor, only the folder that it lies in is entered.
	first, rest, inside := strings.Cut(cursor, "/")
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || cursor != "" && (name < first || name == first && !inside) {
			continue
		}
		key := name
		if below != "" {
			key = below + "/" + name
		}
		if e.IsDir() {
			from := ""
			if inside && name == first {
				from = rest
			}
			if err := walk(ctx, dir, key, from, opt, yield); err != nil {
				return err
			}
			continue
		}
		if formats.ByName(name) == nil || !e.Type().IsRegular() && e.Type()&fs.ModeSymlink == 0 {
			continue
		}
		r, err := fetchFile(filepath.Join(dir, filepath.FromSlash(key)), key, opt)
		if errors.Is(err, ErrGone) {
			continue
		}
		if !yield(r) {
			return fs.SkipAll
		}
	}
	return nil
}

// settled is how long ago a file must have been written for its time to tell it from another
// content: a file written twice within the clock's step keeps its time.
const settled = 2 * time.Second

// fetchFile makes the record of a file. A file that cannot be read is a record with Err.
func fetchFile(path, key string, opt SourceOptions) (*Record, error) {
	r := &Record{Key: key, File: path, Cursor: key, Size: -1, Charset: opt.Charset, Format: formatOf(key, opt)}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrGone
	case err != nil:
		r.Err = err
		return r, nil
	case info.IsDir():
		return nil, ErrGone
	}
	r.Size = info.Size()
	if at := info.ModTime(); time.Since(at) > settled {
		r.Stamp = strconv.FormatInt(info.Size(), 36) + "." + strconv.FormatInt(at.UnixNano(), 36)
	}
	r.Open = func() (io.ReadCloser, error) { return os.Open(path) }
	r.Column = columnOf(key)
	return r, nil
}

// formatOf returns the format of a file by its name, or else that of the options, or else text.
func formatOf(name string, opt SourceOptions) *formats.Format {
	if f := formats.ByName(name); f != nil {
		return f
	}
	if opt.Format != nil {
		return opt.Format
	}
	return formats.Text
}

// columnOf returns the folder of a key: sites are published column by column.
func columnOf(key string) string {
	if i := strings.LastIndexByte(key, '/'); i >= 0 {
		return key[:i]
	}
	return ""
}

// OpenList reads files by their paths, in the order of the list. Keys are the paths, with slashes.
func OpenList(name string, paths []string, opt SourceOptions) *Source {
	return openFiles(name, paths, opt)
}

func openFiles(name string, paths []string, opt SourceOptions) *Source {
	s := &Source{Name: name}
	s.Total = func(context.Context) int64 { return int64(len(paths)) }
	s.Records = func(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			from, _ := strconv.Atoi(cursor)
			for i := min(from, len(paths)); i < len(paths); i++ {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				key := filepath.ToSlash(paths[i])
				r, err := fetchFile(paths[i], key, opt)
				if err != nil {
					// It is on the list, so it was to be there.
					r = &Record{Key: key, Size: -1, Format: formatOf(key, opt), Err: fs.ErrNotExist}
				}
				r.Cursor, r.At = strconv.Itoa(i+1), int64(i+1)
				if !yield(r, nil) {
					return
				}
			}
		}
	}
	s.Fetch = func(_ context.Context, key string) (*Record, error) {
		return fetchFile(filepath.FromSlash(key), key, opt)
	}
	return s
}
