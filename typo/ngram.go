package typo

// Log-probabilities are integers in units of 1/48 nat; probabilities are kept in steps of 4
// units, back-offs in steps of 1.
const (
	Nat   = 48
	pStep = 4
	order = 5
)

// radixPower are the powers of Radix: the number of an n-gram has its tokens as digits, the
// oldest the highest.
var radixPower = [order]uint64{1, Radix, Radix * Radix, Radix * Radix * Radix, Radix * Radix * Radix * Radix}

// GramKey returns the key of an n-gram in the table of n-grams.
func GramKey(number uint64, n int) uint64 {
	return number + uint64(n)*0x9e3779b97f4a7c15
}

// A context is what the model remembers of the tokens before a place: the n-grams up to order
// 4 that end there and are known, each with its back-off.
type context struct {
	n       uint8 // the longest of them; the shorter are known too
	backoff [order - 1]uint8
}

// step returns minus the log-probability of ids[i] in its context and the context after it.
func (m *Model) step(c context, ids []token, i int) (int32, context) {
	w := ids[i]
	p := int32(m.uni[2*int(w)]) * pStep
	next := context{n: 1}
	next.backoff[0] = m.uni[2*int(w)+1]
	number := uint64(w)
	known := true
	// A back-off of zero says that no longer n-gram begins with the context.
	for n := 2; n <= int(c.n)+1 && n <= order && i-n+1 >= 0; n++ {
		if known {
			number += uint64(ids[i-n+1]) * radixPower[n-1]
			if c.backoff[n-2] == 0 || n == 2 && !m.together(ids[i-1], w) {
				known = false
			} else if v, ok := m.grams.Find(GramKey(number, n)); ok {
				p = int32(v&0xff) * pStep
				if n < order {
					next.n = uint8(n)
					next.backoff[n-1] = uint8(v >> 8)
				}
				continue
			}
			known = false
		}
		p += int32(c.backoff[n-2])
	}
	if w == boundary {
		next.n = 1
	}
	return p, next
}

// together reports whether two neighbours may be a known bigram; it is certain for common tokens.
func (m *Model) together(a, b token) bool {
	if int(a) >= m.common || int(b) >= m.common {
		return true
	}
	k := int(a)*m.common + int(b)
	return m.known[k>>3]>>(k&7)&1 != 0
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
	_, ok := m.grams.Find(GramKey(number, n))
	return ok
}
