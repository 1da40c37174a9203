package typo

import (
	"slices"
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

// An offer is a character that may be meant at a place.
type offer struct {
	t     token
	kind  Kind
	right uint8 // its tie to the next token
	gain  int32 // of the place and the next one, as pairs alone have it
}

// A query is a pair that an offer would make.
type query struct {
	offer   int
	without int32 // cost of the second if the pair is not known
}

// replacements adds the best single characters that may be meant at i.
func (d *Detector) replacements(text string, i int, strange bool, look func(*candidate)) {
	m, was := d.m, d.ids[i]
	d.offers, d.queries, d.keys = d.offers[:0], d.queries[:0], d.keys[:0]
	list := m.confusionsOf(was)
	for k := range len(list) / confusionSz {
		t, kind := m.confusion(list, k)
		d.offer(i, t, kind)
	}
	if was == unknown {
		char, _ := utf8.DecodeRuneInString(text[d.at[i]:])
		for _, c := range hanzi.Alike(char) {
			if t, skip := m.ids.tokenOf(c); !skip && t >= hanFirst {
				d.offer(i, t, Shape|ShapeTwice)
			}
		}
	}
	if a, b := d.cost[i], d.cost[i+1]; max(a, b) >= slipGate && a+b >= bothSlipGate {
		d.slips(i)
	}
	if strange {
		m.between(d.ids[i-1], d.ids[i+1], func(t token) { d.offer(i, t, 0) })
	}
	d.byPairs(i)
	var r ranking
	for _, o := range d.offers {
		least, leastPairs := leastGain, leastOfPairs
		if o.kind&(SameTone|SameSound) == 0 {
			least, leastPairs = leastOther, leastOfOtherPairs
		}
		if o.gain >= leastPairs {
			d.try(i, o, least, &r)
		}
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

// offer notes a character that may be meant at i, if its neighbours do not rule it out.
func (d *Detector) offer(i int, t token, kind Kind) {
	m := d.m
	if int(t) >= len(m.flags) || t == d.ids[i] {
		return
	}
	left, right := m.tie(d.ids[i-1], t), m.tie(t, d.ids[i+1])
	if d.hopeful(i, t, 0, left, right) && d.plausible(i, t, kind, left, right) {
		d.note(i, t, kind, left, right)
	}
}

// slips notes the characters that a slip of the fingers may have made the one at i of. There are many, so both neighbours
// must have been seen with them, and one must depend on them much.
func (d *Detector) slips(i int) {
	m, before, next := d.m, d.ids[i-1], d.ids[i+1]
	for _, list := range m.slipsOf(d.ids[i]) {
		for _, s := range list {
			left := m.tie(before, s.token)
			if left == Strangers {
				continue
			}
			if right := m.tie(s.token, next); right != Strangers && max(left, right) == Partners && d.hopeful(i, s.token, leastOfOtherPairs, left, right) {
				d.note(i, s.token, s.kind, left, right)
			}
		}
	}
}

// hopeful reports whether the replaced token and the next one may cost less by least with t at i, at a guess from its ties to
// its neighbours.
func (d *Detector) hopeful(i int, t token, least int32, left, right int) bool {
	most := d.cost[i] + d.cost[i+1] - d.m.alone(d.ids[i+1])
	return d.m.alone(t)-bestTie[left]-bestTie[right]+least <= most
}

// note puts a character with such ties to its neighbours on the list of offers.
func (d *Detector) note(i int, t token, kind Kind, left, right int) {
	d.offers = append(d.offers, offer{t: t, kind: kind, right: uint8(right), gain: d.cost[i] + d.cost[i+1]})
	d.ask(len(d.offers)-1, d.ids[i-1], t, left)
}

// byPairs works out what offers at i gain by the pairs that they would make with their neighbours: first
// with those before, then, where there is still hope, with those behind.
func (d *Detector) byPairs(i int) {
	d.answer()
	next := d.ids[i+1]
	for k := range d.offers {
		if o := &d.offers[k]; o.gain-d.m.alone(next)+bestTie[o.right] >= leastOfPairs {
			d.ask(k, o.t, next, int(o.right))
		} else {
			o.gain = -missing
		}
	}
	d.answer()
}

// ask takes the cost of b after a off what an offer gains, or puts the pair on the list of those to look up.
func (d *Detector) ask(offer int, a, b token, tie int) {
	without := d.m.alone(b) + int32(d.m.uni[2*int(a)+1])
	if tie == Strangers {
		d.offers[offer].gain -= without
		return
	}
	d.queries = append(d.queries, query{offer, without})
	d.keys = append(d.keys, GramKey(uint64(a)*Radix+uint64(b), 2))
}

// answer looks up the pairs of the list, all at once.
func (d *Detector) answer() {
	d.values = slices.Grow(d.values[:0], len(d.keys))[:len(d.keys)]
	d.m.grams.FindAll(d.keys, d.values)
	for k, q := range d.queries {
		cost := q.without
		if v := d.values[k]; v >= 0 {
			cost = int32(d.m.codes[v&(1<<gramBits-1)]) * pStep
		}
		d.offers[q.offer].gain -= cost
	}
	d.queries, d.keys = d.queries[:0], d.keys[:0]
}

// try ranks an offer if it makes the text likelier by least or more.
func (d *Detector) try(i int, o offer, least int32, r *ranking) {
	was := d.ids[i]
	d.ids[i] = o.t
	gain := d.gain(i, 1, least)
	d.ids[i] = was
	if gain < least {
		return
	}
	c := candidate{start: i, n: 1, m: 1, kind: o.kind, changed: 1, gain: gain, worth: gain - prior(o.kind)}
	c.with[0] = o.t
	r.put(c)
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
