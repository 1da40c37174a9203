package main

import (
	"cmp"
	"math"
	"slices"

	"proofcheck/typo"
)

// prune keeps the n-grams whose loss would cost most, count times log-probability, and
// what they stand on, up to a number in all; then the back-offs are set anew.
func (g *gramModel) prune(most int) {
	type loss struct {
		cost   float32
		n      int8
		number uint64
	}
	var all []loss
	for n := 2; n <= order; n++ {
		for i := range g.table[n].slots {
			s := &g.table[n].slots[i]
			if s.key == 0 {
				continue
			}
			low := *g.backoff((s.key-1)/typo.Radix, n-1) + g.p((s.key-1)%radixPower[n-1], n-1)
			all = append(all, loss{float32(s.count) * abs(s.p-low), int8(n), s.key - 1})
		}
	}
	if len(all) > most {
		slices.SortFunc(all, func(a, b loss) int {
			return cmp.Or(cmp.Compare(b.cost, a.cost), cmp.Compare(a.n, b.n), cmp.Compare(a.number, b.number))
		})
		var kept [order + 1]*gramTable
		for n := 2; n <= order; n++ {
			kept[n] = newGramTable(min(most, g.table[n].n))
		}
		total := 0
		var keep func(number uint64, n int)
		keep = func(number uint64, n int) {
			if n < 2 || kept[n].get(number) != nil {
				return
			}
			s := g.table[n].get(number)
			if s == nil {
				return
			}
			kept[n].put(number, s.p, s.count)
			total++
			keep(number/typo.Radix, n-1)
			keep(number%radixPower[n-1], n-1)
		}
		for _, l := range all {
			if total >= most {
				break
			}
			keep(l.number, int(l.n))
		}
		g.table = kept
	}
	for i := range g.uni {
		g.uni[i].backoff = 0
	}
	for n := 2; n <= order; n++ {
		g.weigh(n)
	}
}

// weigh sets the back-offs of the contexts of the n-grams: the mass that these leave, over
// what the shorter n-grams give to the same tokens.
func (g *gramModel) weigh(n int) {
	var numbers []uint64
	for i := range g.table[n].slots {
		if k := g.table[n].slots[i].key; k != 0 {
			numbers = append(numbers, k-1)
		}
	}
	numbers = sortKeys(numbers)
	for i := 0; i < len(numbers); {
		before := numbers[i] / typo.Radix
		here, low := 0.0, 0.0
		for ; i < len(numbers) && numbers[i]/typo.Radix == before; i++ {
			here += math.Exp(float64(g.p(numbers[i], n)))
			low += math.Exp(float64(g.p(numbers[i]%radixPower[n-1], n-1)))
		}
		w := math.Log(max(1-here, 1e-6) / max(1-low, 1e-6))
		// A back-off of zero tells the reader that no longer n-gram begins so.
		*g.backoff(before, n-1) = float32(min(w, -1.0/typo.Nat))
	}
}

func abs(x float32) float32 { return float32(math.Abs(float64(x))) }
