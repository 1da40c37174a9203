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

// watch knows which files the service was made of.
type watch struct {
	mu    sync.Mutex
	files map[string]bool
}

// set forgets all files but these.
func (w *watch) set(files []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files = map[string]bool{}
	for _, f := range files {
		w.files[f] = true
	}
}

// add adds files to those before.
func (w *watch) add(files []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.files == nil {
		w.files = map[string]bool{}
	}
	for _, f := range files {
		w.files[f] = true
	}
}

// signature tells states of the files apart.
func (w *watch) signature() string {
	w.mu.Lock()
	files := slices.Sorted(maps.Keys(w.files))
	w.mu.Unlock()
	text := ""
	for _, f := range files {
		text += f
		if info, err := os.Stat(f); err == nil {
			text += "\x00" + strconv.FormatInt(info.ModTime().UnixNano(), 36) + "." + strconv.FormatInt(info.Size(), 36)
		}
		text += "\x00"
	}
	return text
}

// keepFresh reloads when a file has changed, or when hangup tells of a signal, until ctx ends.
func (r *serveRun) keepFresh(ctx context.Context, s *server.Server, hangup <-chan os.Signal) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	loaded := r.watch.signature()
	last := loaded
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
		case <-tick.C:
			now := r.watch.signature()
			// A file that is still being written is waited for.
			if now == loaded || now != last {
				last = now
				continue
			}
		}
		before := r.watch.signature()
		if err := s.Reload(ctx); err != nil {
			r.log.Error("reload failed; what was read before holds", "error", r.wrongConfig(err))
		} else {
			r.log.Info("reloaded")
		}
		loaded = r.watch.signature()
		if before != loaded && len(before) == len(loaded) {
			loaded = before // changed meanwhile: once more
		}
		last = loaded
	}
}
