package checker

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"proofcheck/lexicon"
	"proofcheck/lexicon/automaton"
	"proofcheck/roster"
)

// rosterIndex finds the names and posts of a roster in a text. It is immutable.
type rosterIndex struct {
	entries []roster.Entry

	names *automaton.Automaton
	named [][]int // by word of names: the entries of whom

	posts  *automaton.Automaton
	posted [][]int // by word of posts: the entries with that post
	byName map[string][]int
	byPost map[string][]int
}

// knows reports whether a word is a name or a post of the roster; without a roster, none is.
func (x *rosterIndex) knows(word string) bool {
	return x != nil && (x.byName[word] != nil || x.byPost[word] != nil)
}

func newRosterIndex(r *roster.Roster) (*rosterIndex, error) {
	x := &rosterIndex{entries: r.Entries(), byName: map[string][]int{}, byPost: map[string][]int{}}
	var names, posts []string
	for i := range x.entries {
		e := &x.entries[i]
		if x.byName[e.Name] == nil {
			names = append(names, e.Name)
		}
		x.byName[e.Name] = append(x.byName[e.Name], i)
		for _, post := range e.Posts {
			if x.byPost[post] == nil {
				posts = append(posts, post)
			}
			x.byPost[post] = append(x.byPost[post], i)
		}
	}
	for _, n := range names {
		x.named = append(x.named, x.byName[n])
	}
	for _, p := range posts {
		x.posted = append(x.posted, x.byPost[p])
	}
	var err error
	if x.names, err = compileWords(names); err == nil {
		x.posts, err = compileWords(posts)
	}
	if err != nil {
		return nil, fmt.Errorf("checker: roster %s: %w", r.Name(), err)
	}
	return x, nil
}

func compileWords(words []string) (*automaton.Automaton, error) {
	if len(words) == 0 {
		return nil, nil
	}
	return automaton.Compile(words, automaton.Options{})
}

// find returns the leftmost longest occurrences.
func find(a *automaton.Automaton, text string) []automaton.Match {
	if a == nil {
		return nil
	}
	return a.AppendLongest(nil, text)
}

// A posting is a post in a text with the place where a name stands beside it, if one does.
type posting struct {
	post    automaton.Match
	holders []int // entries with the post
}

// postings calls f for the posts of a segment. 副县长 is not the post 县长, nor is 县长助理.
func (x *rosterIndex) postings(seg *Segment, f func(posting)) {
	for _, m := range find(x.posts, seg.Text) {
		if prev := before(seg.Text, int(m.Start)); prev != 0 && strings.ContainsRune("副代原前", prev) {
			continue
		}
		if strings.HasPrefix(seg.Text[m.End:], "助理") {
			continue
		}
		f(posting{m, x.posted[m.Word]})
	}
}

// nameBeside returns the rostered name right behind a post, or right before it, and where it stands.
func (x *rosterIndex) nameBeside(text string, m automaton.Match) (name string, from, to int) {
	for n := range x.nameLengths() {
		if end := runesAfter(text, int(m.End), n); end > 0 && x.byName[text[m.End:end]] != nil {
			return text[m.End:end], int(m.End), end
		}
	}
	for n := range x.nameLengths() {
		if start := runesBefore(text, int(m.Start), n); start >= 0 && x.byName[text[start:m.Start]] != nil {
			return text[start:m.Start], start, int(m.Start)
		}
	}
	return "", 0, 0
}

// nameLengths yields the numbers of characters that names can have, the longest first.
func (x *rosterIndex) nameLengths() func(func(int) bool) {
	return func(yield func(int) bool) {
		if x.names == nil {
			return
		}
		for n := x.names.MaxChars(); n >= 2 && yield(n); n-- {
		}
	}
}

// runesAfter returns where n characters behind offset at end, 0 when there are fewer.
func runesAfter(text string, at, n int) int {
	for ; n > 0; n-- {
		if at >= len(text) {
			return 0
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// runesBefore returns where n characters before offset at begin, -1 when there are fewer.
func runesBefore(text string, at, n int) int {
	for ; n > 0; n-- {
		if at <= 0 {
			return -1
		}
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

// holds reports whether somebody of that name holds one of the entries on a day.
func (x *rosterIndex) holds(name string, entries []int, day lexicon.Date) bool {
	return slices.ContainsFunc(entries, func(i int) bool {
		return x.entries[i].Name == name && x.entries[i].Holds(day)
	})
}

// rankOn returns the place of a name in the order of listing on a day, 0 for none.
func (x *rosterIndex) rankOn(entries []int, day lexicon.Date) int {
	best := 0
	for _, i := range entries {
		if e := &x.entries[i]; e.Rank > 0 && e.Holds(day) && (best == 0 || e.Rank < best) {
			best = e.Rank
		}
	}
	return best
}
