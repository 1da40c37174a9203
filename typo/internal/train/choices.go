package main

import (
	_ "embed"
	"math"
	"math/rand/v2"
	"strings"

	"proofcheck/typo"
)

//go:embed choices.tsv
var choiceList string

// How the models of pairs are fitted.
const (
	mostUses   = 15_000 // of either character of a pair
	choiceRate = 0.25
)

// A use is a place at which one character of a pair stands: what it is called by and which of the two it is.
type use struct {
	at   int32
	pair uint16
	b    bool
}

// A choicePair is two tokens that are taken for each other.
type choicePair struct {
	a, b       uint16
	uses, took [2]int
}

// readChoices returns the pairs of each line of the list: any two of its characters.
func readChoices(v *vocabulary) []choicePair {
	var out []choicePair
	seen := map[[2]uint16]bool{}
	for line := range strings.Lines(choiceList) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, group := range strings.Fields(line) {
			ids := v.word(group)
			for i, a := range ids {
				for _, b := range ids[i+1:] {
					a, b := min(a, b), max(a, b)
					if a != b && !seen[[2]uint16{a, b}] {
						seen[[2]uint16{a, b}] = true
						out = append(out, choicePair{a: a, b: b})
					}
				}
			}
		}
	}
	return out
}

// packChoices fits the models of pairs on their uses in the stream, by stochastic gradient steps of a size that
// adapts to each weight (AdaGrad; Duchi and others, 2011), and fills their sections.
func packChoices(p *typo.Parts, v *vocabulary, stream []uint16, log func(string, ...any)) {
	pairs := readChoices(v)
	of := make([][]uint16, len(v.chars)) // pairs by token
	for k, c := range pairs {
		of[c.a], of[c.b] = append(of[c.a], uint16(k)), append(of[c.b], uint16(k))
	}
	count := make([]int, len(v.chars))
	for _, t := range stream {
		count[t]++
	}
	rng := rand.New(rand.NewPCG(7, 7))
	var uses []use
	for i, t := range stream {
		for _, k := range of[t] {
			side := 0
			if pairs[k].b == t {
				side = 1
			}
			pairs[k].uses[side]++
			if n := count[t]; n > mostUses && rng.IntN(n) >= mostUses {
				continue
			}
			pairs[k].took[side]++
			uses = append(uses, use{int32(i), k, side == 1})
		}
	}
	rng.Shuffle(len(uses), func(i, j int) { uses[i], uses[j] = uses[j], uses[i] })
	weight, square := make([]float32, 1<<typo.ChoiceBits), make([]float32, 1<<typo.ChoiceBits)
	var places [typo.ChoiceFeatures]uint32
	wrong := 0
	for _, u := range uses {
		from, to := max(0, int(u.at)-10), min(len(stream), int(u.at)+11)
		typo.ChoicePlaces(uint32(u.pair), stream[from:to], int(u.at)-from, &places)
		sum := float32(0)
		for _, x := range places {
			sum += weight[x>>(32-typo.ChoiceBits)]
		}
		y := float32(0)
		if u.b {
			y = 1
		}
		if u.b != (sum > 0) {
			wrong++
		}
		g := y - float32(1/(1+math.Exp(-float64(sum))))
		for _, x := range places {
			x >>= 32 - typo.ChoiceBits
			square[x] += float32(g * g)
			weight[x] += float32(choiceRate*g) / float32(math.Sqrt(float64(square[x]))+0.3)
		}
	}
	log("%d pairs, %d uses, %.4f of them foretold wrongly", len(pairs), len(uses), float64(wrong)/float64(len(uses)))
	for k, c := range pairs {
		typo.ChoicePlaces(uint32(k), []uint16{0, 0, 0}, 1, &places)
		odds := math.Log(float64(c.uses[1]+1)/float64(c.uses[0]+1)) - math.Log(float64(c.took[1]+1)/float64(c.took[0]+1))
		weight[places[0]>>(32-typo.ChoiceBits)] += float32(odds)
	}
	p.Weights = make([]byte, len(weight))
	for i, w := range weight {
		p.Weights[i] = byte(int8(min(max(math.Round(float64(w)*typo.Nat/typo.ChoiceStep), -127), 127)))
	}
	n := 0
	for t := range of {
		for _, k := range of[t] {
			c, entry := pairs[k], 2*k
			other := c.b
			if c.b == uint16(t) {
				other, entry = c.a, entry+1
			}
			p.Choices = append(p.Choices, byte(other), byte(other>>8), byte(entry), byte(entry>>8))
			n++
		}
		p.ChoiceEnds = append(p.ChoiceEnds, byte(n), byte(n>>8))
	}
}
