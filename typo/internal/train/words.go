package main

import (
	"bufio"
	"cmp"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"proofcheck/typo"
	"proofcheck/typo/internal/phash"
)

const maxWord = 6

// A wordList holds the words of the dictionaries with their counts.
type wordList struct {
	v     *vocabulary
	ids   [][]uint16
	given []float64 // count in the dictionary
	count []uint32  // in the corpus
	p     []float64 // log-probability
	index map[string]int32
	first map[uint32]bool // first two tokens
}

func key(ids []uint16) string {
	b := make([]byte, 0, 2*maxWord)
	for _, t := range ids {
		b = append(b, byte(t), byte(t>>8))
	}
	return string(b)
}

// readFields calls yield for the fields of each line.
func readFields(name string, yield func(fields []string)) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	scan := bufio.NewScanner(file)
	scan.Buffer(nil, 1<<24)
	for scan.Scan() {
		yield(strings.Fields(scan.Text()))
	}
	return scan.Err()
}

// readWords reads the dictionaries: jieba's words that are not names of persons, and idioms.
func readWords(shared string, v *vocabulary) (*wordList, error) {
	w := &wordList{v: v, index: map[string]int32{}, first: map[uint32]bool{}}
	for t := hanFirst; t < len(v.chars); t++ {
		w.add([]uint16{uint16(t)}, 1)
	}
	err := readFields(filepath.Join(shared, "dict/jieba/jieba.dict.utf8"), func(f []string) {
		if len(f) < 2 {
			return
		}
		n, _ := strconv.ParseFloat(f[1], 64)
		tag := ""
		if len(f) > 2 {
			tag = f[2]
		}
		ids := v.word(f[0])
		if n < 3 && len(ids) < 4 || tag == "nr" && n < 100 {
			return
		}
		w.add(ids, n)
	})
	if err != nil {
		return nil, err
	}
	err = readFields(filepath.Join(shared, "dict/thuocl/data/THUOCL_chengyu.txt"), func(f []string) {
		if len(f) > 0 {
			w.add(v.word(f[0]), 3)
		}
	})
	w.count = make([]uint32, len(w.ids))
	total := 0.0
	for _, n := range w.given {
		total += n
	}
	w.p = make([]float64, len(w.ids))
	for i, n := range w.given {
		w.p[i] = math.Log(n / total)
	}
	return w, err
}

func (w *wordList) add(ids []uint16, n float64) {
	if len(ids) == 0 || len(ids) > maxWord {
		return
	}
	k := key(ids)
	if i, ok := w.index[k]; ok {
		w.given[i] = max(w.given[i], n)
		return
	}
	w.index[k] = int32(len(w.ids))
	w.ids, w.given = append(w.ids, ids), append(w.given, n)
	if len(ids) > 1 {
		w.first[uint32(ids[0])<<16|uint32(ids[1])] = true
	}
}

// segment appends the indexes of the likeliest words of a stretch of tokens.
func (w *wordList) segment(ids []uint16, out []int32) []int32 {
	n := len(ids)
	best := make([]float64, n+1)
	from := make([]int32, n+1)
	word := make([]int32, n+1)
	for i := 1; i <= n; i++ {
		best[i] = math.Inf(-1)
	}
	for i := range n {
		longest := 1
		if i+1 < n && w.first[uint32(ids[i])<<16|uint32(ids[i+1])] {
			longest = min(maxWord, n-i)
		}
		for size := 1; size <= longest; size++ {
			x, ok := w.index[key(ids[i:i+size])]
			p := -20.0
			if ok {
				p = w.p[x]
			} else if size > 1 {
				continue
			} else {
				x = -1
			}
			if best[i]+p > best[i+size] {
				best[i+size], from[i+size], word[i+size] = best[i]+p, int32(i), x
			}
		}
	}
	at := len(out)
	for e := n; e > 0; e = int(from[e]) {
		out = append(out, word[e])
	}
	slices.Reverse(out[at:])
	return out
}

// countWords segments the stream and counts words and pairs of words.
func (w *wordList) countWords(stream []uint16) counts {
	var pairs []uint64
	var run []int32
	for i := 0; i < len(stream); {
		if stream[i] < hanFirst {
			i++
			continue
		}
		j := i
		for j < len(stream) && stream[j] >= hanFirst {
			j++
		}
		run = w.segment(stream[i:j], run[:0])
		for k, x := range run {
			if x < 0 {
				continue
			}
			w.count[x]++
			if k > 0 && run[k-1] >= 0 {
				pairs = append(pairs, uint64(run[k-1])<<32|uint64(x))
			}
		}
		i = j
	}
	total := 0.0
	for i := range w.count {
		total += w.weight(i)
	}
	for i := range w.p {
		w.p[i] = math.Log(w.weight(i) / total)
	}
	return tally(pairs)
}

// weight adds a little of the dictionary's count, which comes from other text.
func (w *wordList) weight(i int) float64 {
	return float64(w.count[i]) + 0.05*math.Sqrt(w.given[i]) + 0.05
}

// pack fills the sections of the words and of the most telling pairs.
func (w *wordList) pack(p *typo.Parts, pairs counts, most int) error {
	// Pairs by absolute discounting over the words alone.
	const discount = 0.75
	type pair struct {
		key   uint64
		p     float64
		worth float64
	}
	after := make([]uint32, len(w.ids))
	for i, k := range pairs.key {
		after[k>>32] += pairs.count[i]
	}
	left := make([]float64, len(w.ids)) // mass of the pairs kept
	low := make([]float64, len(w.ids))
	var kept []pair
	for i, k := range pairs.key {
		if c := float64(pairs.count[i]); c >= 3 {
			a, b := k>>32, k&0xffffffff
			q := (c-discount)/float64(after[a]) + 0.25*math.Exp(w.p[b])
			kept = append(kept, pair{k, q, c * math.Abs(math.Log(q)-w.p[b]+0.5)})
		}
	}
	slices.SortFunc(kept, func(a, b pair) int { return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.key, b.key)) })
	kept = kept[:min(len(kept), most)]
	for _, x := range kept {
		left[x.key>>32] += x.p
		low[x.key>>32] += math.Exp(w.p[x.key&0xffffffff])
	}

	var keys []uint64
	var values []uint16
	p.Starts = make([]byte, 1<<(22-3))
	for i, ids := range w.ids {
		backoff := 0.0
		if left[i] > 0 {
			backoff = math.Log(max(1-left[i], 0.02) / max(1-low[i], 0.02))
		}
		keys = append(keys, typo.WordKey(ids))
		values = append(values, min(quantise(float32(backoff), typo.WordStep), 31)<<7|min(quantise(float32(w.p[i]), typo.WordStep), 127))
		if len(ids) > 1 {
			b := typo.StartBit(ids[0], ids[1])
			p.Starts[b>>3] |= 1 << (b & 7)
		}
	}
	var err error
	if p.Words, err = phash.Build(keys, values, 12); err != nil {
		return err
	}
	table, err := phash.Open(string(p.Words))
	if err != nil {
		return err
	}
	place := make([]uint32, len(w.ids))
	for i, k := range keys {
		place[i], _, _ = table.Place(k)
	}
	if p.Gaps, err = w.gaps(); err != nil {
		return err
	}
	keys, values = nil, nil
	for _, x := range kept {
		keys = append(keys, typo.PairKey(place[x.key>>32], place[x.key&0xffffffff]))
		values = append(values, quantise(float32(math.Log(x.p)), 4))
	}
	p.Pairs, err = phash.Build(keys, values, 8)
	return err
}

// gaps returns the table of long words with one token left out; where several words fit, the
// commonest is meant.
func (w *wordList) gaps() ([]byte, error) {
	best := map[uint64]int{}
	for i, ids := range w.ids {
		if len(ids) < typo.LongWord || len(ids) > typo.MostLong || w.count[i] < 2 && w.given[i] < 3 {
			continue
		}
		for k := range ids {
			key := typo.GapKey(ids, k)
			if j, ok := best[key]; !ok || w.weight(i) > w.weight(j) {
				best[key] = i
			}
		}
	}
	var keys []uint64
	var values []uint16
	for i, ids := range w.ids {
		for k := range min(len(ids), typo.MostLong) {
			if key := typo.GapKey(ids, k); len(ids) >= typo.LongWord && len(ids) <= typo.MostLong && best[key] == i {
				if _, ok := best[key]; ok {
					keys, values = append(keys, key), append(values, ids[k])
				}
			}
		}
	}
	return phash.Build(keys, values, 13)
}
