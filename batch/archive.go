package batch

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"
	"unicode/utf8"

	"proofcheck/formats"
	"proofcheck/lexicon"
)

// openZip reads the drafts in a ZIP file, in the order of its directory. Keys are their names.
func openZip(name string, opt SourceOptions) *Source {
	s := &Source{Name: filepath.ToSlash(name)}
	s.Records = func(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			z, err := zip.OpenReader(name)
			if err != nil {
				yield(nil, fmt.Errorf("%s: %w", name, err))
				return
			}
			defer z.Close()
			from, _ := strconv.Atoi(cursor)
			for i := min(from, len(z.File)); i < len(z.File); i++ {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				f := z.File[i]
				key := memberName(f.Name)
				if f.FileInfo().IsDir() || !wanted(key) {
					continue
				}
				r := &Record{Key: key, Size: int64(f.UncompressedSize64), Charset: opt.Charset, Format: formatOf(key, opt), Column: columnOf(key),
					Cursor: strconv.Itoa(i + 1), At: int64(i + 1), Stamp: fmt.Sprintf("%08x.%x", f.CRC32, f.UncompressedSize64)}
				// Read here, since workers may come when the file is closed.
				if r.Size > opt.maxSize() {
					r.Err = &TooLargeError{r.Size, opt.maxSize()}
				} else if in, err := f.Open(); err != nil {
					r.Err = err
				} else {
					r.Content, r.Err = readAll(in, r.Size, opt.maxSize())
					in.Close()
				}
				if !yield(r, nil) {
					return
				}
			}
		}
	}
	s.Total = func(context.Context) int64 {
		z, err := zip.OpenReader(name)
		if err != nil {
			return 0
		}
		defer z.Close()
		return int64(len(z.File))
	}
	return s
}

// wanted reports whether a member of an archive is a draft that is not hidden.
func wanted(key string) bool {
	return formats.ByName(key) != nil && !strings.HasPrefix(path.Base(key), ".") && !strings.HasPrefix(key, "__MACOSX/")
}

// memberName returns the name of a member as UTF-8: Chinese versions of Windows write GBK.
func memberName(name string) string {
	if !utf8.ValidString(name) {
		if s, err := simplifiedchinese.GBK.NewDecoder().String(name); err == nil {
			name = s
		}
	}
	return path.Clean(strings.ReplaceAll(name, `\`, "/"))
}

// readTar reads the drafts in a tar file. A cursor is the number of members that have been passed.
func readTar(in *packed, cursor string, opt SourceOptions, yield func(*Record) bool) error {
	from, _ := strconv.ParseInt(cursor, 10, 64)
	t := tar.NewReader(in)
	for n := int64(1); ; n++ {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("member %d: %w", n, broken(err))
		}
		key := memberName(h.Name)
		if n <= from || h.Typeflag != tar.TypeReg || !wanted(key) {
			continue
		}
		r := &Record{Key: key, Size: h.Size, Charset: opt.Charset, Format: formatOf(key, opt), Column: columnOf(key), Cursor: strconv.FormatInt(n, 10)}
		if h.Size > opt.maxSize() {
			r.Err = &TooLargeError{h.Size, opt.maxSize()}
		} else if r.Content, r.Err = readAll(t, h.Size, opt.maxSize()); r.Err != nil {
			r.Err = broken(r.Err)
		}
		if !yield(r) {
			return nil
		}
	}
}

// A packedReader reads the records of an open file after a cursor, until yield wants no more.
type packedReader func(in *packed, cursor string, opt SourceOptions, yield func(*Record) bool) error

// openFile makes a source of a file that is read from its beginning, plain or compressed with gzip or
// Zstandard.
func openFile(name string, opt SourceOptions, read packedReader) *Source {
	s := &Source{Name: filepath.ToSlash(name)}
	s.Total = func(context.Context) int64 {
		info, err := os.Stat(name)
		if err != nil {
			return 0
		}
		return info.Size()
	}
	s.Records = func(ctx context.Context, cursor string) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			in, err := openPacked(name)
			if err != nil {
				yield(nil, err)
				return
			}
			defer in.Close()
			in.count.ctx = ctx
			if err := read(in, cursor, opt, func(r *Record) bool {
				r.At = in.count.n
				return yield(r, nil)
			}); err != nil {
				yield(nil, fmt.Errorf("%s: %w", name, err))
			}
		}
	}
	return s
}

// ErrBroken says that an archive or a compressed file ends too early or is damaged.
var ErrBroken = errors.New("damaged or cut off")

// broken says what errors of decompression and of archives mean.
func broken(err error) error {
	var size *TooLargeError
	if errors.As(err, &size) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrBroken, err)
}

// packed is a file that is decompressed while it is read.
type packed struct {
	io.Reader
	name  string
	count *counter
	close []func() error
}

// Close closes the file.
func (p *packed) Close() error {
	var err error
	for i := len(p.close) - 1; i >= 0; i-- {
		err = errors.Join(err, p.close[i]())
	}
	return err
}

// counter counts what has been read of a file, and reads no more when its context is over.
type counter struct {
	in  io.Reader
	n   int64
	ctx context.Context // nil until records are read
}

// Read reads and counts.
func (c *counter) Read(b []byte) (int, error) {
	if c.ctx != nil && c.ctx.Err() != nil {
		return 0, c.ctx.Err()
	}
	n, err := c.in.Read(b)
	c.n += int64(n)
	return n, err
}

// openPacked opens a file, and decompresses it by what its first bytes say.
func openPacked(name string) (*packed, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	p := &packed{name: name, count: &counter{in: f}, close: []func() error{f.Close}}
	in := bufio.NewReaderSize(p.count, 256<<10)
	magic, _ := in.Peek(4)
	switch {
	case len(magic) >= 2 && magic[0] == 0x1f && magic[1] == 0x8b:
		z, err := gzip.NewReader(in)
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", name, broken(err))
		}
		p.Reader, p.close = z, append(p.close, z.Close)
	case string(magic) == "\x28\xb5\x2f\xfd":
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", name, broken(err))
		}
		p.Reader, p.close = z, append(p.close, func() error { z.Close(); return nil })
	default:
		p.Reader = in
	}
	return p, nil
}

// dateIn reads a date that a name or a value begins with.
func dateIn(s string) lexicon.Date {
	if d, ok := lexicon.ParseDate(s); ok {
		return d
	}
	if len(s) > 10 {
		if d, ok := lexicon.ParseDate(s[:10]); ok {
			return d
		}
	}
	return 0
}
