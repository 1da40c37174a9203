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
}

type slip struct {
	as     rune
	kind   typo.Kind
	weight float64
}

func newSlips(m *typo.Model, chars []rune, seed uint64) *slips {
	s := &slips{m: m, rng: rand.New(rand.NewPCG(seed, 1)), of: map[rune][]slip{}}
	for _, written := range chars {
		for meant, kind := range m.Confusions(written) {
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
		case x < 0.65:
			wrong = s.insert(wrong)
		default:
			wrong = s.char(wrong)
		}
	}
	return pair{wrong, line}
}

// char replaces one character.
func (s *slips) char(line string) string {
	runes := []rune(line)
	for range 8 {
		i := s.rng.IntN(len(runes))
		list := s.of[runes[i]]
		if len(list) == 0 {
			continue
		}
		total := 0.0
		for _, x := range list {
			total += x.weight
		}
		u := s.rng.Float64() * total
		for _, x := range list {
			if u -= x.weight; u <= 0 {
				runes[i] = x.as
				return string(runes)
			}
		}
	}
	return line
}

// word replaces one word by another that is typed with the same keys.
func (s *slips) word(line string) string {
	ends := words.Segment(nil, line)
	for range 8 {
		k := s.rng.IntN(len(ends))
		from, to := 0, ends[k]
		if k > 0 {
			from = ends[k-1]
		}
		w := line[from:to]
		if n := to - from; n < 3 || n > 9 {
			continue
		}
		options := slices.Collect(s.m.Homophones(w))
		total, weights := 0.0, make([]float64, len(options))
		for i, o := range options {
			if o != w {
				weights[i] = math.Pow(float64(words.Frequency(o))+1, 0.8)
				total += weights[i]
			}
		}
		if total == 0 {
			continue
		}
		u := s.rng.Float64() * total
		for i, o := range options {
			if u -= weights[i]; u <= 0 && o != w {
				return line[:from] + o + line[to:]
			}
		}
	}
	return line
}

// twice writes a character or a word of up to four twice.
func (s *slips) twice(line string) string {
	ends := words.Segment(nil, line)
	for range 8 {
		k := s.rng.IntN(len(ends))
		from, to := 0, ends[k]
		if k > 0 {
			from = ends[k-1]
		}
		if s.rng.IntN(2) == 0 { // one character of it
			_, n := utf8.DecodeRuneInString(line[from:])
			to = from + n
		}
		if n := to - from; n > 12 || !isHan([]rune(line[from:])[0]) {
			continue
		}
		return line[:to] + line[from:]
	}
	return line
}

// drop leaves a character of a word out.
func (s *slips) drop(line string) string {
	ends := words.Segment(nil, line)
	for range 8 {
		k := s.rng.IntN(len(ends))
		from, to := 0, ends[k]
		if k > 0 {
			from = ends[k-1]
		}
		word := []rune(line[from:to])
		if len(word) < 2 && s.rng.IntN(4) > 0 || !isHan(word[0]) {
			continue
		}
		i := s.rng.IntN(len(word))
		return line[:from] + string(word[:i]) + string(word[i+1:]) + line[to:]
	}
	return line
}

// insert adds a character: one that sounds like a neighbour, or a common one.
func (s *slips) insert(line string) string {
	runes := []rune(line)
	i := s.rng.IntN(len(runes))
	by := runes[s.rng.IntN(len(runes))]
	if list := s.of[runes[i]]; len(list) > 0 && s.rng.IntN(3) > 0 {
		by = list[s.rng.IntN(len(list))].as
	}
	if !isHan(by) || !isHan(runes[i]) {
		return line
	}
	return string(slices.Insert(runes, i, by))
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
	for range 8 {
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
