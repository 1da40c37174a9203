package typo

import (
	"unicode/utf8"

	"proofcheck/hanzi"
)

// A ranking keeps the candidates of a place that are worth most.
type ranking struct {
	best  [4]candidate
	count int
}

func (r *ranking) put(c candidate) {
	for k := range r.count {
		if r.best[k].with[0] == c.with[0] {
			return
		}
	}
	p := min(r.count, len(r.best)-1)
	if r.count < len(r.best) {
		r.count++
	} else if r.best[p].worth >= c.worth {
		return
	}
	for ; p > 0 && r.best[p-1].worth < c.worth; p-- {
		r.best[p] = r.best[p-1]
	}
	r.best[p] = c
}

// replacements adds the best single characters that may be meant at i.
func (d *Detector) replacements(text string, i int, strange bool, look func(*candidate)) {
	m, was := d.m, d.ids[i]
	var r ranking
	list := m.confusionsOf(was)
	for k := range len(list) / confusionSz {
		t, kind := m.confusion(list, k)
		d.offer(i, t, kind, &r)
	}
	if was == unknown {
		char, _ := utf8.DecodeRuneInString(text[d.at[i]:])
		for _, c := range hanzi.Alike(char) {
			if t, skip := m.ids.tokenOf(c); !skip && t >= hanFirst {
				d.offer(i, t, Shape|ShapeTwice, &r)
			}
		}
	}
	if strange {
		d.m.between(d.ids[i-1], d.ids[i+1], func(t token) { d.offer(i, t, 0, &r) })
	}
	const reported = 2
	for k := range min(r.count, reported) {
		c := r.best[k]
		switch {
		case k > 0:
			c.margin = c.worth - r.best[0].worth
		case r.count > 1:
			c.margin = c.worth - r.best[1].worth
		default:
			c.margin = c.worth
		}
		d.add(c, look)
	}
}

// between yields the tokens that often follow a or go before b.
func (m *Model) between(a, b token, yield func(token)) {
	for k, list := range [2]string{m.neighbours(a, false), m.neighbours(b, true)} {
		for i := 0; i < len(list); i += 2 {
			t := get16(list, i)
			if t < hanFirst || int(t) >= len(m.flags) {
				break
			}
			if k == 0 && m.together(t, b) || k == 1 && m.together(a, t) {
				yield(t)
			}
		}
	}
}

// offer ranks a character that may be meant at i, if that makes the text likelier.
func (d *Detector) offer(i int, t token, kind Kind, r *ranking) {
	m, was := d.m, d.ids[i]
	if int(t) >= len(m.flags) || t == was {
		return
	}
	left, right := m.tie(d.ids[i-1], t), m.tie(t, d.ids[i+1])
	// What the replaced token and the next one may cost at most, at a guess from pairs alone.
	most := d.cost[i] + d.cost[i+1] - m.alone(d.ids[i+1])
	if m.alone(t)-bestTie[left]-bestTie[right] > most || !d.plausible(i, t, kind, left, right) {
		return
	}
	least := leastGain
	switch {
	case kind&(SameTone|SameSound) != 0:
		least = -leastGain
	case kind == 0:
		least = 3 * leastGain
	}
	d.ids[i] = t
	gain := d.gain(i, 1, least)
	d.ids[i] = was
	if gain < least {
		return
	}
	c := candidate{start: i, n: 1, m: 1, kind: kind, changed: 1, gain: gain, worth: gain - prior(kind)}
	c.with[0] = t
	r.put(c)
}

// swap adds the candidate that the tokens at i and i+1 have changed places.
func (d *Detector) swap(i int, look func(*candidate)) {
	a, b := d.ids[i], d.ids[i+1]
	if b < hanFirst || a == b || d.at[i+1]-d.at[i] != 3 || d.m.tie(b, a) < Friends {
		return
	}
	d.ids[i], d.ids[i+1] = b, a
	gain := d.gain(i, 2, leastGain)
	d.ids[i], d.ids[i+1] = a, b
	if gain < leastGain {
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
		for k := len(d.found) - 1; k >= 0 && d.found[k].start == i; k-- {
			if c := &d.found[k]; c.n == 1 && c.m == 1 && c.with[0] == t {
				return // it is a candidate already
			}
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

// plausible is the quick test of a character before its n-grams are looked up: if it sounds the
// same, one of its neighbours has been seen with it; else both, often or with a neighbour of their
// own, or one depends on it much.
func (d *Detector) plausible(i int, t token, kind Kind, before, behind int) bool {
	left, right := before != Strangers, behind != Strangers
	switch {
	case kind&(SameTone|SameSound) != 0:
		return left || right
	case left && right:
		return int(t) < d.m.common && before >= Friends && behind >= Friends || d.inTriple(i, t)
	case kind == 0:
		return false
	}
	return before >= Partners || behind >= Partners
}

// inTriple reports whether a trigram with a character at i may be known.
func (d *Detector) inTriple(i int, t token) bool {
	m, ids, w := d.m, d.ids, uint64(t)
	if m.mayBeTriple((uint64(ids[i-1])*Radix+w)*Radix + uint64(ids[i+1])) {
		return true
	}
	if i > 1 && m.mayBeTriple((uint64(ids[i-2])*Radix+uint64(ids[i-1]))*Radix+w) {
		return true
	}
	return i+2 < len(ids) && m.mayBeTriple((w*Radix+uint64(ids[i+1]))*Radix+uint64(ids[i+2]))
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
	worst, sum := int32(0), int32(0)
	for _, p := range d.cost[i : i+n+1] {
		worst = max(worst, p)
		sum += p
	}
	if worst < wordGate || sum < bothWords {
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
		gain := d.gain(i, n, leastGain)
		copy(d.ids[i:i+n], was[:n])
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
	if best.worth > -missing && best.gain >= leastGain+2*Nat {
		best.margin = best.worth - second
		d.add(best, look)
	}
}

func (d *Detector) add(c candidate, look func(*candidate)) {
	d.describe(&c)
	c.score = score(d.m.trees, &d.feature)
	d.found = append(d.found, c)
	look(&d.found[len(d.found)-1])
}
