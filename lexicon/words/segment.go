package words

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// unknown is the cost of a character that is no word, in tenths of a bit.
const unknown = total + 60

// A lattice is the memory of one segmentation.
type lattice struct {
	runes []rune
	cost  []int32
	from  []int32 // the rune where the best word that ends here begins
	ends  []int
}

var lattices = sync.Pool{New: func() any { return new(lattice) }}

// longestRun is how many characters are segmented at once; a longer run is cut.
const longestRun = 512

// Segment appends to dst the offsets where the words of text end, by the likeliest segmentation of
// each run of Chinese characters (unigram Viterbi). A run of Latin letters or digits is one token,
// as is a run of white space; every other character is a token of its own.
func Segment(dst []int, text string) []int {
	l := lattices.Get().(*lattice)
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRuneInString(text[at:])
		if code(r) == 0 {
			end := at + n
			for class := classOf(r); class != other && end < len(text); {
				r, n = utf8.DecodeRuneInString(text[end:])
				if code(r) != 0 || classOf(r) != class {
					break
				}
				end += n
			}
			dst = append(dst, end)
			at = end
			continue
		}
		l.runes = l.runes[:0]
		end := at
		for end < len(text) && len(l.runes) < longestRun {
			r, n := utf8.DecodeRuneInString(text[end:])
			if code(r) == 0 {
				break
			}
			l.runes = append(l.runes, r)
			end += n
		}
		l.solve()
		for i := len(l.ends) - 1; i >= 0; i-- {
			dst = append(dst, at+3*l.ends[i])
		}
		at = end
	}
	lattices.Put(l)
	return dst
}

type class uint8

const (
	other class = iota
	letters
	blanks
)

func classOf(r rune) class {
	switch {
	case r < 0x80:
		if r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' {
			return letters
		}
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' {
			return blanks
		}
	case unicode.IsLetter(r) && r < 0x2E80:
		return letters
	}
	return other
}

// solve finds the cheapest way through l.runes; l.ends are the runes where its words end, from the
// last to the first. All characters with a code take three bytes.
func (l *lattice) solve() {
	n := len(l.runes)
	l.cost = append(l.cost[:0], make([]int32, n+1)...)
	l.from = append(l.from[:0], make([]int32, n+1)...)
	for i := 1; i <= n; i++ {
		l.cost[i] = 1 << 30
	}
	for i := range n {
		base := l.cost[i]
		if c := base + unknown; c < l.cost[i+1] {
			l.cost[i+1], l.from[i+1] = c, int32(i)
		}
		node := uint32(root)
		for k := i; k < n; k++ {
			var w int
			if node, w = child(node, code(l.runes[k])); node == 0 {
				break
			}
			if w == 0 {
				continue
			}
			if c := base + int32(total-w); c < l.cost[k+1] {
				l.cost[k+1], l.from[k+1] = c, int32(i)
			}
		}
	}
	l.ends = l.ends[:0]
	for i := int32(n); i > 0; i = l.from[i] {
		l.ends = append(l.ends, int(i))
	}
}
