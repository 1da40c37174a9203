// Command common counts the pairs of neighbouring characters of a folder of texts and writes the
// hashes of the most common ones as a bitmap, which package batch embeds. The texts are those that the
// typo model is made of; see NOTICE.
package main

import (
	"cmp"
	"flag"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"proofcheck/formats"
	"proofcheck/hanzi"
)

const (
	pairs = 20000
	bits  = 1 << 18
)

func main() {
	shared := flag.String("shared", "../../shared", "folder with texts")
	out := flag.String("out", "common.bin", "file to write")
	flag.Parse()
	counts := map[[2]rune]int{}
	var read int64
	err := filepath.WalkDir(filepath.Join(*shared, "corpus"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || read > 60<<20 {
			return err
		}
		format := formats.ByName(path)
		if format == nil {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		for seg, err := range format.Split(path, io.LimitReader(f, 4<<20), formats.Options{}).Segments {
			if err != nil {
				return nil // not a text
			}
			read += int64(len(seg.Text))
			last := rune(-1)
			for _, r := range seg.Text {
				if r = hanzi.Fold(r); r >= 0 {
					if last >= 0 {
						counts[[2]rune{last, r}]++
					}
					last = r
				}
			}
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	keys := make([][2]rune, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]rune) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(string(a[:]), string(b[:])))
	})
	table := make([]byte, bits/8)
	for _, k := range keys[:min(pairs, len(keys))] {
		h := uint32((uint64(k[0])<<21|uint64(k[1]))*0x9E3779B97F4A7C15>>32) % bits
		table[h/8] |= 1 << (h % 8)
	}
	log.Printf("%d bytes of text, %d pairs, the %d most common kept", read, len(keys), pairs)
	if err := os.WriteFile(*out, table, 0o644); err != nil {
		log.Fatal(err)
	}
}
