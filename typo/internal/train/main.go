// Train builds the model of package typo from clean text, dictionaries and sets of errors: it
// counts n-grams and words, tabulates what is taken for what, teaches the scorer on real and
// made errors, and calibrates it on text that was never counted. The result depends on its
// input alone; the manifest inside it names that.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"proofcheck/typo"
)

func main() {
	shared := flag.String("shared", "../shared", "folder of the corpus, the dictionaries and the error sets")
	out := flag.String("out", "typo/model.bin", "model file to write")
	base := flag.String("base", "", "model file whose counts are taken over: only the scorer is trained")
	without := flag.String("without", "", "error sets not to learn from, by name, separated by commas")
	grams := flag.Int("grams", 3_985_000, "n-grams to keep")
	pairs := flag.Int("pairs", 500_000, "word pairs to keep")
	var opt teachOptions
	flag.IntVar(&opt.lines, "lines", 100_000, "lines of clean text that the scorer learns from and is calibrated with")
	flag.IntVar(&opt.trees, "trees", 300, "trees of the scorer")
	flag.IntVar(&opt.depth, "depth", 5, "splits from the root of a tree to its leaves")
	flag.Float64Var(&opt.rate, "rate", 0.06, "share of its best values that a tree is given")
	flag.IntVar(&opt.every, "every", 0, "for cross-validation: leave out one of every so many lines of the error sets")
	flag.IntVar(&opt.part, "part", 0, "which of them, from 0")
	flag.BoolVar(&opt.keep, "keep", false, "write the counts that the scorer learns with too, for -base")
	real := flag.Float64("real", 0.735, "weight of all sentences of the error sets, by that of all lines of clean text")
	flag.Parse()
	opt.real = float32(*real)
	start := time.Now()
	log := func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "%6.1fs "+format+"\n", append([]any{time.Since(start).Seconds()}, args...)...)
	}
	if err := run(*shared, *out, *base, *without, *grams, *pairs, opt, log); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(shared, out, base, without string, grams, pairs int, opt teachOptions, log func(string, ...any)) error {
	var parts, less, strange *typo.Parts
	if base != "" {
		var err error
		if parts, err = load(base); err != nil {
			return err
		}
		if less, err = load(base + ".less"); err != nil {
			return err
		}
		if strange, err = load(base + ".strange"); err != nil {
			return err
		}
	} else {
		var err error
		log("counts without the news, for the scorer to learn from")
		if strange, err = count(shared, news, []typo.Fold{typo.Counted}, grams, pairs, log); err != nil {
			return err
		}
		log("counts without the lines that the scorer learns from")
		if less, err = count(shared, nil, []typo.Fold{typo.Counted}, grams, pairs, log); err != nil {
			return err
		}
		log("counts of all text")
		if parts, err = count(shared, nil, []typo.Fold{typo.Counted, typo.Teaching}, grams, pairs, log); err != nil {
			return err
		}
	}
	if err := teach(shared, without, parts, less, strange, opt, log); err != nil {
		return err
	}
	data, err := typo.Assemble(parts)
	if err != nil {
		return err
	}
	log("%s: %d bytes", out, len(data))
	if opt.keep {
		for suffix, counts := range map[string]*typo.Parts{".less": less, ".strange": strange} {
			data, err := typo.Assemble(counts)
			if err != nil {
				return err
			}
			if err := os.WriteFile(out+suffix, data, 0o644); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(out, data, 0o644)
}

// load returns the sections of a model file.
func load(name string) (*typo.Parts, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	m, err := typo.Open(string(data))
	if err != nil {
		return nil, err
	}
	return typo.Disassemble(m), nil
}

// count makes all sections but the scorer's.
func count(shared string, except []string, folds []typo.Fold, grams, pairs int, log func(string, ...any)) (*typo.Parts, error) {
	c, err := openCorpus(shared, except, folds...)
	if err != nil {
		return nil, err
	}
	sources, err := describe(shared, c.files)
	if err != nil {
		return nil, err
	}
	standard, err := readStandard(shared)
	if err != nil {
		return nil, err
	}
	v, err := c.vocabulary(standard)
	if err != nil {
		return nil, err
	}
	stream, err := c.stream(v)
	if err != nil {
		return nil, err
	}
	log("%d tokens of %d kinds", len(stream), len(v.chars))
	p := &typo.Parts{Vocabulary: []byte(v.Vocabulary)}

	words, err := readWords(shared, v)
	if err != nil {
		return nil, err
	}
	found := words.countWords(stream)
	log("%d words, %d different pairs", len(words.ids), len(found.key))
	if err := words.pack(p, found, pairs); err != nil {
		return nil, err
	}
	read, err := readSounds(shared, v)
	if err != nil {
		return nil, err
	}
	alike, err := readShapes(shared, v)
	if err != nil {
		return nil, err
	}
	packConfusions(p, v, read, alike)
	packSounds(p, words, read)
	log("%d confusions, %d bytes of words by sound", len(p.Confusions)/3, len(p.Sounds))

	packChoices(p, v, stream, log)
	g := trainGrams(stream, len(v.chars), log)
	packNext(p, g)
	g.prune(grams)
	if err := g.pack(p, 2048); err != nil {
		return nil, err
	}
	log("n-grams: %d bytes", len(p.Grams))
	p.Manifest = fmt.Appendf(sources, "tokens counted\t%d\ncharacters\t%d\nwords\t%d\n", len(stream), len(v.chars)-hanFirst, len(words.ids))
	return p, nil
}

// dictionaries are what is read besides the text.
var dictionaries = []string{
	"dict/jieba/jieba.dict.utf8", "dict/thuocl/data/THUOCL_chengyu.txt",
	"dict/pinyin_data/kMandarin_8105.txt", "dict/pinyin_data/kHanyuPinlu.txt", "dict/pinyin_data/kTGHZ2013.txt", "dict/pinyin_data/kXHC1983.txt",
	"dict/ecspell_confusion/shapeConfusion.json", "dict/similar_character/形近字语料库.txt", "dict/chaizi/chaizi-jt.txt",
	"reference/confusables.tsv",
}

// describe returns the lines of the manifest that name the sources: file, bytes, SHA-256.
func describe(shared string, texts []string) ([]byte, error) {
	files := slices.Clone(texts)
	for _, name := range dictionaries {
		files = append(files, filepath.Join(shared, name))
	}
	var out []byte
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = fmt.Appendf(out, "source\t%s\t%d\t%x\n", filepath.Base(name), len(data), sha256.Sum256(data))
	}
	return out, nil
}

// readStandard returns the characters of the 通用规范汉字表.
func readStandard(shared string) (map[rune]bool, error) {
	set := map[rune]bool{}
	err := readFields(filepath.Join(shared, "dict/pinyin_data/kMandarin_8105.txt"), func(f []string) {
		var r rune
		if len(f) > 0 {
			if _, err := fmt.Sscanf(f[0], "U+%X:", &r); err == nil {
				set[r] = true
			}
		}
	})
	return set, err
}
