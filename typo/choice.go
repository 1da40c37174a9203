package typo

// Characters that are taken for each other again and again (在 and 再, 的 and 得) have small models of
// their own: for each pair a linear classifier (logistic regression) of what stands about the place. Its
// features are hashed into one table of weights that all pairs share.

// What the format fixes of the models of pairs.
const (
	ChoiceBits = 20 // logarithm of the number of weights
	// ChoiceStep is the logarithm that a weight of 1 stands for.
	ChoiceStep = 3
	choiceSize = 4 // bytes of an entry: the other token, the number of the pair and the side of the other token
)

// ChoiceFeatures is how many weights are added up for a place.
const ChoiceFeatures = 30

// ChoicePlaces puts the hashes of the features of a pair for the token at i into out; the first ChoiceBits of each are
// the place of its weight. The text must begin and end with
// a boundary; the token at i itself is not looked at.
func ChoicePlaces(pair uint32, ids []uint16, i int, out *[ChoiceFeatures]uint32) {
	const far = 8
	var near [2*far + 1]uint64
	for k := 1; k <= far; k++ {
		if j := i - k; j >= 0 {
			if near[far-k] = uint64(ids[j]); ids[j] == boundary {
				break
			}
		}
	}
	for k := 1; k <= far; k++ {
		if j := i + k; j < len(ids) {
			if near[far+k] = uint64(ids[j]); ids[j] == boundary {
				break
			}
		}
	}
	at := func(k int) uint64 { return near[far+k] }
	seed := (uint64(pair)*64 + 1) * 0x9e3779b97f4a7c15
	n := 0
	put := func(key uint64) {
		out[n] = place(seed, uint64(n), key)
		n++
	}
	put(0)
	for k := 1; k <= 4; k++ {
		put(at(-k))
		put(at(k))
	}
	put(at(-2)*Radix + at(-1))
	put(at(1)*Radix + at(2))
	put(at(-1)*Radix + at(1))
	put(at(-3)*Radix + at(-2))
	put(at(2)*Radix + at(3))
	put(at(-1)*Radix + at(2))
	put(at(-2)*Radix + at(1))
	put((at(-3)*Radix+at(-2))*Radix + at(-1))
	put((at(1)*Radix+at(2))*Radix + at(3))
	put((at(-2)*Radix+at(-1))*Radix + at(1))
	put((at(-1)*Radix+at(1))*Radix + at(2))
	put(((at(-2)*Radix+at(-1))*Radix+at(1))*Radix + at(2))
	put(((at(-4)*Radix+at(-3))*Radix+at(-2))*Radix + at(-1))
	// What stands further off counts the same wherever it stands on its side.
	for k := 5; k <= far; k++ {
		out[n], out[n+1] = place(seed, 62, at(-k)), place(seed, 63, at(k))
		n += 2
	}
}

// place hashes a feature of a pair.
func place(seed, template, key uint64) uint32 {
	h := (key + seed + template<<58) * 0x9fb21c651e98df25
	h ^= h >> 32
	return uint32(h * 0xd6e8feb86659fd93 >> 32)
}

// choice returns by how much, in log-odds, the model of a pair holds t for likelier at i than the token that stands
// there; ok tells whether the pair has a model.
func (m *Model) choice(ids []token, i int, t token) (odds int32, ok bool) {
	list := m.choicesOf(ids[i])
	for k := 0; k < len(list); k += choiceSize {
		if get16(list, k) == t {
			return m.choose(ids, i, get16(list, k+2)), true
		}
	}
	return 0, false
}

// Where a text is a little strange and no n-gram of five vouches for it, what a model of a pair holds for so much
// likelier is a candidate even if the n-grams gain little by it.
const (
	choiceGate     = 3 * Nat
	bothChoiceGate = 6 * Nat
	leastOdds      = 3 * Nat / 2
	choiceCosts    = 2 // see lookCosts
)

// choices adds the characters that the models of pairs hold for likelier at i, if they are no candidates yet.
func (d *Detector) choices(i int, look func(*candidate)) {
	was := d.ids[i]
	list := d.m.choicesOf(was)
	if list == "" || d.attested(i) == order {
		return
	}
	d.credit -= choiceCosts
	best, most := candidate{}, int32(leastOdds)
	for k := 0; k < len(list); k += choiceSize {
		t := get16(list, k)
		left, right := d.m.tie(d.ids[i-1], t), d.m.tie(t, d.ids[i+1])
		if left == Strangers && right == Strangers || int(t) >= len(d.m.flags) {
			continue
		}
		if odds := d.m.choose(d.ids, i, get16(list, k+2)); odds > most {
			most = odds
			best = candidate{start: i, n: 1, m: 1, changed: 1}
			best.with[0] = t
		}
	}
	t := best.with[0]
	if best.n == 0 || d.offered(i, t) {
		return
	}
	list = d.m.confusionsOf(was)
	for k := range len(list) / confusionSz {
		if u, kind := d.m.confusion(list, k); u == t {
			best.kind = kind
			break
		}
	}
	d.ids[i] = t
	best.gain = d.gain(i, 1, leastGain)
	d.ids[i] = was
	if best.gain < leastGain {
		return
	}
	best.worth = best.gain - prior(best.kind)
	best.margin = best.worth
	d.add(best, look)
}

// choose adds up the weights for an entry.
func (m *Model) choose(ids []token, i int, entry uint16) int32 {
	var places [ChoiceFeatures]uint32
	ChoicePlaces(uint32(entry>>1), ids, i, &places)
	sum := int32(0)
	for _, p := range places {
		sum += int32(int8(m.weights[p>>(32-ChoiceBits)]))
	}
	if entry&1 != 0 {
		sum = -sum
	}
	return sum * ChoiceStep
}

// choicesOf returns the entries of the pairs of a token.
func (m *Model) choicesOf(t token) string {
	from := 0
	if t > 0 {
		from = int(get16(m.choiceEnds, 2*int(t)-2))
	}
	to := int(get16(m.choiceEnds, 2*int(t)))
	if from > to || to*choiceSize > len(m.choices) {
		return ""
	}
	return m.choices[from*choiceSize : to*choiceSize]
}
