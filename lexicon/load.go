package lexicon

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// LoadOptions say how Load reads a file. The zero value suits files of any kind.
type LoadOptions struct {
	Defaults Defaults // see Parse

	// CacheDir is a directory for compiled forms, "" for none. It is made when it is
	// missing, and kept small. Trouble with it is no error: the file is compiled again.
	CacheDir string
}

// Load reads and compiles a lexicon file, of any format that Parse reads. When lines are
// wrong it returns the Set of the others beside the Errors. The path is the name of the Set.
func Load(path string, opt LoadOptions) (*Set, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	defer file.Close()
	raw, err := readAll(file, MaxFile)
	if err != nil {
		return nil, fmt.Errorf("lexicon: %s: %w", path, err)
	}
	cached := ""
	if opt.CacheDir != "" {
		cached = filepath.Join(opt.CacheDir, cacheKey(path, raw, opt.Defaults)+cacheExt)
		if s := openCached(cached, path); s != nil {
			return s, nil
		}
	}
	b := newBuilder()
	bad := parseBytes(path, raw, opt.Defaults, b.add)
	if lines := (Errors)(nil); bad != nil && !errors.As(bad, &lines) {
		return nil, bad
	}
	s, err := b.set(path)
	if err != nil {
		return nil, err
	}
	if bad == nil && cached != "" {
		s.writeCache(cached)
	}
	return s, bad
}

// cacheKey tells apart whatever changes what a file is compiled to.
func cacheKey(path string, raw []byte, def Defaults) string {
	h := sha256.New()
	category := ""
	if def.Category != nil {
		category = def.Category.String()
	}
	fmt.Fprintf(h, "%q %q %q %q %v %v\n", magic, path, category, def.Pack, def.Level, def.Evasion)
	h.Write(raw)
	return hex.EncodeToString(h.Sum(nil)[:16])
}
