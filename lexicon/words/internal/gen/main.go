// Gen builds words.bin, the double array of package words, from dictionaries with permissive licences
// (see NOTICE): the words of jieba with their frequencies and the legal terms, place names and idioms
// of THUOCL, with what additions.tsv adds and removals.tsv takes away. The same input gives the same
// bytes.
//
//	go run ./internal/gen -dict ../../../shared/dict -out words.bin
package main

import (
	_ "embed"
	"encoding/binary"
	"flag"
	"fmt"
	"log"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

//go:embed additions.tsv
var additions string

//go:embed removals.tsv
var removals string

func main() {
	log.SetFlags(0)
	dict := flag.String("dict", "", "folder of the dictionaries")
	out := flag.String("out", "words.bin", "file to write")
	flag.Parse()
	words, err := read(*dict)
	if err != nil {
		log.Fatal("gen: ", err)
	}
	b := build(words)
	if err := os.WriteFile(*out, b, 0o644); err != nil {
		log.Fatal("gen: ", err)
	}
	fmt.Printf("%d words, %d bytes\n", len(words), len(b))
}

const (
	rare     = 3  // words of jieba's dictionary that are not more frequent are left out
	maxChars = 12 // words.MaxChars
)

// read returns the words and their frequencies.
func read(dict string) (map[string]int, error) {
	words := map[string]int{}
	err := lines(filepath.Join(dict, "jieba", "jieba.dict.utf8"), func(cells []string) {
		n, err := strconv.Atoi(cells[1])
		if err == nil && chinese(cells[0]) && (n > rare || utf8.RuneCountInString(cells[0]) == 1) {
			words[cells[0]] = max(n, 1)
		}
	})
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"law", "diming", "chengyu"} {
		err := lines(filepath.Join(dict, "thuocl", "data", "THUOCL_"+name+".txt"), func(cells []string) {
			// The lists count in another corpus; a word that only they have is a rare one here.
			if chinese(cells[0]) && utf8.RuneCountInString(cells[0]) > 1 && words[cells[0]] == 0 {
				words[cells[0]] = 5
			}
		})
		if err != nil {
			return nil, err
		}
	}
	for line := range strings.Lines(additions) {
		if cells := strings.Fields(line); len(cells) == 2 && line[0] != '#' {
			n, err := strconv.Atoi(cells[1])
			if err != nil {
				return nil, fmt.Errorf("additions.tsv: %s: %w", cells[0], err)
			}
			words[cells[0]] = n
		}
	}
	for line := range strings.Lines(removals) {
		if cells := strings.Fields(line); len(cells) > 0 && line[0] != '#' {
			delete(words, cells[0])
		}
	}
	return words, nil
}

// lines calls f with the cells of each line; some lists end lines with a lone CR.
func lines(name string, f func(cells []string)) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(strings.TrimPrefix(string(b), "\ufeff"), "\r", "\n")
	for line := range strings.Lines(text) {
		if cells := strings.Fields(line); len(cells) >= 2 {
			f(cells)
		}
	}
	return nil
}

// The block of characters that have codes, as in package words; all take three bytes.
const (
	first = 0x3400
	last  = 0x9FFF
)

func chinese(word string) bool {
	if utf8.RuneCountInString(word) > maxChars {
		return false
	}
	for _, r := range word {
		if r < first || r > last {
			return false
		}
	}
	return word != ""
}

// weight is what the double array says of a frequency: ten weights double.
func weight(frequency int) uint32 {
	return min(255, uint32(math.Round(math.Log2(float64(frequency))*10))+1)
}

// build makes the table; its layout is described in package words.
func build(words map[string]int) []byte {
	counts := map[rune]int{}
	for w := range words {
		for _, r := range w {
			counts[r]++
		}
	}
	chars := slices.SortedFunc(maps.Keys(counts), func(a, b rune) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return int(a - b)
	})
	codes := map[rune]uint32{}
	out := make([]byte, 2*(last-first+1))
	for i, r := range chars {
		codes[r] = uint32(i + 1)
		binary.LittleEndian.PutUint16(out[2*(r-first):], uint16(i+1))
	}
	keys := make([][]uint32, 0, len(words))
	weights := map[string]uint32{}
	for w, n := range words {
		key := make([]uint32, 0, 4)
		for _, r := range w {
			key = append(key, codes[r])
		}
		keys = append(keys, key)
		weights[fmt.Sprint(key)] = weight(n)
	}
	slices.SortFunc(keys, slices.Compare)
	a := &array{next: 2}
	a.grow(1 << 16)
	a.parent[1] = 1 << 31 // the root has no parent, and node 0 stays empty
	a.insert(1, keys, 0, weights)
	for i := range a.base[:a.used+1] {
		out = binary.LittleEndian.AppendUint32(out, a.base[i]|a.weight[i]<<24)
		out = binary.LittleEndian.AppendUint32(out, a.parent[i])
	}
	return out
}

// array is a double array that is being filled.
type array struct {
	base, weight, parent []uint32
	next                 uint32 // every node before it is taken
	used                 uint32 // the highest node taken
}

func (a *array) grow(n int) {
	for len(a.base) < n {
		a.base = append(a.base, 0)
		a.weight = append(a.weight, 0)
		a.parent = append(a.parent, 0)
	}
}

// insert places the children of a node; keys share their first depth characters.
func (a *array) insert(node uint32, keys [][]uint32, depth int, weights map[string]uint32) {
	if len(keys) > 0 && len(keys[0]) == depth {
		a.weight[node] = weights[fmt.Sprint(keys[0])]
		keys = keys[1:]
	}
	if len(keys) == 0 {
		return
	}
	var labels []uint32
	for _, k := range keys {
		if n := len(labels); n == 0 || labels[n-1] != k[depth] {
			labels = append(labels, k[depth])
		}
	}
	base := a.find(labels)
	a.base[node] = base
	for _, c := range labels {
		a.parent[base+c] = node
		a.used = max(a.used, base+c)
	}
	for from := 0; from < len(keys); {
		to := from
		for to < len(keys) && keys[to][depth] == keys[from][depth] {
			to++
		}
		a.insert(base+keys[from][depth], keys[from:to], depth+1, weights)
		from = to
	}
}

// find returns the lowest base at which all labels fall on free nodes.
func (a *array) find(labels []uint32) uint32 {
	for a.parent[a.next] != 0 {
		a.next++
		a.grow(int(a.next) + 2)
	}
	for at := a.next; ; at++ {
		a.grow(int(at+labels[len(labels)-1]-labels[0]) + 2)
		if a.parent[at] != 0 || at <= labels[0] {
			continue
		}
		base := at - labels[0]
		free := true
		for _, c := range labels {
			if a.parent[base+c] != 0 {
				free = false
				break
			}
		}
		if free {
			return base
		}
	}
}
