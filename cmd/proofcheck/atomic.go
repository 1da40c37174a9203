package main

import (
	"os"
	"path/filepath"
	"syscall"
)

// atomicFile is written beside the file it replaces and takes its place at once, complete and on
// disk, or never.
type atomicFile struct {
	*os.File
	target string // "" for a device or pipe, which is written to and not replaced
	done   bool
}

// createAtomic begins to replace a file, or to make it. A symbolic link stays, and what it leads
// to is replaced. The mode of the old file is kept. Devices and pipes (/dev/null) are written to.
func createAtomic(path string) (*atomicFile, error) {
	target, mode := path, os.FileMode(0o644)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		target = real
		info, err := os.Stat(target)
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			return nil, syscall.EISDIR
		}
		if !info.Mode().IsRegular() {
			f, err := os.OpenFile(target, os.O_WRONLY, 0)
			if err != nil {
				return nil, err
			}
			return &atomicFile{File: f}, nil
		}
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(target), ".proofcheck-*.tmp")
	if err != nil {
		return nil, err
	}
	a := &atomicFile{File: f, target: target}
	if err := f.Chmod(mode); err != nil {
		a.discard()
		return nil, err
	}
	return a, nil
}

// commit puts the file into its place.
func (a *atomicFile) commit() error {
	if a.target == "" {
		a.done = true
		return a.Close()
	}
	err := a.Sync()
	if e := a.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(a.Name(), a.target)
	}
	if err != nil {
		os.Remove(a.Name())
		return err
	}
	a.done = true
	if dir, err := os.Open(filepath.Dir(a.target)); err == nil {
		dir.Sync() // not all systems can; the file itself is safe
		dir.Close()
	}
	return nil
}

// discard removes what was written. After commit it does nothing.
func (a *atomicFile) discard() {
	if a.done {
		return
	}
	a.Close()
	if a.target != "" {
		os.Remove(a.Name())
	}
}
