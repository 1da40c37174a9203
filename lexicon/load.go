package lexicon

import "os"

// LoadOptions say how Load reads a file. The zero value suits files of any kind.
type LoadOptions struct {
	Defaults Defaults // see Parse

	// CacheDir is a directory for compiled forms, "" for none. It is made when it is
	// missing, and kept small.
	CacheDir string
}

// Load reads and compiles a lexicon file, of any format that Parse reads. When lines are
// wrong it returns the Set of the others beside the Errors.
func Load(path string, opt LoadOptions) (*Set, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b := newBuilder()
	bad := parse(path, file, opt.Defaults, b.add)
	s, err := b.set(path)
	if err != nil {
		return nil, err
	}
	return s, bad
}
