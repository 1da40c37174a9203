package typo

import "slices"

// A change that adds tokens or drops what was written twice is told as the replacement of a token next to it too, so that
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
	if c.gain = d.rewrite(&c, leastOther); c.gain < leastOther || d.oneByOne(i, n) || d.atSeam(i, n) {
		return
	}
	c.worth = c.gain - prior(c.kind)
	c.margin = c.worth
	d.add(c, look)
}

// oneByOne reports whether what is written twice, again from i on, says so of each: 一条一条.
func (d *Detector) oneByOne(i, n int) bool { return n > 1 && d.m.char(d.ids[i]) == '一' }

// atSeam reports whether what is written twice, again from i on, are words that meet: 城镇老年人年人均收入, 非机动车车道. A word
// reaches out of it at an end and does not begin, or end, with the whole of a copy; of a single character, both are of
// such words, or the first is a very common word by itself: 增进了了解.
func (d *Detector) atSeam(i, n int) bool {
	const common = 7 * Nat
	from, to := i-n, i+n
	lo, hi := around(d.ids, from, 2*n)
	var words lattice
	d.m.segment(d.ids[lo:hi], &words)
	word := func(at int) (begin, end int) {
		begin = lo + int(words.first[at-lo])
		return begin, begin + int(words.length[at-lo])
	}
	begin, first := word(from)
	second, end := word(to - 1)
	if n > 1 {
		return begin < from && first < i || second > i && end > to
	}
	if first != i || second != i || end == to {
		return false
	}
	_, p, _, ok := d.m.word(d.ids[from:i])
	return begin < from || ok && p < common
}

// dropped adds the best of the candidates that a token is missing before i.
func (d *Detector) dropped(i int, look func(*candidate)) {
	ids := d.ids
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
		if c.gain = d.rewrite(&c, leastMissing); c.gain < leastMissing {
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
