package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"unicode/utf8"

	"proofcheck/lexicon/words"
	"proofcheck/typo"
)

// slips makes errors in right text as people make them: the wrong word of an input method, the
// wrong character of the same or a like sound, one that looks alike, and 的, 地 and 得 mixed up.
type slips struct {
	m   *typo.Model
	rng *rand.Rand
	// of lists for each character those that it is written as by mistake
	of map[rune][]slip
	// often holds the characters that have a model of a pair: they are mistaken oftener than others
	often map[rune]bool
}

type slip struct {
	as     rune
	kind   typo.Kind
	weight float64
}

func newSlips(m *typo.Model, chars []rune, seed uint64) *slips {
	s := &slips{m: m, rng: rand.New(rand.NewPCG(seed, 1)), of: map[rune][]slip{}, often: map[rune]bool{}}
	for _, written := range chars {
		for meant, kind := range m.Confusions(written) {
			w := s.weigh(written, kind)
			if m.Chosen(written, meant) {
				w *= 4
				s.often[meant] = true
			}
			s.of[meant] = append(s.of[meant], slip{written, kind, w})
		}
		for meant, kind := range m.Slipped(written) {
			s.of[meant] = append(s.of[meant], slip{written, kind, s.weigh(written, kind)})
		}
	}
	return s
}

// weigh is how often a slip is made, up to a factor: by its kind, and the commoner the written
// character the oftener.
func (s *slips) weigh(written rune, kind typo.Kind) float64 {
	w := 0.02
	switch {
	case kind&typo.SameTone != 0:
		w = 1
	case kind&typo.SameSound != 0:
		w = 0.5
	case kind&typo.NearSound != 0:
		w = 0.05
	case kind&typo.ShapeTwice != 0:
		w = 0.12
	case kind&typo.Key != 0:
		w = 0.01
	case kind&typo.Letter != 0:
		w = 0.003
	}
	if kind&typo.Known != 0 {
		w *= 3
	}
	return w * math.Exp(-0.9*float64(s.m.Chance(written))/typo.Nat)
}

// pairOf returns a line with errors, about one in so many characters, and at least one.
func (s *slips) pairOf(line string, every int) pair {
	n := 1 + utf8.RuneCountInString(line)/every
	wrong := line
	for range n {
		switch x := s.rng.Float64(); {
		case x < 0.34:
			wrong = s.word(wrong)
		case x < 0.40:
			wrong = s.swap(wrong)
		case x < 0.44:
			wrong = s.any(wrong)
		case x < 0.54:
			wrong = s.twice(wrong)
		case x < 0.60:
			wrong = s.drop(wrong)
		default:
			wrong = s.char(wrong)
		}
	}
	return pair{wrong, line}
}

// tries is how many places of a line are tried for a slip.
const tries = 8

// char replaces one character; those that have a model of a pair are mistaken oftener than others.
func (s *slips) char(line string) string {
	runes := []rune(line)
	for try := range tries {
		i := s.rng.IntN(len(runes))
		if try < tries/2 && !s.often[runes[i]] {
			continue
		}
		if x, ok := draw(s.rng, s.of[runes[i]], func(x slip) float64 { return x.weight }); ok {
			runes[i] = x.as
			return string(runes)
		}
	}
	return line
}

// draw returns one of a list by chance, after the weights; false if none has any.
func draw[T any](rng *rand.Rand, list []T, weight func(T) float64) (T, bool) {
	total := 0.0
	for _, x := range list {
		total += weight(x)
	}
	u := rng.Float64() * total
	for _, x := range list {
		if w := weight(x); w > 0 {
			if u -= w; u <= 0 {
				return x, true
			}
		}
	}
	var none T
	return none, false
}

// atWord shows words of a line to change, by chance, until that has made another line of it.
func (s *slips) atWord(line string, change func(from, to int) (changed string, ok bool)) string {
	ends := words.Segment(nil, line)
	for range tries {
		k := s.rng.IntN(len(ends))
		from := 0
		if k > 0 {
			from = ends[k-1]
		}
		if changed, ok := change(from, ends[k]); ok {
			return changed
		}
	}
	return line
}

// word replaces one word by another that is typed with the same keys.
func (s *slips) word(line string) string {
	return s.atWord(line, func(from, to int) (string, bool) {
		w := line[from:to]
		if len(w) < 3 || len(w) > 9 {
			return "", false
		}
		by, ok := draw(s.rng, slices.Collect(s.m.Homophones(w)), func(o string) float64 {
			if o == w {
				return 0
			}
			return math.Pow(float64(words.Frequency(o))+1, 0.8)
		})
		return line[:from] + by + line[to:], ok
	})
}

// twice writes a character or a word of up to four twice.
func (s *slips) twice(line string) string {
	return s.atWord(line, func(from, to int) (string, bool) {
		first, n := utf8.DecodeRuneInString(line[from:])
		if s.rng.IntN(2) == 0 {
			to = from + n
		}
		return line[:to] + line[from:], to-from <= 12 && isHan(first)
	})
}

// drop leaves a character of a word out.
func (s *slips) drop(line string) string {
	return s.atWord(line, func(from, to int) (string, bool) {
		word := []rune(line[from:to])
		if len(word) < 2 && s.rng.IntN(4) > 0 || !isHan(word[0]) {
			return "", false
		}
		i := s.rng.IntN(len(word))
		return line[:from] + string(word[:i]) + string(word[i+1:]) + line[to:], true
	})
}

// swap changes the order of two neighbours, inside a word more often than not.
func (s *slips) swap(line string) string {
	runes := []rune(line)
	ends := words.Segment(nil, line)
	inside := map[int]bool{} // bytes at which a word goes on
	from := 0
	for _, end := range ends {
		for i := range line[from:end] {
			if i > 0 {
				inside[from+i] = true
			}
		}
		from = end
	}
	for range tries {
		i := s.rng.IntN(len(runes))
		if i == 0 || !isHan(runes[i]) || !isHan(runes[i-1]) || runes[i] == runes[i-1] {
			continue
		}
		if !inside[len(string(runes[:i]))] && s.rng.IntN(3) > 0 {
			continue
		}
		runes[i], runes[i-1] = runes[i-1], runes[i]
		break
	}
	return string(runes)
}

// any replaces a character of a long word by another of the same line.
func (s *slips) any(line string) string {
	from := 0
	var long []int
	for _, end := range words.Segment(nil, line) {
		if end-from >= 3*typo.LongWord && isHan([]rune(line[from:])[0]) {
			long = append(long, from)
		}
		from = end
	}
	runes := []rune(line)
	if len(long) == 0 {
		return s.char(line)
	}
	at := utf8.RuneCountInString(line[:long[s.rng.IntN(len(long))]]) + s.rng.IntN(typo.LongWord)
	if by := runes[s.rng.IntN(len(runes))]; isHan(by) && isHan(runes[at]) {
		runes[at] = by
	}
	return string(runes)
}
