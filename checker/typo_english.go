package checker

import (
	"sort"
	"strings"
	"sync"

	"github.com/golangci/misspell"

	"proofcheck/hanzi"
)

// english reports English words in Chinese text that are misspelt in a well-known way: recieve, seperate. CY/T
// 154-2017. The list is that of misspell; data/english.tsv has what is left alone of it. A word is what stands between spaces, Chinese and marks, in small letters or with a capital one at its
// beginning; whatever has digits, inner marks or capitals is a name, an address or code, and what could be Pinyin
// is left alone. Words with a capital letter may be names too and are information. It gives way to the lexicons.
var english = &Rule{
	ID:     "typo/english",
	On:     Words,
	Needs:  Letter,
	Yields: true,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			if seg.Class&Han == 0 {
				return // another language, or code
			}
			for from, to := range latinWords(seg.Text) {
				word := seg.Text[from:to]
				right := respelt(strings.ToLower(word))
				if right == "" || p.run.protected(seg, from, to) {
					continue
				}
				level := Warning
				if word[0] < 'a' {
					level, right = Info, strings.ToUpper(right[:1])+right[1:]
				}
				p.Report(seg, from, to, Problem{Level: level, Suggest: []string{right}, Confidence: confidenceOf(level)})
			}
		})
	},
}

// Words of three letters are too often abbreviations, and of less than six names and abbreviations, unless only the
// order of their letters is wrong.
const shortestEnglish, surelyEnglish, longestEnglish = 4, 6, 24

// latinWords yields the words of letters only, in small letters or with a capital first one.
func latinWords(text string) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		for i := 0; i < len(text); {
			if text[i] >= 0x80 || text[i] <= ' ' {
				i++
				continue
			}
			start := i
			for i < len(text) && text[i] > ' ' && text[i] < 0x80 {
				i++
			}
			if start > 0 && text[start-1] >= 0x80 && text[start-1] < 0xC0 && latinBefore(text, start) || i < len(text) && leadClass[text[i]]&Latin != 0 {
				continue // part of a word with an accent
			}
			from, to := start, i
			for from < to && strings.IndexByte(`"'([`, text[from]) >= 0 {
				from++
			}
			for to > from && strings.IndexByte(`"')],.;:!?`, text[to-1]) >= 0 {
				to--
			}
			if n := to - from; n >= shortestEnglish && n <= longestEnglish && plainWord(text[from:to]) && !yield(from, to) {
				return
			}
		}
	}
}

func latinBefore(text string, at int) bool {
	r := before(text, at)
	return r >= 0x80 && r < 0x370
}

func plainWord(word string) bool {
	for i := range len(word) {
		if c := word[i]; c < 'a' && (i > 0 || c < 'A' || c > 'Z') || c > 'z' {
			return false
		}
	}
	return true
}

// respelt returns the right spelling of a word in small letters, "" when it is not known to be misspelt.
func respelt(word string) string {
	x := readMisspelt()
	h := spellingHash(word)
	if x.bitmap[h>>6]>>(h&63)&1 == 0 {
		return ""
	}
	list := x.list
	// The list is sorted by length, the longest first, and then by letters.
	n := sort.Search(len(list)/2, func(i int) bool {
		k := list[2*i]
		return len(k) < len(word) || len(k) == len(word) && k >= word
	})
	if 2*n == len(list) || list[2*n] != word {
		return ""
	}
	right := list[2*n+1]
	if len(word) < surelyEnglish && !permuted(word, right) || pinyin(word) || spared()[word] {
		return ""
	}
	return right
}

// permuted reports whether two words have the same letters, as after a slip of the fingers: taht, jsut.
func permuted(a, b string) bool {
	var count [256]int
	for i := range len(a) {
		count[a[i]]++
	}
	for i := range len(b) {
		count[b[i]]--
	}
	return count == [256]int{}
}

// spared are the words of data/english.tsv.
var spared = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, row := range readTable("data/english.tsv") {
		out[row["word"]] = true
	}
	return out
})

// spellings is the list of the library with a bitmap of its words, which answers for most others.
type spellings struct {
	list   []string // wrong, right, wrong, right …
	bitmap [1 << 18 / 64]uint64
}

var readMisspelt = sync.OnceValue(func() *spellings {
	x := &spellings{list: misspell.DictMain}
	for i := 0; i < len(x.list); i += 2 {
		h := spellingHash(x.list[i])
		x.bitmap[h>>6] |= 1 << (h & 63)
	}
	return x
})

// spellingHash is FNV-1a, folded to the bits of the bitmap.
func spellingHash(word string) uint32 {
	h := uint32(2166136261)
	for i := range len(word) {
		h = (h ^ uint32(word[i])) * 16777619
	}
	return h >> 14
}

// pinyin reports whether a word is syllables of Pinyin, as names are.
func pinyin(word string) bool {
	const longest = len("zhuang")
	var ends [longestEnglish + 1]bool // whether syllables end there
	ends[0] = true
	for i := range len(word) {
		for n := 1; ends[i] && n <= longest && i+n <= len(word); n++ {
			if _, ok := hanzi.ParseSyllable(word[i : i+n]); ok {
				ends[i+n] = true
			}
		}
	}
	return ends[len(word)]
}
