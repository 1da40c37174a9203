package typo

// maxWord is the length of the longest word of the model, in tokens.
const maxWord = 6

// unknownWord is minus the log-probability of a character that is no word.
const unknownWord = 255 * pStep

// WordKey returns the key of a word in the table of words.
func WordKey(ids []uint16) uint64 {
	k := uint64(len(ids))
	for _, t := range ids {
		k = k*Radix + uint64(t)
	}
	return k
}

// GapKey returns the key of a word whose k-th token is not known.
func GapKey(ids []uint16, k int) uint64 {
	key := uint64(len(ids)*8+k) + 1
	for i, t := range ids {
		if i != k {
			key = key*Radix + uint64(t)
		}
	}
	return key * 0x9e3779b97f4a7c15
}

// LongWord is the least number of characters of the words that gaps are filled from, and MostLong
// the most.
const (
	LongWord = 4
	MostLong = 5
)

// fill calls yield for each token that makes a long word of the tokens about i.
func (m *Model) fill(ids []token, i int, yield func(t token)) {
	for size := LongWord; size <= MostLong; size++ {
		for k := range size {
			from := i - k
			if from < 1 || from+size >= len(ids) {
				continue
			}
			han := true
			for _, t := range ids[from : from+size] {
				han = han && t >= hanFirst
			}
			if !han {
				continue
			}
			if k > 1 && m.longestAt(ids, from, len(ids)) == 1 {
				continue // no word begins so
			}
			if v, ok := m.gaps.Find(GapKey(ids[from:from+size], k)); ok && v != ids[i] && int(v) < len(m.flags) && v >= hanFirst {
				was := ids[i]
				ids[i] = v
				_, _, _, ok := m.word(ids[from : from+size])
				ids[i] = was
				if ok {
					yield(v)
				}
			}
		}
	}
}

// StartBit returns the bit that says that words may begin with two tokens.
func StartBit(a, b uint16) uint32 {
	return (uint32(a)*0x9e3779b1 ^ uint32(b)*0x85ebca6b*32) >> (32 - startsBits)
}

// PairKey returns the key of two neighbouring words, given by their places in the table of words.
func PairKey(a, b uint32) uint64 { return uint64(a)<<32 | uint64(b) }

// A word of the table has minus its log-probability, in wordBits, and its back-off above it, both in
// steps of WordStep.
const (
	WordStep = 8
	wordBits = 7
)

// word returns the place of a word, minus its log-probability and its back-off.
func (m *Model) word(ids []token) (place uint32, p, backoff int32, ok bool) {
	place, v, ok := m.words.Place(WordKey(ids))
	return place, int32(v&(1<<wordBits-1)) * WordStep, int32(v>>wordBits) * WordStep, ok
}

// longestAt returns an upper bound of the length of the words that begin at i.
func (m *Model) longestAt(ids []token, i, end int) int {
	if i+1 >= end || ids[i] < hanFirst || ids[i+1] < hanFirst {
		return 1
	}
	if b := StartBit(ids[i], ids[i+1]); m.starts[b>>3]>>(b&7)&1 == 0 {
		return 1
	}
	return min(maxWord, end-i)
}

// window is the most tokens that a local segmentation looks at.
const window = 24

// A lattice is the best way through the words of a short stretch of tokens.
type lattice struct {
	cost   int32
	length [window]uint8 // of the word over each token
	first  [window]uint8 // where it begins
	single int32         // Chinese characters that are words by themselves
}

const missing = 1 << 30

type wordState struct {
	cost          int32
	place         uint32
	backoff       int32
	from          uint8 // length of the word before
	known, filled bool
}

// words finds the likeliest words of ids, which must not be longer than window, by word pairs.
func (m *Model) segment(ids []token, l *lattice) {
	n := len(ids)
	var ends [window + 1][maxWord + 1]wordState
	ends[0][1] = wordState{filled: true}
	for i := range n {
		longest := m.longestAt(ids, i, n)
		for size := 1; size <= longest; size++ {
			place, p, backoff, ok := m.word(ids[i : i+size])
			if !ok {
				if size > 1 {
					continue
				}
				p = unknownWord
			}
			best := wordState{cost: missing}
			for k := 1; k <= maxWord; k++ {
				before := &ends[i][k]
				if !before.filled {
					continue
				}
				c := p
				if before.known && ok {
					if v, found := m.pairs.Find(PairKey(before.place, place)); found {
						c = int32(v&0xff) * pStep
					} else {
						c += before.backoff
					}
				}
				if c += before.cost; c < best.cost {
					best = wordState{c, place, backoff, uint8(k), ok, true}
				}
			}
			ends[i+size][size] = best
		}
	}
	k := 1
	for j := 2; j <= maxWord; j++ {
		if ends[n][j].filled && (!ends[n][k].filled || ends[n][j].cost < ends[n][k].cost) {
			k = j
		}
	}
	l.cost, l.single = ends[n][k].cost, 0
	for end := n; end > 0; {
		from := ends[end][k].from
		for i := end - k; i < end; i++ {
			l.length[i], l.first[i] = uint8(k), uint8(end-k)
		}
		if k == 1 && ids[end-1] >= hanFirst {
			l.single++
		}
		end, k = end-k, int(from)
	}
}

// cover returns the length of the longest known word over all of ids[i:i+n], and minus its
// log-probability.
func (m *Model) cover(ids []token, i, n int) (length, p int32) {
	p = unknownWord
	for start := max(0, i+n-maxWord); start <= i; start++ {
		longest := m.longestAt(ids, start, len(ids))
		for size := max(2, i+n-start); size <= longest; size++ {
			if _, q, _, ok := m.word(ids[start : start+size]); ok && (int32(size) > length || int32(size) == length && q < p) {
				length, p = int32(size), q
			}
		}
	}
	return length, p
}
