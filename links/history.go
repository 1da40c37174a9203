package links

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// pastBucket holds, for each page of a folder by its path on this computer, the problems that its last check has
// found: a pastPage.
var pastBucket = []byte("folders-1")

// pastPage is what was wrong on a page, by problem and target.
type pastPage map[string]past

// past is the history of a problem that goes on.
type past struct {
	First time.Time `json:"b"`
	Times int       `json:"n"`
}

func pastKey(f *Finding) string { return f.ID + " " + f.Ref.Target }

// recall adds to the findings of pages of a folder that no network has answered for when they were first seen and in
// how many runs, and keeps that for the next one. What is mended is forgotten. Findings are in the order of pages.
func (c *Cache) recall(top string, pages []string, findings []Finding) error {
	if c == nil {
		return nil
	}
	top, err := filepath.Abs(top)
	if err != nil {
		return err
	}
	now := c.now()
	byPage := map[string][]*Finding{}
	for i := range findings {
		if f := &findings[i]; f.Answer == nil {
			byPage[f.Page] = append(byPage[f.Page], f)
		}
	}
	changed := map[string]pastPage{} // empty: nothing is wrong any more
	if err := c.db.View(func(tx *bolt.Tx) error {
		b := tx.Bucket(pastBucket)
		for _, page := range pages {
			key := filepath.Join(top, filepath.FromSlash(page))
			var old pastPage
			if text := b.Get([]byte(key)); text != nil && json.Unmarshal(text, &old) != nil {
				old = nil // damaged
			}
			if len(byPage[page]) == 0 && len(old) == 0 {
				continue
			}
			changed[key] = old.next(byPage[page], now)
		}
		return nil
	}); err != nil {
		return err
	}
	return c.keepPast(changed)
}

// A Seen is a problem of a link that was found in this run, and its history.
type Seen struct {
	Problem, Target string    // the ID, and the target as it is written
	First           time.Time // when it was first seen
	Times           int       // runs that have found it, this one included
}

// Recall writes on what was found wrong with the local links of a page, a path on this computer, when it was first
// seen and in how many runs. What was found before and is not among it is mended and forgotten, but for problems of
// other kinds, which a check of the folder has found. All is kept when the Cache is closed.
func (c *Cache) Recall(page string, found []Seen) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	old, known := c.past[page]
	if !known {
		_ = c.db.View(func(tx *bolt.Tx) error {
			if text := tx.Bucket(pastBucket).Get([]byte(page)); text != nil && json.Unmarshal(text, &old) != nil {
				old = nil // damaged
			}
			return nil
		})
	}
	if len(found) == 0 && len(old) == 0 {
		return
	}
	list := make([]*Finding, len(found))
	for i := range found {
		list[i] = &Finding{Problem: Problem{ID: found[i].Problem}}
		list[i].Ref.Target = found[i].Target
	}
	next := old.next(list, c.now())
	for i, f := range list {
		found[i].First, found[i].Times = f.First, f.Times
	}
	for key, h := range old {
		if id, _, _ := strings.Cut(key, " "); !OfFolder(id) {
			next[key] = h
		}
	}
	c.past[page] = next
}

// keepPast writes histories of pages; an empty one says that nothing is wrong any more.
func (c *Cache) keepPast(changed map[string]pastPage) error {
	if len(changed) == 0 {
		return nil
	}
	return c.db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket(pastBucket)
		for key, page := range changed {
			if len(page) == 0 {
				if err := b.Delete([]byte(key)); err != nil {
					return err
				}
				continue
			}
			if err := put(b, key, page); err != nil {
				return err
			}
		}
		return nil
	})
}

// next returns the history after a run that has found these problems, and writes it on them.
func (p pastPage) next(found []*Finding, now time.Time) pastPage {
	out := make(pastPage, len(found))
	for _, f := range found {
		key := pastKey(f)
		if _, ok := out[key]; !ok {
			h := p[key]
			if h.Times == 0 {
				h.First = now
			}
			h.Times++
			out[key] = h
		}
		f.First, f.Times = out[key].First, out[key].Times
	}
	return out
}
