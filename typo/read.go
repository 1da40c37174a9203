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
		d.number[i-from] = uint64(w)
		d.reading[i] = reading{after: context{n: 1}, known: 1}
		d.reading[i].p[0], d.reading[i].after.backoff[0] = m.uni[2*w], m.uni[2*w+1]
	}
	d.keys = slices.Grow(d.keys[:0], readAtOnce)[:readAtOnce]
	for n := 2; n <= order; n++ {
		// Written without branches that cannot be foretold: a place that asks nothing is overwritten by the next.
		asked := 0
		for i := max(from, n-1); i < to; i++ {
			number := d.number[i-from] + uint64(ids[i-n+1])*radixPower[n-1]
			d.number[i-from] = number
			d.keys[asked], d.asking[asked] = GramKey(number, n), int32(i)
			r, c := &d.reading[i], &d.reading[i-1].after
			// Not negative if the shorter n-gram is known, and the context, and something follows it.
			known := (int(r.known) - (n - 1)) | (int(c.n) - (n - 1)) | (int(c.backoff[n-2]) - 1)
			switch n {
			case 2:
				known |= m.tie(ids[i-1], ids[i]) - 1
			case 3:
				known |= m.triple(number) - 1
			}
			asked += 1 + known>>63
		}
		codes := m.codes[(n-2)*codesSize:]
		d.values = slices.Grow(d.values[:0], asked)[:asked]
		m.grams.FindAll(d.keys[:asked], d.values)
		for k, i := range d.asking[:asked] {
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
