package ledger

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/store"
)

// MineOptions say what experience is enough to propose an entry.
type MineOptions struct {
	Lang   string // of notes
	Filter store.Filter
	Least  int // decisions that must agree, 2 when zero
}

// Bounds of what Mine holds.
const (
	maxMined    = 200000 // different words
	maxContexts = 64     // of one word and kind of decision
	maxGrown    = 4      // characters that a word is made longer by on a side
)

// Mine proposes lexicon entries from what people and runs have decided: words that were false alarms, or
// right and left as they are, become allow entries, made longer by what always stands beside them when
// the same word was a mistake elsewhere; what the rules without a lexicon have found, and what was then
// mended, becomes an entry with its suggestion. Where decisions contradict each other, nothing is
// proposed. Notes say how many decisions there are and give an example. The entries are sorted, those
// that the most decisions speak for first.
func Mine(ctx context.Context, s *store.Store, opt MineOptions) ([]lexicon.Entry, error) {
	opt.Least = cmp.Or(opt.Least, 2)
	words := map[string]*experience{}
	for r, err := range s.Findings(ctx, opt.Filter) {
		if err != nil {
			return nil, err
		}
		f := &r.Finding
		c := Category(f)
		if f.State == store.StateOpen || f.Text == "" || utf8.RuneCountInString(f.Text) > 16 || !wordly(f.Text) ||
			c != checker.Typo && c != checker.Sensitive && c != checker.Expression {
			continue
		}
		w := words[f.Text]
		if w == nil {
			if len(words) == maxMined {
				continue
			}
			w = &experience{word: f.Text, suggest: map[string]int{}}
			words[f.Text] = w
		}
		w.add(f)
	}
	var out []mined
	for _, w := range words {
		out = append(out, w.propose(opt)...)
	}
	slices.SortFunc(out, func(a, b mined) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.Form, b.Form))
	})
	entries := make([]lexicon.Entry, len(out))
	for i := range out {
		entries[i] = out[i].Entry
	}
	return entries, nil
}

// wordly reports whether a text may be an entry: letters and digits on one line.
func wordly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '·' }) < 0
}

// experience is what has been decided about one word.
type experience struct {
	word         string
	right, wrong int            // decisions: it is right; it was mended
	rights       []place        // where it was right
	wrongs       []place        // where it was a mistake
	suggest      map[string]int // what was suggested where it was mended
	statistic    int            // of the mended ones, how many no lexicon knows
}

type place struct{ before, after string }

func (w *experience) add(f *store.Finding) {
	p := place{strings.Clone(f.Before), strings.Clone(f.After)}
	if f.State == store.StateFixed {
		w.wrong++
		if len(w.wrongs) < maxContexts {
			w.wrongs = append(w.wrongs, p)
		}
		if f.Rule == "typo/context" {
			w.statistic++
		}
		if len(f.Suggest) > 0 {
			w.suggest[f.Suggest[0]]++
		}
		return
	}
	w.right++
	if len(w.rights) < maxContexts {
		w.rights = append(w.rights, p)
	}
}

// mined is an entry with the number of decisions that speak for it.
type mined struct {
	lexicon.Entry
	n int
}

func (w *experience) propose(opt MineOptions) []mined {
	switch {
	case w.right >= opt.Least && w.wrong == 0:
		return []mined{w.allow(w.word, w.right, w.rights[0], opt)}
	case w.right >= opt.Least:
		return w.grown(opt)
	case w.right == 0 && w.statistic >= opt.Least && utf8.RuneCountInString(w.word) > 1:
		suggest := slices.MaxFunc(slices.Sorted(maps.Keys(w.suggest)), func(a, b string) int { return cmp.Compare(w.suggest[a], w.suggest[b]) })
		if suggest == "" || suggest == w.word || w.suggest[suggest]*2 <= w.wrong {
			return nil
		}
		p := w.wrongs[0]
		return []mined{{lexicon.Entry{
			Form: w.word, Suggest: []string{suggest}, Category: lexicon.Typo, Pack: "mined", Level: lexicon.Warning,
			Note: w.note("mine.fixed", w.wrong, p, opt),
		}, w.wrong}}
	}
	return nil
}

// grown proposes longer words: with what stands beside the word where it was right, and never where it
// was wrong.
func (w *experience) grown(opt MineOptions) []mined {
	type found struct {
		n  int
		at place
	}
	forms := map[string]*found{}
	for _, p := range w.rights {
		for k := 1; k <= maxGrown; k++ {
			for _, form := range [...]string{w.word + firstRunes(p.after, k), lastRunes(p.before, k) + w.word} {
				if !wordly(form) || utf8.RuneCountInString(form) != utf8.RuneCountInString(w.word)+k || w.wrongIn(form) {
					continue
				}
				if forms[form] == nil {
					forms[form] = &found{at: p}
				}
				forms[form].n++
			}
		}
	}
	var out []mined
	for _, form := range slices.Sorted(maps.Keys(forms)) {
		f := forms[form]
		// The shortest form says all that longer ones say.
		if f.n < opt.Least || slices.ContainsFunc(out, func(m mined) bool { return strings.Contains(form, m.Form) }) {
			continue
		}
		out = slices.DeleteFunc(out, func(m mined) bool { return strings.Contains(m.Form, form) })
		out = append(out, w.allow(form, f.n, f.at, opt))
	}
	return out
}

// wrongIn reports whether the word was a mistake inside of a longer form.
func (w *experience) wrongIn(form string) bool {
	return slices.ContainsFunc(w.wrongs, func(p place) bool { return strings.Contains(p.before+w.word+p.after, form) })
}

func (w *experience) allow(form string, n int, at place, opt MineOptions) mined {
	return mined{lexicon.Entry{Form: form, Category: lexicon.Allow, Pack: "mined", Note: w.note("mine.allow", n, at, opt)}, n}
}

func (w *experience) note(key string, n int, p place, opt MineOptions) string {
	example := strings.Join(strings.Fields(lastRunes(p.before, 10)+w.word+firstRunes(p.after, 10)), " ")
	return labels().Say(opt.Lang, key, "n", strconv.Itoa(n), "example", example)
}
