// Gen builds the tables of package hanzi from dictionaries with permissive licences (see NOTICE):
// the 8,105 characters with their traditional and variant forms and the notes on both, OpenCC's
// character tables, pinyin-data, lists of characters alike in shape, and the decompositions of
// Unicode. The same input gives the same bytes.
//
//	go run ./internal/gen -dict ../../shared/dict -out tables
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	dict := flag.String("dict", "", "folder of the dictionaries")
	out := flag.String("out", "tables", "folder of the tables")
	flag.Parse()
	g := &generator{dict: *dict, out: *out}
	g.read()
	g.place()
	g.forms()
	g.shapes()
	g.sounds()
	g.compat()
	g.lookalikes()
	if g.err != nil {
		log.Fatal("gen: ", g.err)
	}
}

// The block that accessors index directly; it must be that of package hanzi.
const (
	blockFirst = 0x3400
	blockLast  = 0x9FFF
	blockSize  = blockLast - blockFirst + 1
)

// charList is the content of norm/tgscc.json.
type charList struct {
	ToTraditional  map[string][]string `json:"simplified_to_traditional"`
	ToSimplified   map[string][]string `json:"traditional_to_simplified"`
	ToVariants     map[string][]string `json:"simplified_to_variants"`
	FromVariant    map[string][]string `json:"variant_to_simplified"`
	List           []string            `json:"tgscc_list"`
	Notes          map[string]string   `json:"notes"`
	levels         map[rune]int
	openCC, openST map[rune][]rune
}

type generator struct {
	dict, out string
	err       error
	norm      charList
	extra     []rune // outside of the block, ascending
	places    int
	row       map[rune]int
}

func (g *generator) fail(err error) {
	if g.err == nil {
		g.err = err
	}
}

func (g *generator) write(name string, b []byte) {
	if g.err == nil {
		g.fail(os.WriteFile(filepath.Join(g.out, name+".bin"), b, 0o644))
		fmt.Printf("%-12s %7d bytes\n", name, len(b))
	}
}

// lines calls f for each line of a dictionary that is neither empty nor a comment.
func (g *generator) lines(name string, f func(string)) {
	file, err := os.Open(filepath.Join(g.dict, filepath.FromSlash(name)))
	if err != nil {
		g.fail(err)
		return
	}
	defer file.Close()
	in := bufio.NewScanner(file)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := strings.TrimPrefix(strings.TrimSpace(in.Text()), "\ufeff")
		if line != "" && line[0] != '#' {
			f(line)
		}
	}
	g.fail(in.Err())
}

// read reads the forms of characters.
func (g *generator) read() {
	b, err := os.ReadFile(filepath.Join(g.dict, "norm", "tgscc.json"))
	g.fail(err)
	if err == nil {
		g.fail(json.Unmarshal(b, &g.norm))
	}
	g.norm.levels = map[rune]int{}
	for i, s := range g.norm.List {
		// 3,500 common, 3,000 less common, 1,605 rare characters, in this order.
		level := 3
		if i < 3500 {
			level = 1
		} else if i < 6500 {
			level = 2
		}
		g.norm.levels[first(s)] = level
	}
	table := func(name string) map[rune][]rune {
		m := map[rune][]rune{}
		g.lines(name, func(line string) {
			key, values, _ := strings.Cut(line, "\t")
			for _, v := range strings.Fields(values) {
				m[first(key)] = append(m[first(key)], first(v))
			}
		})
		return m
	}
	g.norm.openCC = table("opencc/TSCharacters.txt")
	g.norm.openST = table("opencc/STCharacters.txt")
}

func first(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
