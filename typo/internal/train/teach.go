package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"proofcheck/typo"
)

// A teacher gathers samples from pairs of wrong and right text.
type teacher struct {
	d       *typo.Detector
	samples []sample
	errors  int // places that are wrong
	reached int // right changes among the candidates
}

// learn adds the candidates of a pair. Sentences as they are in drafts weigh 1. In the error sets
// few characters are missing or written twice, so that there changes of length weigh 1 too.
func (t *teacher) learn(p pair, weight float32) {
	j := newJudge(p)
	t.errors += j.errors
	t.d.Candidates(p.wrong, func(c typo.Candidate) {
		w := weight
		if c.Kind&(typo.Missing|typo.Doubled) != 0 {
			w = 1
		}
		right := j.right(c.Start, c.End, c.With)
		if right {
			t.reached++
		}
		t.samples = append(t.samples, sample{*c.Features, right, w})
	})
}

// teach trains the scorer with two sets of counts that know nothing of the text it learns from, and fills its sections
// in p: in the one what it learns from is left out, in the other all news.
func teach(shared, without string, p, less, strange *typo.Parts, opt teachOptions, log func(string, ...any)) error {
	t := &teacher{}
	learning, testing, err := teachingLines(shared, opt.lines)
	if err != nil {
		return err
	}
	var m *typo.Model
	for _, counts := range []*typo.Parts{strange, less} {
		counts.Trees = make([]byte, 8)
		counts.Calibration = flatCalibration()
		data, err := typo.Assemble(counts)
		if err != nil {
			return err
		}
		if m, err = typo.Open(string(data)); err != nil {
			return err
		}
		t.d = m.NewDetector(typo.Options{})
		slips := newSlips(m, charsOf(counts), 1)
		for i, x := range learning {
			// The one set of counts is for some of the news, which it does not know; the other for all.
			if (slices.Contains(news, x.file) && i%4 == 0) != (counts == strange) {
				continue
			}
			if i%3 == 0 {
				t.learn(slips.pairOf(x.text, 60), 1)
			} else {
				t.learn(pair{x.text, x.text}, 1)
			}
		}
		log("%d of %d slips reached, %d samples", t.reached, t.errors, len(t.samples))
	}
	var used []string
	var real [][]pair
	sentences := 0
	for _, name := range learnable {
		if slices.Contains(strings.Split(without, ","), name) {
			continue
		}
		pairs, err := readPairs(shared, name, opt.every, opt.part)
		if err != nil {
			return err
		}
		used, real, sentences = append(used, name), append(real, pairs), sentences+len(pairs)
	}
	weight := opt.real * float32(len(learning)) / float32(max(sentences, 1))
	for k, pairs := range real {
		t.reached, t.errors = 0, 0
		for _, x := range pairs {
			t.learn(x, weight)
		}
		log("%s: %d of %d errors reached, %d samples in all; a sentence weighs %.2f", used[k], t.reached, t.errors, len(t.samples), weight)
	}
	b := boost(t.samples, boostOptions{trees: opt.trees, depth: opt.depth, rate: opt.rate, least: 10}, log)
	less.Trees = b.pack()
	if counts, _, ok := strings.Cut(string(p.Manifest), "samples\t"); ok {
		p.Manifest = []byte(counts) // of a model whose counts are taken over
	}
	p.Manifest = append(p.Manifest, fmt.Sprintf("samples\t%d\nerror sets\t%s\n", len(t.samples), strings.Join(used, " "))...)
	if err := calibrate(less, testing, log); err != nil {
		return err
	}
	p.Trees, p.Calibration = less.Trees, less.Calibration
	return nil
}

type teachOptions struct {
	lines int // of clean text to learn from and to calibrate with
	trees int
	depth int
	rate  float64
	real  float32 // weight of all error sets by that of the clean lines
	every int     // leave out a part of every so many lines of the error sets
	part  int
	keep  bool // write the other counts too
}

// charsOf returns the characters that have tokens.
func charsOf(p *typo.Parts) []rune {
	var out []rune
	for i := 0; i < len(p.Chars); i += 3 {
		if r := rune(p.Chars[i]) | rune(p.Chars[i+1])<<8 | rune(p.Chars[i+2])<<16; r != 0 {
			out = append(out, r)
		}
	}
	return out
}

// A line is one of a file of the corpus.
type line struct{ file, text string }

// teachingLines returns at most so many lines, spread evenly over the corpus and cut to the length of a paragraph: four
// of five for the scorer to learn from, the others for its calibration.
func teachingLines(shared string, most int) (learning, testing []line, err error) {
	c, err := openCorpus(shared, nil)
	if err != nil {
		return nil, nil, err
	}
	const least, longest = 12, 240 // characters
	var all []line
	err = c.lines([]typo.Fold{typo.Teaching}, func(file, text string) error {
		if n := utf8.RuneCountInString(text); n > longest {
			text = string([]rune(text)[:longest])
		} else if n < least {
			return nil
		}
		all = append(all, line{file, text})
		return nil
	})
	step := max(1, float64(len(all))/float64(most))
	for k := 0; ; k++ {
		i := int(math.Round(float64(k) * step))
		if i >= len(all) {
			break
		}
		if k%5 != 4 {
			learning = append(learning, all[i])
		} else {
			testing = append(testing, all[i])
		}
	}
	return learning, testing, err
}
