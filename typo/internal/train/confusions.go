package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"proofcheck/hanzi"
	"proofcheck/typo"
)

//go:embed classes.tsv
var classes string

// A sound is what a character is read: its syllables without tone, and all its readings with.
type sound struct {
	syllables []uint16
	toned     []string
}

type sounds struct {
	of     []sound // by token
	number map[string]uint16
	name   []string
}

var toneless = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ê", "e",
	"ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o",
	"ū", "u", "ú", "u", "ǔ", "u", "ù", "u", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ü", "v",
	"ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m", "\u0304", "", "\u030c", "", "\u0300", "", "\u0301", "")

// readSounds reads the readings: the standard one first, then those of common words and those
// of the table of 2013.
func readSounds(shared string, v *vocabulary) (*sounds, error) {
	s := &sounds{of: make([]sound, len(v.chars)), number: map[string]uint16{}, name: []string{""}}
	for _, file := range []string{"kMandarin_8105.txt", "kHanyuPinlu.txt", "kTGHZ2013.txt", "kXHC1983.txt"} {
		err := readFields(filepath.Join(shared, "dict/pinyin_data", file), func(f []string) {
			if len(f) < 2 || !strings.HasPrefix(f[0], "U+") {
				return
			}
			var r rune
			if _, err := fmt.Sscanf(strings.TrimSuffix(f[0], ":"), "U+%X", &r); err != nil {
				return
			}
			t := v.token(r)
			if t < hanFirst || file == "kXHC1983.txt" && len(s.of[t].syllables) > 0 {
				return
			}
			for _, toned := range strings.Split(f[1], ",") {
				s.add(t, toned)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *sounds) add(t uint16, toned string) {
	base := toneless.Replace(toned)
	n, ok := s.number[base]
	if !ok {
		n = uint16(len(s.name))
		s.number[base] = n
		s.name = append(s.name, base)
	}
	x := &s.of[t]
	if !slices.Contains(x.syllables, n) && len(x.syllables) < 2 {
		x.syllables = append(x.syllables, n)
	}
	if !slices.Contains(x.toned, toned) && slices.Contains(x.syllables, n) {
		x.toned = append(x.toned, toned)
	}
}

// near returns the syllables that speakers of dialects confuse with a syllable.
func (s *sounds) near(n uint16) []uint16 {
	name := s.name[n]
	i := strings.IndexAny(name, "aeiouv")
	if i < 0 {
		return nil
	}
	initials, finals := []string{name[:i]}, []string{name[i:]}
	for _, p := range [][2]string{{"z", "zh"}, {"c", "ch"}, {"s", "sh"}, {"n", "l"}, {"l", "r"}, {"h", "f"}} {
		switch name[:i] {
		case p[0]:
			initials = append(initials, p[1])
		case p[1]:
			initials = append(initials, p[0])
		}
	}
	for _, p := range [][2]string{{"in", "ing"}, {"en", "eng"}, {"an", "ang"}, {"ian", "iang"}, {"uan", "uang"}} {
		switch name[i:] {
		case p[0]:
			finals = append(finals, p[1])
		case p[1]:
			finals = append(finals, p[0])
		}
	}
	var out []uint16
	for _, a := range initials {
		for _, b := range finals {
			if m, ok := s.number[a+b]; ok && m != n {
				out = append(out, m)
			}
		}
	}
	return out
}

// shapes are pairs of characters that look alike, with the number of tables that say so, and
// the characters that share a large part.
type shapes struct {
	votes map[uint32]int
	named map[uint32]bool // one stands for the other in a list of wrong words
	parts map[uint32]bool
}

func (s *shapes) vote(a, b uint16) {
	if a >= hanFirst && b >= hanFirst && a != b {
		s.votes[uint32(a)<<16|uint32(b)]++
		s.votes[uint32(b)<<16|uint32(a)]++
	}
}

func readShapes(shared string, v *vocabulary) (*shapes, error) {
	s := &shapes{votes: map[uint32]int{}, named: map[uint32]bool{}, parts: map[uint32]bool{}}
	data, err := os.ReadFile(filepath.Join(shared, "dict/ecspell_confusion/shapeConfusion.json"))
	if err != nil {
		return nil, err
	}
	var table map[string][]string
	if err := json.Unmarshal(data, &table); err != nil {
		return nil, err
	}
	one := func(c string) uint16 { return v.token([]rune(c + "\x00")[0]) }
	seen := map[uint32]bool{}
	once := func(a, b uint16) {
		if a > b {
			a, b = b, a
		}
		if k := uint32(a)<<16 | uint32(b); !seen[k] {
			seen[k] = true
			s.vote(a, b)
		}
	}
	for c, list := range table {
		for _, d := range list {
			once(one(c), one(d))
		}
	}
	clear(seen)
	clear(seen)
	for t, r := range v.chars {
		for i, c := range []rune(hanzi.Alike(r)) {
			if i == mostAlike {
				break
			}
			once(uint16(t), v.token(c))
		}
	}
	clear(seen)
	err = readFields(filepath.Join(shared, "dict/similar_character/形近字语料库.txt"), func(f []string) {
		if len(f) < 2 {
			return
		}
		for _, r := range f[1] {
			once(one(f[0]), v.token(r))
		}
	})
	if err != nil {
		return nil, err
	}
	err = readFields(filepath.Join(shared, "reference/confusables.tsv"), func(f []string) {
		if len(f) < 2 || strings.HasPrefix(f[0], "#") {
			return
		}
		wrong, right := []rune(f[0]), []rune(f[1])
		for i := range min(len(wrong), len(right)) {
			if a, b := v.token(wrong[i]), v.token(right[i]); len(wrong) == len(right) && a != b && a >= hanFirst && b >= hanFirst {
				s.named[uint32(a)<<16|uint32(b)] = true
			}
		}
	})
	if err != nil {
		return nil, err
	}
	// Characters of two parts that share one, and not merely a common radical.
	with := map[string][]uint16{}
	err = readFields(filepath.Join(shared, "dict/chaizi/chaizi-jt.txt"), func(f []string) {
		if len(f) < 3 {
			return
		}
		t := one(f[0])
		if t < hanFirst {
			return
		}
		for _, part := range f[1:] {
			if !slices.Contains(with[part], t) {
				with[part] = append(with[part], t)
			}
		}
	})
	const common = 40 // a part of more characters is a radical
	for _, list := range with {
		if len(list) > common {
			continue
		}
		for _, a := range list {
			for _, b := range list {
				if a != b {
					s.parts[uint32(a)<<16|uint32(b)] = true
				}
			}
		}
	}
	return s, err
}

// mostAlike is how many look-alikes of a character are taken of the list of package hanzi, which
// begins with the best.
const mostAlike = 12

// Tokens beyond these ranks are too rare to be meant.
const (
	soundRank = 4500
	nearRank  = 3000
	shapeRank = 4500
	partRank  = 3000
)

// pack fills the sections of readings, flags and confusions.
func packConfusions(p *typo.Parts, v *vocabulary, s *sounds, sh *shapes) {
	byList := make(map[uint16][]uint16) // syllable → tokens, commonest first
	for t := range s.of {
		for _, n := range s.of[t].syllables {
			byList[n] = append(byList[n], uint16(t))
		}
	}
	similar, named := make(map[uint16][]uint16), make(map[uint16][]uint16)
	for k := range sh.named {
		named[uint16(k>>16)] = append(named[uint16(k>>16)], uint16(k))
	}
	for k := range sh.parts {
		if sh.votes[k] == 0 && uint16(k) < partRank {
			sh.votes[k] = 1
		} else if sh.votes[k] > 0 {
			sh.votes[k]++
		}
	}
	for k := range sh.votes {
		similar[uint16(k>>16)] = append(similar[uint16(k>>16)], uint16(k))
	}
	for t, r := range v.chars {
		p.Chars = append(p.Chars, byte(r), byte(r>>8), byte(r>>16))
		var read [2]uint16
		copy(read[:], s.of[t].syllables)
		p.Readings = append(p.Readings, byte(read[0]), byte(read[0]>>8), byte(read[1]), byte(read[1]>>8))
		kinds := map[uint16]typo.Kind{}
		for _, n := range s.of[t].syllables {
			for _, c := range byList[n] {
				if c < soundRank {
					kinds[c] |= typo.SameSound
				}
			}
			for _, m := range s.near(n) {
				for _, c := range byList[m] {
					if c < nearRank {
						kinds[c] |= typo.NearSound
					}
				}
			}
		}
		for _, c := range similar[uint16(t)] {
			if c < shapeRank {
				kinds[c] |= typo.Shape
				if sh.votes[uint32(t)<<16|uint32(c)] > 1 {
					kinds[c] |= typo.ShapeTwice
				}
			}
		}
		for _, c := range named[uint16(t)] {
			kinds[c] |= typo.Known
		}
		var list []uint16
		for c, k := range kinds {
			if k&typo.SameSound != 0 {
				kinds[c] &^= typo.NearSound
				for _, toned := range s.of[t].toned {
					if slices.Contains(s.of[c].toned, toned) {
						kinds[c] |= typo.SameTone
					}
				}
				if sh.parts[uint32(t)<<16|uint32(c)] {
					kinds[c] |= typo.Known
				}
			}
			if int(c) != t {
				list = append(list, c)
			}
		}
		slices.Sort(list)
		for _, c := range list {
			p.Confusions = append(p.Confusions, byte(c), byte(c>>8), byte(kinds[c]))
		}
		n := len(p.Confusions) / 3
		p.ConfusionEnds = append(p.ConfusionEnds, byte(n), byte(n>>8), byte(n>>16))
	}
	p.Flags = make([]byte, len(v.chars))
	class := byte(0)
	for line := range strings.Lines(classes) {
		name, chars, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		bit := byte(0)
		switch name {
		case "surname":
			bit = typo.Surname
		case "foreign":
			bit = typo.Foreign
		case "fixed":
			bit = typo.Fixed
		default:
			class++
			bit = class << 1
		}
		for _, r := range chars {
			if t := v.token(r); t >= hanFirst {
				p.Flags[t] |= bit
			}
		}
	}
}

// packSounds fills the sections of words by their sound.
func packSounds(p *typo.Parts, w *wordList, s *sounds) {
	buckets := make([][]byte, 1<<17)
	for i, ids := range w.ids {
		if len(ids) < 2 || len(ids) > 4 || w.count[i] < 2 && w.given[i] < 20 && (len(ids) < 4 || w.given[i] < 3) {
			continue
		}
		var readings []uint16
		for _, t := range ids {
			if len(s.of[t].syllables) > 0 {
				readings = append(readings, s.of[t].syllables[0])
			}
		}
		if len(readings) < len(ids) {
			continue
		}
		entry := []byte{byte(len(ids))}
		for _, t := range ids {
			entry = append(entry, byte(t), byte(t>>8))
		}
		b := typo.SoundBucket(readings)
		buckets[b] = append(buckets[b], entry...)
		for k, t := range ids {
			if x := s.of[t].syllables; len(x) > 1 {
				readings[k] = x[1]
				if other := typo.SoundBucket(readings); other != b {
					buckets[other] = append(buckets[other], entry...)
				}
				readings[k] = x[0]
			}
		}
	}
	for _, b := range buckets {
		p.Sounds = append(p.Sounds, b...)
		n := len(p.Sounds)
		p.SoundEnds = append(p.SoundEnds, byte(n), byte(n>>8), byte(n>>16))
	}
}
