package batch

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"proofcheck/formats"
	"proofcheck/links"
)

// SourceOptions say how sources are read. The zero value takes what the sources say themselves.
type SourceOptions struct {
	Fields  Fields          // of tables and queries: which column is what
	Format  *formats.Format // of records that do not say theirs
	Charset string          // of records that do not say theirs
	Query   string          // of databases; see OpenSQL
	Key     string          // of databases: the column that orders the query, "id" by default
	MaxSize int64           // bytes of one record; 0 means 64 MiB

	// Site is how live sites are walked; Prober and Inspector are required for them.
	Site links.CrawlOptions
}

// MaxSize is the limit of one record in bytes when options set none.
const MaxSize = 64 << 20

func (o *SourceOptions) maxSize() int64 {
	if o.MaxSize > 0 {
		return o.MaxSize
	}
	return MaxSize
}

// Open opens a source by what a user calls it: a folder, a file (a draft, an archive, a table), the
// address of a site or of a database. A file list is opened by OpenList.
func Open(ctx context.Context, spec string, opt SourceOptions) (*Source, error) {
	switch scheme, _, _ := strings.Cut(spec, "://"); scheme {
	case "http", "https":
		return openSite(spec, opt)
	case "postgres", "postgresql", "mysql", "mariadb", "wordpress":
		return OpenSQL(ctx, spec, opt)
	}
	if path, ok := strings.CutPrefix(spec, "sqlite:"); ok {
		return OpenSQL(ctx, "sqlite:"+path, opt)
	}
	info, err := os.Stat(spec)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openFolder(spec, opt), nil
	}
	name := strings.ToLower(filepath.Base(spec))
	bare, packed := unpackedName(name)
	switch {
	case strings.HasSuffix(name, ".zip"):
		return openZip(spec, opt), nil
	case strings.HasSuffix(bare, ".tar"), strings.HasSuffix(name, ".tgz"):
		return openFile(spec, opt, readTar), nil
	case strings.HasSuffix(bare, ".warc"):
		s := openFile(spec, opt, readWARC)
		s.Pages = true
		return s, nil
	case strings.HasSuffix(bare, ".jsonl"), strings.HasSuffix(bare, ".ndjson"):
		return openFile(spec, opt, readJSONL), nil
	case strings.HasSuffix(bare, ".csv"):
		return openFile(spec, opt, readCSV(',')), nil
	case strings.HasSuffix(bare, ".tsv"):
		return openFile(spec, opt, readCSV('\t')), nil
	case packed:
		return nil, fmt.Errorf("%s: a compressed file that is no .tar, .warc, .jsonl or .csv", spec)
	}
	return openFiles(filepath.ToSlash(spec), []string{spec}, opt), nil
}

// unpackedName takes off the ending of a compressed file.
func unpackedName(name string) (bare string, packed bool) {
	for _, ending := range []string{".gz", ".zst", ".zstd"} {
		if b, ok := strings.CutSuffix(name, ending); ok {
			return b, true
		}
	}
	return name, false
}

// shownAddress is an address without its password.
func shownAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	return u.String()
}
