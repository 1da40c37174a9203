package typo

import "proofcheck/hanzi"

// swap adds the candidate that the tokens at i and i+1 have changed places.
func (d *Detector) swap(i int, look func(*candidate)) {
	a, b := d.ids[i], d.ids[i+1]
	if b < hanFirst || a == b || d.at[i+1]-d.at[i] != 3 || d.m.tie(b, a) < Friends {
		return
	}
	d.ids[i], d.ids[i+1] = b, a
	gain := d.gain(i, 2, leastSwapped)
	d.ids[i], d.ids[i+1] = a, b
	if gain < leastSwapped {
		return
	}
	c := candidate{start: i, n: 2, m: 2, kind: Swap, changed: 2, gain: gain, worth: gain - prior(Swap)}
	c.with[0], c.with[1] = b, a
	c.margin = c.worth
	d.add(c, look)
}

// complete adds the characters that would make a long word of the tokens about i.
func (d *Detector) complete(i int, look func(*candidate)) {
	was := d.ids[i]
	d.m.fill(d.ids, i, func(t token) {
		if d.offered(i, t) {
			return
		}
		d.ids[i] = t
		gain := d.gain(i, 1, leastGain)
		d.ids[i] = was
		if gain < leastGain {
			return
		}
		kind := Long
		if d.m.soundAlike(was, t) {
			kind |= SameSound
		}
		c := candidate{start: i, n: 1, m: 1, kind: kind, changed: 1, gain: gain, worth: gain - prior(kind)}
		c.with[0] = t
		c.margin = c.worth
		d.add(c, look)
	})
}

// offered reports whether a character is a candidate at i already.
func (d *Detector) offered(i int, t token) bool {
	for k := len(d.found) - 1; k >= 0 && d.found[k].start == i; k-- {
		if c := &d.found[k]; c.n == 1 && c.m == 1 && c.with[0] == t {
			return true
		}
	}
	return false
}

// gain returns how much likelier the text is with the n tokens now at i than it was read, or any
// number below least if it is, as far as can be guessed early, less than that: tokens after the
// next one seldom gain more than half of what they cost.
func (d *Detector) gain(i, n int, least int32) int32 {
	end := min(i+n+order-1, len(d.ids))
	near := min(i+n+1, end)
	g := int32(0)
	for _, p := range d.cost[i:near] {
		g += p
	}
	for _, p := range d.cost[near:end] {
		g += p / 2
	}
	d.change = d.change[:0]
	for j := i; j < end; j++ {
		if g -= d.price(i, n, j); j >= near {
			g += d.cost[j] - d.cost[j]/2
		}
		if g < least {
			return g
		}
	}
	return g
}

// price returns the cost of the token at j after the n tokens from i on have changed. It must be
// called for each j from i on in turn, with d.change emptied before.
func (d *Detector) price(i, n, j int) int32 {
	k := j - i
	c := &d.reading[i-1].after
	if k > 0 {
		c = &d.change[k-1].after
	}
	d.change = d.change[:k+1]
	if j < i+n {
		return d.m.read(c, d.ids, j, &d.change[k])
	}
	return d.m.reread(c, d.ids, j, j-i-n+1, &d.reading[j], &d.change[k])
}

// wordsAt adds the best word that sounds like the n tokens at i and differs in two or more.
func (d *Detector) wordsAt(i, n int, look func(*candidate)) {
	sum := int32(0)
	for _, p := range d.cost[i : i+n+1] {
		sum += p
	}
	if sum < wordsGate[n] {
		return
	}
	var was [maxSounded]token
	copy(was[:], d.ids[i:i+n])
	if _, p, _, ok := d.m.word(was[:n]); ok && (n > 2 || p < 14*Nat) {
		return
	}
	best, second := candidate{worth: -missing}, int32(0)
	d.m.soundsLike(was[:n], &d.room, func(word []token) {
		changed := int32(0)
		for k := range word {
			if word[k] != was[k] {
				changed++
			}
		}
		if changed < 2 {
			return
		}
		copy(d.ids[i:i+n], word)
		gain := d.gain(i, n, leastOther)
		copy(d.ids[i:i+n], was[:n])
		if gain < leastOther {
			return
		}
		c := candidate{start: i, n: n, m: n, kind: SameSound | Word, changed: changed, gain: gain, worth: gain - (changed-1)*3*Nat}
		copy(c.with[:], word)
		if c.worth > best.worth {
			if best.with != c.with {
				second = max(0, best.worth)
			}
			best = c
		} else if c.with != best.with {
			second = max(second, c.worth)
		}
	})
	if best.worth > -missing {
		best.margin = best.worth - second
		d.add(best, look)
	}
}

// add scores a candidate and keeps it.
func (d *Detector) add(c candidate, look func(*candidate)) {
	if d.writesOtherwise(&c) {
		return
	}
	d.credit -= scoreCosts
	d.describe(&c)
	c.score = score(d.m.trees, &d.feature) + int32(get32(d.m.calibration, 4*c.kind.Class()))
	d.found = append(d.found, c)
	look(&d.found[len(d.found)-1])
}

// writesOtherwise reports whether a candidate does no more than write traditional characters in their simplified form:
// that is no slip, and rules of their own are about it.
func (d *Detector) writesOtherwise(c *candidate) bool {
	if c.n != c.m {
		return false
	}
	for k := range c.n {
		was, with := d.m.char(d.ids[c.start+k]), d.m.char(c.with[k])
		if was != with && hanzi.Simplified(was) != with {
			return false
		}
	}
	return true
}

// quoted reports whether the token at i stands between quotation marks by itself: a pun, a stress or the mention of a
// character.
func (d *Detector) quoted(text string, i int) bool {
	const mark = 3 // bytes; so has a character
	at, next := d.at[i], d.at[i+1]
	if next-at < 2*mark || at < mark {
		return false
	}
	return isQuote(text[at-mark:at]) && isQuote(text[at+mark:at+2*mark])
}

func isQuote(mark string) bool {
	switch mark {
	case "“", "”", "‘", "’", "「", "」", "『", "』":
		return true
	}
	return false
}
