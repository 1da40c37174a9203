package typo

import "slices"

// A change that adds or drops a token is told as the replacement of a token next to it too, so that
// there is always something to point at.

// doubled adds the candidate that the n tokens before i were written twice: again from i on.
func (d *Detector) doubled(i, n int, look func(*candidate)) {
	if i < n+1 || i+n >= len(d.ids) {
		return
	}
	for k := range n {
		if t := d.ids[i+k]; t < hanFirst || t != d.ids[i-n+k] {
			return
		}
	}
	if int(d.at[i+n-1]-d.at[i-n]) != 3*(2*n-1) {
		return
	}
	// Three times or more are laughter, sound or a slogan.
	if i >= 2*n && slices.Equal(d.ids[i-2*n:i-n], d.ids[i:i+n]) || i+2*n <= len(d.ids) && slices.Equal(d.ids[i+n:i+2*n], d.ids[i:i+n]) {
		return
	}
	c := candidate{start: i - n, n: 2 * n, m: n, kind: Doubled, changed: int32(n)}
	copy(c.with[:], d.ids[i:i+n])
	d.resize(c, look)
}

// resized adds the candidates that the token at i is one too many, and that one is missing before
// it.
func (d *Detector) resized(i int, look func(*candidate)) {
	ids := d.ids
	if ids[i] >= hanFirst {
		c := candidate{start: i - 1, n: 2, m: 1, kind: Surplus, changed: 1}
		switch {
		case ids[i-1] >= hanFirst && d.at[i]-d.at[i-1] == 3:
			c.with[0] = ids[i-1]
			if ids[i-1] != ids[i] { // else it is doubled
				d.resize(c, look)
			}
		case ids[i+1] >= hanFirst && d.at[i+1]-d.at[i] == 3:
			c.start, c.with[0] = i, ids[i+1]
			if ids[i+1] != ids[i] {
				d.resize(c, look)
			}
		}
	}
	// Of what may be missing, the best.
	var best candidate
	second := int32(0)
	d.missingAt(i, func(t token, kind Kind) {
		c := candidate{n: 1, m: 2, kind: Missing | kind, changed: 1}
		switch {
		case ids[i] >= hanFirst:
			c.start, c.with[0], c.with[1] = i, t, ids[i]
		case ids[i-1] >= hanFirst:
			c.start, c.with[0], c.with[1] = i-1, ids[i-1], t
		default:
			return
		}
		if c.gain = d.rewrite(&c, leastResized); c.gain < leastResized {
			return
		}
		c.worth = c.gain - prior(c.kind)
		if c.with != best.with {
			if best.m == 0 || c.worth > best.worth {
				if best.m != 0 {
					second = best.worth
				}
				best = c
			} else {
				second = max(second, c.worth)
			}
		}
	})
	if best.m != 0 {
		best.margin = best.worth - max(0, second)
		d.add(best, look)
	}
}

// missingAt calls yield for the tokens that may be missing before i.
func (d *Detector) missingAt(i int, yield func(token, Kind)) {
	d.m.between(d.ids[i-1], d.ids[i], func(t token) {
		if d.m.tie(d.ids[i-1], t) >= Friends && d.m.tie(t, d.ids[i]) >= Met || d.m.tie(t, d.ids[i]) >= Friends && d.m.tie(d.ids[i-1], t) >= Met {
			yield(t, 0)
		}
	})
	for size := LongWord; size <= MostLong; size++ {
		for k := range size {
			from := i - k // of the word; its k-th token is missing
			if from < 1 || from+size-1 >= len(d.ids) {
				continue
			}
			var word [MostLong]token
			copy(word[:k], d.ids[from:i])
			copy(word[k+1:size], d.ids[i:])
			word[k] = hanFirst
			han := true
			for _, t := range word[:size] {
				han = han && t >= hanFirst
			}
			if !han {
				continue
			}
			if v, ok := d.m.gaps.Find(GapKey(word[:size], k)); ok && int(v) < len(d.m.flags) && v >= hanFirst {
				word[k] = v
				if _, _, _, ok := d.m.word(word[:size]); ok {
					yield(v, Long)
				}
			}
		}
	}
}

// resize adds a candidate that changes the number of tokens, if it gains enough.
func (d *Detector) resize(c candidate, look func(*candidate)) {
	least := leastResized
	if c.kind&Doubled != 0 {
		least = leastOther
	}
	if c.gain = d.rewrite(&c, least); c.gain < least {
		return
	}
	c.worth = c.gain - prior(c.kind)
	c.margin = c.worth
	d.add(c, look)
}

// reach is how many tokens on either side of a change are copied for it.
const reach = window/2 + order

// rewrite fills d.alt with the text about a candidate as it would be, and d.altCost with what the
// tokens from the change on cost there, and returns what is gained over the text as it is; it stops early,
// and returns a number below least, when less than that is gained.
func (d *Detector) rewrite(c *candidate, least int32) (gain int32) {
	from := max(0, c.start-reach)
	to := min(len(d.ids), c.start+c.n+reach)
	d.alt = append(d.alt[:0], d.ids[from:c.start]...)
	at := len(d.alt)
	d.alt = append(append(d.alt, c.with[:c.m]...), d.ids[c.start+c.n:to]...)
	d.altCost = d.altCost[:0]
	end := min(c.start+c.n+order-1, len(d.ids))
	for _, p := range d.cost[c.start:end] {
		gain += p
	}
	before := &d.reading[c.start-1].after
	var r [2]reading
	for k := range end - c.start - c.n + c.m {
		p := d.m.read(before, d.alt, at+k, &r[k&1])
		before = &r[k&1].after
		d.altCost = append(d.altCost, p)
		if gain -= p; gain < least {
			return gain
		}
	}
	return gain
}
