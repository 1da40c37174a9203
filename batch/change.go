package batch

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"slices"

	"proofcheck/lexicon"
	"proofcheck/source"
	"proofcheck/store"
)

// A change is what has been added to lexicons and removed from them between two rulesets that are
// otherwise the same. A document that none of its words occurs in gives the same findings with
// both.
type change struct {
	forms  []string        // words of which one must be in the text, unless disguised is set
	masked bool            // some words are found in disguise, of which a sketch knows nothing
	finder *lexicon.Finder // finds all of them, without their guards
}

// maySketch reports whether a text of which only the sketch is known may be touched.
func (c *change) maySketch(sketch []byte) bool {
	return c.masked || slices.ContainsFunc(c.forms, func(f string) bool { return mayContain(sketch, f) })
}

// touches reports whether one of the words occurs in a document.
func (c *change) touches(doc *source.Document, leading func(yield func(*source.Segment) bool)) (found bool, err error) {
	look := func(text string) bool {
		c.finder.Find(text, 0, func(*lexicon.Match) bool {
			found = true
			return false
		})
		return !found
	}
	leading(func(seg *source.Segment) bool { return look(seg.Text) })
	for seg, err := range doc.Segments {
		if err != nil || found || !look(seg.Text) {
			return found, err
		}
	}
	return found, nil
}

// manyChanges is how many entries may differ before everything is checked anew.
const manyChanges = 5000

// changes finds the change from the ruleset of documents to the present one.
type changes struct {
	store   *store.Store
	current *store.Ruleset
	sets    []*lexicon.Set
	known   map[int64]*change // by ruleset; nil: check everything
}

// from returns the change from a ruleset, nil when documents have to be checked anew.
func (c *changes) from(ctx context.Context, ruleset int64) (*change, error) {
	if ch, ok := c.known[ruleset]; ok {
		return ch, nil
	}
	ch, err := c.compute(ctx, ruleset)
	if errors.Is(err, store.ErrNotFound) {
		ch, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	if c.known == nil {
		c.known = map[int64]*change{}
	}
	c.known[ruleset] = ch
	return ch, nil
}

func (c *changes) compute(ctx context.Context, ruleset int64) (*change, error) {
	if ruleset == 0 {
		return nil, nil
	}
	old, err := c.store.RulesetByID(ctx, ruleset)
	if err != nil {
		return nil, err
	}
	if old.Tool != c.current.Tool || old.Rules != c.current.Rules {
		return nil, nil
	}
	// Each entry counts once for each lexicon that has it.
	type counted struct {
		entry lexicon.Entry
		n     int
	}
	entries := map[string]*counted{}
	add := func(e lexicon.Entry, n int) {
		key := identity(&e)
		if entries[key] == nil {
			entries[key] = &counted{entry: e}
		}
		entries[key].n += n
	}
	same := map[string]int{}
	for _, hash := range old.Lexicons {
		same[hash]++
	}
	var added []*lexicon.Set
	for _, s := range c.sets {
		if same[s.Hash()] > 0 {
			same[s.Hash()]--
		} else {
			added = append(added, s)
		}
	}
	for _, s := range added {
		for i := range s.Len() {
			add(*s.Entry(i), 1)
		}
	}
	for hash, n := range same {
		if n == 0 {
			continue
		}
		content, err := c.store.Lexicon(ctx, hash)
		if err != nil {
			return nil, err
		}
		list, err := unpackEntries(content)
		if err != nil {
			return nil, fmt.Errorf("batch: lexicon %s in the store: %w", hash, err)
		}
		for _, e := range list {
			add(e, -n)
		}
	}
	out := &change{}
	evasions := map[string]lexicon.Evasion{}
	for _, e := range entries {
		if e.n != 0 {
			evasions[e.entry.Form] |= e.entry.Evasion
		}
	}
	if len(evasions) > manyChanges {
		return nil, nil
	}
	var bare []lexicon.Entry
	for form, evasion := range evasions {
		bare = append(bare, lexicon.Entry{Form: form, Category: lexicon.Sensitive, Level: lexicon.Error, Raw: true, Evasion: evasion})
		out.forms = append(out.forms, form)
		out.masked = out.masked || evasion != 0
	}
	if len(bare) == 0 {
		return out, nil
	}
	set, err := lexicon.Compile(bare)
	if err != nil {
		return nil, nil // checking everything is always right
	}
	out.finder = lexicon.NewFinder([]*lexicon.Set{set}, lexicon.FinderOptions{})
	return out, nil
}

// identity tells entries apart that may give different findings.
func identity(e *lexicon.Entry) string {
	plain := *e
	plain.Origin, plain.Hit, plain.Miss = "", nil, nil
	return fmt.Sprintf("%+v", plain)
}

// packEntries writes the entries of a lexicon for the store.
func packEntries(s *lexicon.Set) ([]byte, error) {
	list := make([]lexicon.Entry, s.Len())
	for i := range list {
		list[i] = *s.Entry(i)
		list[i].Origin, list[i].Hit, list[i].Miss = "", nil, nil
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if err := gob.NewEncoder(z).Encode(list); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpackEntries is the inverse of packEntries.
func unpackEntries(content []byte) ([]lexicon.Entry, error) {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	var list []lexicon.Entry
	err = gob.NewDecoder(io.LimitReader(z, 1<<30)).Decode(&list)
	return list, err
}
