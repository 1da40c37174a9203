package typo

import "slices"

// read turns the text into tokens and their costs.
func (d *Detector) read(text string) {
	d.ids, d.at = append(d.ids[:0], boundary), append(d.at[:0], 0)
	d.ids, d.at = d.m.ids.Tokens(text, d.ids, d.at)
	d.ids, d.at = append(d.ids, boundary), append(d.at, int32(len(text)))
	d.cost = slices.Grow(d.cost[:0], len(d.ids))[:len(d.ids)]
	d.reading = slices.Grow(d.reading[:0], len(d.ids))[:len(d.ids)]
	for from := 0; from < len(d.ids); from += readAtOnce {
		d.readBlock(from, min(from+readAtOnce, len(d.ids)))
	}
}

// readAtOnce is how many tokens' n-grams are looked up at once.
const readAtOnce = 256

// readBlock fills in what the model says of the tokens from from to to, as Model.read does for one: the
// n-grams of one order of all of them first, then those of the next.
func (d *Detector) readBlock(from, to int) {
	m, ids := d.m, d.ids
	for i := from; i < to; i++ {
		w := int(ids[i])
		d.reading[i] = reading{after: context{n: 1}, known: 1}
		d.reading[i].p[0], d.reading[i].after.backoff[0] = m.uni[2*w], m.uni[2*w+1]
	}
	for n := 2; n <= order; n++ {
		d.keys, d.asking = d.keys[:0], d.asking[:0]
		for i := max(from, n-1); i < to; i++ {
			if c := &d.reading[i-1].after; int(d.reading[i].known) < n-1 || int(c.n) < n-1 || c.backoff[n-2] == 0 {
				continue
			}
			number := uint64(0)
			for k := range n {
				number += uint64(ids[i-k]) * radixPower[k]
			}
			if n == 2 && !m.together(ids[i-1], ids[i]) || n == 3 && !m.mayBeTriple(number) {
				continue
			}
			d.keys, d.asking = append(d.keys, GramKey(number, n)), append(d.asking, int32(i))
		}
		codes := m.codes[(n-2)*codesSize:]
		d.values = slices.Grow(d.values[:0], len(d.keys))[:len(d.keys)]
		m.grams.FindAll(d.keys, d.values)
		for k, i := range d.asking {
			if v := d.values[k]; v >= 0 {
				r := &d.reading[i]
				r.known, r.p[n-1] = uint8(n), codes[v&(1<<gramBits-1)]
				if n < order && ids[i] != boundary {
					r.after.n, r.after.backoff[n-1] = uint8(n), codes[1<<gramBits+v>>gramBits]
				}
			}
		}
	}
	for i := from; i < to; i++ {
		r := &d.reading[i]
		d.cost[i] = int32(r.p[r.known-1]) * pStep
		if i > 0 {
			c := &d.reading[i-1].after
			for n := r.known + 1; n <= c.n+1 && n <= order; n++ {
				d.cost[i] += int32(c.backoff[n-2])
			}
		}
	}
}
