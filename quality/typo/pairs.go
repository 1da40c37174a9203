package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"

	"proofcheck/typo"
)

// A choice is what the model of a pair made of the uses of its characters.
type choice struct {
	a, b  rune
	uses  [2]int // of a and of b
	right int
}

// printPairs prints how often the models of pairs choose the character that stands in clean text, beside how often
// choosing the commoner one would be right.
func printPairs(w *bufio.Writer, shared, model string, lines int) error {
	m, err := open(model)
	if err != nil {
		return err
	}
	texts, err := cleanText(shared, lines)
	if err != nil {
		return err
	}
	choices := map[[2]rune]*choice{}
	d := m.NewDetector(typo.Options{})
	for _, t := range texts {
		for _, p := range t.pairs {
			d.Uses(p.right, func(written, other rune, odds int32) {
				key, side := [2]rune{written, other}, 0
				if written > other {
					key, side = [2]rune{other, written}, 1
				}
				c := choices[key]
				if c == nil {
					c = &choice{a: key[0], b: key[1]}
					choices[key] = c
				}
				c.uses[side]++
				if odds < 0 {
					c.right++
				}
			})
		}
	}
	all := make([]*choice, 0, len(choices))
	total, right, commoner := 0, 0, 0
	for _, c := range choices {
		all = append(all, c)
		total, right, commoner = total+c.uses[0]+c.uses[1], right+c.right, commoner+max(c.uses[0], c.uses[1])
	}
	// By the uses of the rarer character: there is something to choose.
	slices.SortFunc(all, func(x, y *choice) int {
		return cmp.Or(cmp.Compare(min(y.uses[0], y.uses[1]), min(x.uses[0], x.uses[1])), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	share := func(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
	fmt.Fprint(w, "| pair | uses | the commoner one | right |\n|---|---|---|---|\n")
	for _, c := range all {
		n := c.uses[0] + c.uses[1]
		fmt.Fprintf(w, "| %c %c | %d + %d | %.4f | %.4f |\n", c.a, c.b, c.uses[0], c.uses[1], share(max(c.uses[0], c.uses[1]), n), share(c.right, n))
	}
	fmt.Fprintf(w, "| all %d | %d | %.4f | %.4f |\n", len(all), total, share(commoner, total), share(right, total))
	return nil
}
