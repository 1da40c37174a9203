package main

import (
	"cmp"
	"math"
	"slices"

	"proofcheck/typo"
	"proofcheck/typo/internal/phash"
)

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
