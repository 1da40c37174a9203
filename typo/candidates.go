package typo

// Kind says how a character or word was mistaken for another; kinds add up.
type Kind uint16

// The kinds.
const (
	SameTone   Kind = 1 << iota // sounds the same, tone and all
	SameSound                   // same syllable of pinyin
	NearSound                   // z/zh, n/l, in/ing and the like
	Shape                       // looks alike after one table
	ShapeTwice                  // looks alike after two or more tables
	Known                       // a pair that dictionaries of wrong words name
	Word                        // a whole word that sounds alike
	Swap                        // two neighbours changed places
	Long                        // completes a word of four characters or more
	Missing                     // a character is missing
	Key                         // a syllable typed with the key beside the right one
	Doubled                     // what was written twice
	Letter                      // a syllable typed with a letter too many, too few, another one, or in another order
	Deviant                     // differs from what the document has used again and again
)

// prior is the cost of a kind of mistake before anything is known of its place.
func prior(k Kind) int32 {
	p := int32(4 * Nat)
	switch {
	case k&SameTone != 0:
		p = 0
	case k&SameSound != 0:
		p = 35
	case k&(NearSound|ShapeTwice|Long|Swap|Doubled|Key) != 0:
		p = 120
	}
	if k&Shape != 0 && k&SameSound != 0 {
		p -= Nat
	}
	if k&Known != 0 {
		p -= 72
	}
	return p
}

// A candidate replaces at most maxReplaced tokens, by as many at most; words by their sound have up
// to maxSounded.
const (
	maxReplaced = 8
	maxSounded  = 4
)

// A candidate is a change that would make the text likelier.
type candidate struct {
	start, n int // tokens
	with     [maxReplaced]token
	m        int // tokens of with
	kind     Kind
	changed  int32 // tokens that differ
	gain     int32 // log-probability gained
	worth    int32 // gain less prior
	margin   int32 // worth less that of the best rival at the place
	score    int32
}

// confusion returns the k-th character that t is taken for.
func (m *Model) confusion(list string, k int) (token, Kind) {
	return get16(list, confusionSz*k), Kind(list[confusionSz*k+2])
}

// Neighbours is how many of the commonest tokens after and before each token the model lists.
const Neighbours = 24

// neighbours returns the commonest characters after a token, or before it, 2 bytes each; the list
// ends with zeros.
func (m *Model) neighbours(t token, before bool) string {
	at := 4 * Neighbours * int(t)
	if before {
		at += 2 * Neighbours
	}
	return m.next[at : at+2*Neighbours]
}

func (m *Model) confusionsOf(t token) string {
	from := 0
	if t > 0 {
		from = get24(m.confusionEnds, 3*int(t)-3)
	}
	to := get24(m.confusionEnds, 3*int(t))
	if from > to || to*confusionSz > len(m.confusions) {
		return ""
	}
	return m.confusions[from*confusionSz : to*confusionSz]
}

// reading returns the first or second syllable of a token, 0 if it has none.
func (m *Model) reading(t token, k int) uint16 { return get16(m.readings, 4*int(t)+2*k) }

func (m *Model) soundAlike(a, b token) bool {
	for i := range 2 {
		x := m.reading(a, i)
		if x != 0 && (x == m.reading(b, 0) || x == m.reading(b, 1)) {
			return true
		}
	}
	return false
}

// SoundBucket returns the bucket of words with a sequence of syllables.
func SoundBucket(syllables []uint16) uint32 {
	h := uint32(len(syllables))
	for _, s := range syllables {
		h = (h ^ uint32(s)) * 0x9e3779b1
		h ^= h >> 15
	}
	return h >> (32 - soundsBits)
}

// soundsLike calls yield for the words of n tokens that sound like ids, which must have n
// tokens. The yielded slice is of room, and valid during the call.
func (m *Model) soundsLike(ids []token, room *[maxSounded]token, yield func(word []token)) {
	n := len(ids)
	var syllables [maxSounded]uint16
	for i, t := range ids {
		if syllables[i] = m.reading(t, 0); syllables[i] == 0 {
			return
		}
	}
	m.bucket(ids, SoundBucket(syllables[:n]), room, yield)
	for i, t := range ids { // and with one of the characters in its other reading
		if other := m.reading(t, 1); other != 0 {
			first := syllables[i]
			syllables[i] = other
			m.bucket(ids, SoundBucket(syllables[:n]), room, yield)
			syllables[i] = first
		}
	}
}

func (m *Model) bucket(ids []token, b uint32, word *[maxSounded]token, yield func(word []token)) {
	from := 0
	if b > 0 {
		from = get24(m.soundEnds, 3*int(b)-3)
	}
	to := get24(m.soundEnds, 3*int(b))
	if from > to || to > len(m.sounds) {
		return
	}
	list := m.sounds[from:to]
	for len(list) > 0 {
		n := int(list[0])
		if n == 0 || n > maxSounded || len(list) < 1+2*n {
			return
		}
		if n == len(ids) {
			alike := true
			for i := range n {
				word[i] = get16(list, 1+2*i)
				if int(word[i]) >= len(m.flags) || !m.soundAlike(word[i], ids[i]) {
					alike = false
					break
				}
			}
			if alike {
				yield(word[:n])
			}
		}
		list = list[1+2*n:]
	}
}
