package typo

// Log-probabilities are integers in units of 1/48 nat; probabilities are kept in steps of 4
// units, back-offs in steps of 1.
const (
	Nat   = 48
	pStep = 4
	order = 5
)

// An n-gram of the table has the number of its probability, in so many bits, and above it that of
// its back-off; the section of codes says, order by order, which those numbers stand for.
const (
	gramBits    = 6
	backoffBits = 5
	codesSize   = 1<<gramBits + 1<<backoffBits
)

// radixPower are the powers of Radix: the number of an n-gram has its tokens as digits, the
// oldest the highest.
var radixPower = [order]uint64{1, Radix, Radix * Radix, Radix * Radix * Radix, Radix * Radix * Radix * Radix}

// GramKey returns the key of an n-gram in the table of n-grams.
func GramKey(number uint64, n int) uint64 {
	return number + uint64(n)*0x9e3779b97f4a7c15
}

// TripleBit returns the bit that is set if the trigram with a number may be known.
func TripleBit(number uint64) uint32 {
	number *= 0x9fb21c651e98df25
	number ^= number >> 32
	return uint32(number * 0xd6e8feb86659fd93 >> (64 - TriplesBits))
}

// A context is what the model remembers of the tokens before a place: the n-grams up to order
// 4 that end there and are known, each with its back-off.
type context struct {
	n       uint8 // the longest of them; the shorter are known too
	backoff [order - 1]uint8
}

// A reading is what the model says of a token in its context, order by order.
type reading struct {
	after context
	known uint8        // order of the longest n-gram that ends at the token and is known
	p     [order]uint8 // minus the log-probabilities of those, in steps of pStep
}

// read returns minus the log-probability of ids[i] in its context and fills r.
func (m *Model) read(c *context, ids []token, i int, r *reading) int32 {
	w := int(ids[i])
	*r = reading{after: context{n: 1}, known: 1}
	r.p[0], r.after.backoff[0] = m.uni[2*w], m.uni[2*w+1]
	return m.step(c, ids, i, 1, r)
}

// reread is read for a token whose context has changed, k tokens before it and further back:
// n-grams of up to k tokens are as they were.
func (m *Model) reread(c *context, ids []token, i, k int, was, r *reading) int32 {
	*r = *was
	r.known = min(was.known, uint8(k))
	r.after.n = min(was.after.n, uint8(k))
	if int(was.known) < k {
		k = order // no longer n-gram is known
	}
	return m.step(c, ids, i, k, r)
}

// step looks up the n-grams of more than k tokens that end at i, and returns minus the
// log-probability.
func (m *Model) step(c *context, ids []token, i, k int, r *reading) int32 {
	known := k < order
	number := uint64(0)
	if known {
		for n := range k {
			number += uint64(ids[i-n]) * radixPower[n]
		}
	}
	p := int32(r.p[r.known-1]) * pStep
	for n := int(r.known) + 1; n <= int(c.n)+1 && n <= order && n <= i+1; n++ {
		// A back-off of zero says that no longer n-gram begins with the context.
		if known && c.backoff[n-2] != 0 {
			number += uint64(ids[i-n+1]) * radixPower[n-1]
			if n > 3 || n == 2 && m.together(ids[i-1], ids[i]) || n == 3 && m.mayBeTriple(number) {
				if v, ok := m.grams.Find(GramKey(number, n)); ok {
					codes := m.codes[(n-2)*codesSize:]
					r.known, r.p[n-1] = uint8(n), codes[v&(1<<gramBits-1)]
					p = int32(r.p[n-1]) * pStep
					if n < order {
						r.after.n, r.after.backoff[n-1] = uint8(n), codes[1<<gramBits+v>>gramBits]
					}
					continue
				}
			}
		}
		known = false
		p += int32(c.backoff[n-2])
	}
	if ids[i] == boundary {
		r.after.n = 1
	}
	return p
}

// Tie is how strongly the second of two neighbouring tokens depends on the first.
const (
	Strangers = iota // not known together
	Met              // no oftener than by chance
	Friends          // oftener
	Partners         // much oftener: at least TieStep times TieStep
	// TieStep is the logarithm by which a bigram is likelier than its last token alone.
	TieStep = 3 * Nat
)

// bestTie is the most by which a tie lowers the cost of a token, as a rule.
var bestTie = [4]int32{0, 0, 2 * Nat, 6 * Nat}

// tie returns how two neighbours depend on each other; Partners if they are not in the table, which
// holds the common tokens.
func (m *Model) tie(a, b token) int {
	if int(a) >= m.common || int(b) >= m.common {
		return Partners
	}
	k := int(a)*m.common + int(b)
	return int(m.ties[k>>2] >> (2 * (k & 3)) & 3)
}

// together reports whether two neighbours may be a known bigram; it is certain for common tokens.
func (m *Model) together(a, b token) bool { return m.tie(a, b) != Strangers }

func (m *Model) mayBeTriple(number uint64) bool { return m.triple(number) != 0 }

// triple is 0 if a trigram is not known.
func (m *Model) triple(number uint64) int {
	b := TripleBit(number)
	return int(m.triples[b>>3] >> (b & 7) & 1)
}

// hasGram reports whether the n tokens from i on are a known n-gram.
func (m *Model) hasGram(ids []token, i, n int) bool {
	if i < 0 || i+n > len(ids) {
		return false
	}
	number := uint64(0)
	for _, t := range ids[i : i+n] {
		number = number*Radix + uint64(t)
	}
	if n == 2 && !m.together(ids[i], ids[i+1]) || n == 3 && !m.mayBeTriple(number) {
		return false
	}
	_, ok := m.grams.Find(GramKey(number, n))
	return ok
}
