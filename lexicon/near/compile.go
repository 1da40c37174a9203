package near

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Compile makes a Matcher. It fails for phrases that are too short or too long, or have no three Chinese characters
// together on both sides of any place.
func Compile(phrases []string) (*Matcher, error) {
	m := &Matcher{text: strings.Join(phrases, ""), phrases: make([]phrase, len(phrases))}
	from := uint32(0)
	for i, text := range phrases {
		if n := utf8.RuneCountInString(text); n < MinChars || n > MaxChars || !utf8.ValidString(text) {
			return nil, fmt.Errorf("near: phrase %q has %d characters; from %d to %d are allowed", text, n, MinChars, MaxChars)
		}
		half := divide([]rune(text))
		if half == 0 {
			return nil, fmt.Errorf("near: phrase %q has no three Chinese characters together on both sides of a place", text)
		}
		m.phrases[i] = phrase{from, from + uint32(half), from + uint32(len(text))}
		from += uint32(len(text))
	}
	m.arrange()
	m.index = newIndex(m.keys)
	return m, nil
}

// divide returns the place, in bytes, where a phrase is divided: where both sides have three Chinese characters
// together, as near to the middle as possible; 0 for nowhere.
func divide(chars []rune) int {
	middle := len(chars) / 2
	for d := 0; d <= middle; d++ {
		for _, h := range [...]int{middle - d, middle + d} {
			if h < gramChars || len(chars)-h < gramChars {
				continue
			}
			a, b := string(chars[:h]), string(chars[h:])
			if len(grams(a)) > 0 && len(grams(b)) > 0 && len(grams(swap(a, b))) > 0 {
				return len(a)
			}
		}
	}
	return 0
}

// swap returns the first half and one more character, with the two in the middle swapped.
func swap(first, second string) string {
	_, n := utf8.DecodeLastRuneInString(first)
	_, k := utf8.DecodeRuneInString(second)
	return first[:len(first)-n] + second[:k] + first[len(first)-n:]
}

// A gram is three characters of a word.
type gram struct {
	key uint64
	at  int // bytes of the word before them
}

func grams(word string) (out []gram) {
	for i := range word {
		if key, ok := keyOf(word[i:]); ok {
			out = append(out, gram{key, i})
		}
	}
	return out
}

// arrange makes the words and their anchors, and puts them in order.
func (m *Matcher) arrange() {
	owners := map[string][]anchor{}
	for i, p := range m.phrases {
		a, b := m.text[p.from:p.half], m.text[p.half:p.to]
		owners[a] = append(owners[a], anchor{uint32(i), first})
		owners[b] = append(owners[b], anchor{uint32(i), second})
		if s := swap(a, b); s != a+s[len(a):] {
			owners[s] = append(owners[s], anchor{uint32(i), swapped})
		}
	}
	count := map[uint64]int{}
	for text := range owners {
		for _, g := range grams(text) {
			count[g.key]++
		}
	}
	list := make([]string, 0, len(owners))
	rarest := map[string]gram{}
	for text := range owners {
		list = append(list, text)
		rarest[text] = slices.MinFunc(grams(text), func(a, b gram) int { return cmp.Or(count[a.key]-count[b.key], a.at-b.at) })
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(rarest[a].key, rarest[b].key), cmp.Compare(a, b)) })
	for _, text := range list {
		all := owners[text]
		at := uint32(len(m.text))
		switch p := m.phrases[all[0].phrase]; all[0].part {
		case first:
			at = p.from
		case second:
			at = p.half
		default:
			m.text += text
		}
		slices.SortStableFunc(all, func(a, b anchor) int { return cmp.Compare(a.part&second, b.part&second) })
		w := word{gram: uint32(rarest[text].at), from: at, to: at + uint32(len(text)), behind: uint32(len(m.anchors))}
		w.before = w.behind
		for _, a := range all {
			if a.part != second {
				w.before++
			}
			m.addAnchor(a)
		}
		w.end = uint32(len(m.anchors))
		m.words, m.keys = append(m.words, w), append(m.keys, rarest[text].key)
	}
}

// addAnchor adds an anchor and its sign.
func (m *Matcher) addAnchor(a anchor) {
	beside := after(m.rest(a))
	if a.part == second {
		beside = before(m.rest(a))
	}
	m.anchors = append(m.anchors, a)
	m.signs = append(m.signs, beside.sign())
}
