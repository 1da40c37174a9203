package links

import (
	"encoding/json"
	"path/filepath"
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
	}); err != nil || len(changed) == 0 {
		return err
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
