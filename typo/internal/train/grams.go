package main

import (
	"math"

	"proofcheck/typo"
)

const order = 5

// leastCount is how often an n-gram must be seen to be kept at all.
var leastCount = [order + 1]uint32{0, 1, 1, 2, 2, 3}

var radixPower = [order + 1]uint64{1, typo.Radix, typo.Radix * typo.Radix, typo.Radix * typo.Radix * typo.Radix,
	typo.Radix * typo.Radix * typo.Radix * typo.Radix, 0}

// A gramModel is an interpolated Kneser-Ney model of tokens (Chen and Goodman, 1999, with
// three discounts an order).
type gramModel struct {
	uni   []gram
	table [order + 1]*gramTable
}

func trainGrams(stream []uint16, tokens int, log func(string, ...any)) *gramModel {
	var raw, seen [order + 1]counts
	for n := 1; n <= order; n++ {
		raw[n] = countGrams(stream, n)
		log("%d-grams: %d different", n, len(raw[n].key))
	}
	seen[order] = raw[order]
	for n := 1; n < order; n++ {
		seen[n] = continuations(raw[n], raw[n+1], n)
	}
	g := &gramModel{uni: make([]gram, tokens)}
	total := 0.0
	for _, c := range seen[1].count {
		total += float64(c)
	}
	const floor = 0.01 // of the mass, for characters never seen
	for i := range g.uni {
		g.uni[i].p = float32(math.Log(floor / float64(tokens)))
	}
	for i, k := range seen[1].key {
		g.uni[k].p = float32(math.Log(float64(seen[1].count[i])/total*(1-floor) + floor/float64(tokens)))
		g.uni[k].count = raw[1].count[i]
	}
	for n := 2; n <= order; n++ {
		g.estimate(n, raw[n], seen[n])
		log("%d-grams: %d kept", n, g.table[n].n)
	}
	return g
}

func (g *gramModel) estimate(n int, raw, seen counts) {
	var of [5]float64
	for _, c := range seen.count {
		if c < 5 {
			of[c]++
		}
	}
	y := of[1] / (of[1] + 2*of[2])
	discount := [4]float64{0, 1 - 2*y*of[2]/of[1], 2 - 3*y*of[3]/of[2], 3 - 4*y*of[4]/of[3]}
	kept := 0
	for _, c := range raw.count {
		if c >= leastCount[n] {
			kept++
		}
	}
	g.table[n] = newGramTable(kept)
	for i := 0; i < len(seen.key); {
		before := seen.key[i] / typo.Radix
		j, total := i, 0.0
		for ; j < len(seen.key) && seen.key[j]/typo.Radix == before; j++ {
			total += float64(seen.count[j])
		}
		from := i
		i = j
		if !g.has(before, n-1) {
			continue
		}
		mass := 0.0
		for x := from; x < j; x++ {
			if g.keeps(n, raw, x) {
				mass += (float64(seen.count[x]) - discount[min(seen.count[x], 3)]) / total
			}
		}
		if mass == 0 {
			continue
		}
		rest := max(1-mass, 1e-6)
		*g.backoff(before, n-1) = float32(math.Log(rest))
		for x := from; x < j; x++ {
			if g.keeps(n, raw, x) {
				low := g.p(seen.key[x]%radixPower[n-1], n-1)
				p := (float64(seen.count[x])-discount[min(seen.count[x], 3)])/total + rest*math.Exp(float64(low))
				g.table[n].put(seen.key[x], float32(math.Log(p)), raw.count[x])
			}
		}
	}
}

func (g *gramModel) keeps(n int, raw counts, x int) bool {
	return raw.count[x] >= leastCount[n] && g.has(raw.key[x]%radixPower[n-1], n-1)
}

func (g *gramModel) has(number uint64, n int) bool {
	return n == 1 || g.table[n].get(number) != nil
}

func (g *gramModel) backoff(number uint64, n int) *float32 {
	if n == 1 {
		return &g.uni[number].backoff
	}
	if s := g.table[n].get(number); s != nil {
		return &s.backoff
	}
	return new(float32)
}

// p is the log-probability of the last token of an n-gram after the others.
func (g *gramModel) p(number uint64, n int) float32 {
	if n == 1 {
		return g.uni[number].p
	}
	if s := g.table[n].get(number); s != nil {
		return s.p
	}
	return *g.backoff(number/typo.Radix, n-1) + g.p(number%radixPower[n-1], n-1)
}
