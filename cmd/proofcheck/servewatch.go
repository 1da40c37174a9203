package main

import (
	"context"
	"maps"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"proofcheck/server"
)

// watchEvery is how often the files of the service are looked at. Asking is cheap, works on every
// file system, and sees a file that takes the place of another, as editors and Kubernetes do it.
const watchEvery = time.Second

// watch knows which files the service was made of, and how each was before it was read.
type watch struct {
	mu    sync.Mutex
	files map[string]string // path: state
}

// set forgets all files but these.
func (w *watch) set(files map[string]string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files = files
}

// failed adds the files of a reading that failed. The others count as seen: they are read again as soon as what was
// wrong has changed.
func (w *watch) failed(files map[string]string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := map[string]string{}
	for f := range w.files {
		all[f] = fileState(f)
	}
	maps.Copy(all, files)
	w.files = all
}

// look tells whether files have changed since they were read, and how all are now.
func (w *watch) look() (now string, changed bool) {
	w.mu.Lock()
	files := maps.Clone(w.files)
	w.mu.Unlock()
	for _, f := range slices.Sorted(maps.Keys(files)) {
		state := fileState(f)
		changed = changed || state != files[f]
		now += f + "\x00" + state + "\x00"
	}
	return now, changed
}

// fileState tells states of a file apart; a file that is not there has one, too.
func fileState(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return strconv.FormatInt(info.ModTime().UnixNano(), 36) + "." + strconv.FormatInt(info.Size(), 36)
}

// keepFresh reloads when a file has changed, or when hangup tells of a signal, until ctx ends.
func (r *serveRun) keepFresh(ctx context.Context, s *server.Server, hangup <-chan os.Signal) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
		case <-tick.C:
			now, changed := r.watch.look()
			// A file that is still being written is waited for.
			if !changed || now != last {
				last = now
				continue
			}
		}
		if err := s.Reload(ctx); err != nil {
			r.log.Error("reload failed; what was read before holds", "error", r.wrongConfig(err))
		} else {
			r.log.Info("reloaded")
		}
	}
}
