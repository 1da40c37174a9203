package main

import (
	"cmp"
	"math"
	"slices"

	"proofcheck/typo"
	"proofcheck/typo/internal/phash"
)

const order = 5

// leastCount is how often an n-gram must be seen to be kept at all.
var leastCount = [order + 1]uint32{0, 1, 1, 2, 2, 3}

var radixPower = [order + 1]uint64{1, typo.Radix, typo.Radix * typo.Radix, typo.Radix * typo.Radix * typo.Radix,
	typo.Radix * typo.Radix * typo.Radix * typo.Radix, 0}

type counts struct {
	key   []uint64
	count []uint32
}

// sortKeys sorts by digits of eleven bits.
func sortKeys(a []uint64) []uint64 {
	b := make([]uint64, len(a))
	most := uint64(0)
	for _, x := range a {
		most |= x
	}
	for shift := uint(0); shift < 64 && most>>shift != 0; shift += 11 {
		var begin [2049]int
		for _, x := range a {
			begin[x>>shift&2047+1]++
		}
		for i := range 2048 {
			begin[i+1] += begin[i]
		}
		for _, x := range a {
			d := x >> shift & 2047
			b[begin[d]] = x
			begin[d]++
		}
		a, b = b, a
	}
	return a
}

func tally(a []uint64) counts {
	var c counts
	a = sortKeys(a)
	for i := 0; i < len(a); {
		j := i
		for j < len(a) && a[j] == a[i] {
			j++
		}
		c.key = append(c.key, a[i])
		c.count = append(c.count, uint32(j-i))
		i = j
	}
	return c
}

// A gram is an n-gram that is kept: natural logarithms of its probability and back-off.
type gram struct {
	key        uint64 // number + 1; 0 is an empty slot
	p, backoff float32
	count      uint32
}

// A gramTable is a hash table with open addressing.
type gramTable struct {
	slots []gram
	n     int
}

func newGramTable(n int) *gramTable {
	size := 16
	for size*2/3 < n {
		size *= 2
	}
	return &gramTable{slots: make([]gram, size)}
}

func (t *gramTable) slot(number uint64) *gram {
	h := number * 0x9e3779b97f4a7c15
	for i := (h ^ h>>32) & uint64(len(t.slots)-1); ; i = (i + 1) & uint64(len(t.slots)-1) {
		if s := &t.slots[i]; s.key == number+1 || s.key == 0 {
			return s
		}
	}
}

func (t *gramTable) get(number uint64) *gram {
	if s := t.slot(number); s.key != 0 {
		return s
	}
	return nil
}

func (t *gramTable) put(number uint64, p float32, count uint32) {
	s := t.slot(number)
	if s.key == 0 {
		t.n++
	}
	*s = gram{key: number + 1, p: p, count: count}
}

// A gramModel is an interpolated Kneser-Ney model of tokens (Chen and Goodman, 1999, with
// three discounts an order).
type gramModel struct {
	uni   []gram
	table [order + 1]*gramTable
}

func countGrams(stream []uint16, n int) counts {
	keys := make([]uint64, 0, len(stream))
next:
	for i := 0; i+n <= len(stream); i++ {
		key := uint64(0)
		for j, t := range stream[i : i+n] {
			if t == 0 && j > 0 && j < n-1 {
				continue next
			}
			key = key*typo.Radix + uint64(t)
		}
		keys = append(keys, key)
	}
	return tally(keys)
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

// continuations counts before how many different tokens an n-gram was seen; n-grams at the
// beginning of a sentence keep their own counts.
func continuations(raw, longer counts, n int) counts {
	suffixes := make([]uint64, len(longer.key))
	for i, k := range longer.key {
		suffixes[i] = k % radixPower[n]
	}
	u := tally(suffixes)
	out := counts{raw.key, make([]uint32, len(raw.key))}
	j := 0
	for i, k := range raw.key {
		for j < len(u.key) && u.key[j] < k {
			j++
		}
		if j < len(u.key) && u.key[j] == k {
			out.count[i] = u.count[j]
		}
		if k/radixPower[n-1] == 0 || out.count[i] == 0 {
			out.count[i] = raw.count[i]
		}
	}
	return out
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

// quantise returns minus a logarithm in steps of step/48 nat.
func quantise(x float32, step float64) uint16 {
	return uint16(min(max(math.Round(-float64(x)*typo.Nat/step), 0), 255))
}

// pack fills the sections of the n-grams; pairs of the common tokens have their ties noted.
func (g *gramModel) pack(p *typo.Parts, common int) error {
	for i := range g.uni {
		p.Unigrams = append(p.Unigrams, byte(quantise(g.uni[i].p, 4)), byte(quantise(g.uni[i].backoff, 1)))
	}
	p.Ties = make([]byte, common*common/4)
	p.Triples = make([]byte, 1<<(typo.TriplesBits-3))
	var keys []uint64
	var values []uint16
	var code [order + 1]codes
	for n := 2; n <= order; n++ {
		code[n] = g.table[n].codes()
		p.Codes = append(append(p.Codes, code[n].p...), code[n].backoff...)
		for i := range g.table[n].slots {
			s := &g.table[n].slots[i]
			if s.key == 0 {
				continue
			}
			number := s.key - 1
			keys = append(keys, typo.GramKey(number, n))
			values = append(values, code[n].number(s))
			if n == 3 {
				b := typo.TripleBit(number)
				p.Triples[b>>3] |= 1 << (b & 7)
			}
			if a, b := int(number/typo.Radix), int(number%typo.Radix); n == 2 && a < common && b < common {
				k := a*common + b
				p.Ties[k>>2] |= tie(s.p-g.uni[b].p) << (2 * (k & 3))
			}
		}
	}
	var err error
	p.Grams, err = phash.Build(keys, values, 11)
	return err
}

// tie classes how much likelier a token is after another than alone.
func tie(gain float32) byte {
	switch {
	case gain <= 0:
		return typo.Met
	case gain*typo.Nat < typo.TieStep:
		return typo.Friends
	}
	return typo.Partners
}

// codes are the numbers of the probabilities and back-offs of an order: what each stands for.
type codes struct {
	p, backoff        []byte
	numberOf, backOff [256]uint16 // of a value before it is rounded to a code
}

func (c *codes) number(s *gram) uint16 {
	return c.backOff[quantise(s.backoff, 1)]<<6 | c.numberOf[quantise(s.p, 4)]
}

// codes chooses the codes of a table: those nearest to most values. A back-off of zero has a meaning
// and code 0.
func (t *gramTable) codes() (c codes) {
	var p, backoff [256]int
	for i := range t.slots {
		if s := &t.slots[i]; s.key != 0 {
			p[quantise(s.p, 4)]++
			backoff[quantise(s.backoff, 1)]++
		}
	}
	c.p = nearest(p[:], 64, &c.numberOf)
	backoff[0] = 0
	c.backoff = append([]byte{0}, nearest(backoff[:], 31, &c.backOff)...)
	for i := range c.backOff {
		c.backOff[i]++
	}
	c.backOff[0] = 0
	return c
}

// nearest returns up to n values that lie as near as may be to those counted, and for each value
// the number of the nearest (Lloyd's method in one dimension).
func nearest(count []int, n int, number *[256]uint16) []byte {
	total := 0
	for _, c := range count {
		total += c
	}
	centre := make([]float64, n)
	seen, k := 0, 0
	for v, c := range count {
		seen += c
		for k < n && seen*n >= (2*k+1)*total/2 {
			centre[k] = float64(v) + float64(k)/1000
			k++
		}
	}
	assign := func() {
		k := 0
		for v := range count {
			for k+1 < n && math.Abs(float64(v)-centre[k+1]) <= math.Abs(float64(v)-centre[k]) {
				k++
			}
			number[v] = uint16(k)
		}
	}
	for range 40 {
		assign()
		sum, of := make([]float64, n), make([]float64, n)
		for v, c := range count {
			sum[number[v]] += float64(c) * float64(v)
			of[number[v]] += float64(c)
		}
		for k := range centre {
			if of[k] > 0 {
				centre[k] = sum[k] / of[k]
			}
		}
		slices.Sort(centre)
	}
	assign()
	out := make([]byte, n)
	for k, x := range centre {
		out[k] = byte(min(math.Round(x), 255))
	}
	return out
}

// packNext fills the section of neighbours: for each character the commonest after it and before it.
func packNext(p *typo.Parts, g *gramModel) {
	type neighbour struct {
		token uint16
		count uint32
	}
	lists := [2][][]neighbour{make([][]neighbour, len(g.uni)), make([][]neighbour, len(g.uni))}
	const least = 3
	for i := range g.table[2].slots {
		s := &g.table[2].slots[i]
		if s.key == 0 || s.count < least {
			continue
		}
		a, b := uint16((s.key-1)/typo.Radix), uint16((s.key-1)%typo.Radix)
		if b >= hanFirst {
			lists[0][a] = append(lists[0][a], neighbour{b, s.count})
		}
		if a >= hanFirst {
			lists[1][b] = append(lists[1][b], neighbour{a, s.count})
		}
	}
	for t := range g.uni {
		for _, side := range lists {
			l := side[t]
			slices.SortFunc(l, func(a, b neighbour) int { return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.token, b.token)) })
			for k := range typo.Neighbours {
				x := uint16(0)
				if k < len(l) {
					x = l[k].token
				}
				p.Next = append(p.Next, byte(x), byte(x>>8))
			}
		}
	}
}
