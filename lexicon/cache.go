package lexicon

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// Bounds of a cache directory; what was not used for longest goes first.
const (
	maxCached  = 32        // files
	cacheLimit = 512 << 20 // bytes of all of them
	cacheExt   = ".pclex"
)

// openCached returns the Set of a compiled file, nil when it is missing or not in order.
func openCached(name, path string) *Set {
	info, err := os.Stat(name)
	if err != nil || info.Size() > cacheLimit {
		return nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	s, err := Open(unsafe.String(unsafe.SliceData(data), len(data))) // nobody writes to data any more
	if err != nil || s.name != path {
		return nil
	}
	now := time.Now()
	_ = os.Chtimes(name, now, now) // at worst it is thrown out too early
	return s
}

// replace writes a file under another name first. It does not wait for the disk: what a crash leaves of it fails
// its checksum, and the lexicon is compiled again.
func replace(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// writeCache writes the compiled form and throws out what is too much.
func (s *Set) writeCache(name string) {
	data, err := s.AppendBinary(nil)
	if err != nil || len(data) > cacheLimit/2 {
		return
	}
	dir := filepath.Dir(name)
	if os.MkdirAll(dir, 0o700) != nil || replace(name, data) != nil {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && strings.HasSuffix(e.Name(), cacheExt) {
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { // the last used first
		return cmp.Or(b.ModTime().Compare(a.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	total := int64(0)
	for i, info := range files {
		total += info.Size()
		if (i >= maxCached || total > cacheLimit) && info.Name() != filepath.Base(name) {
			_ = os.Remove(filepath.Join(dir, info.Name()))
		}
	}
}
