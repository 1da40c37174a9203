package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (b *bench) drafts(folder string) (path string, size int64, err error) {
	path = filepath.Join(b.shared, "corpus", "drafts", folder)
	err = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		size += info.Size()
		return err
	})
	return path, size, err
}

func (b *bench) row(name string, c cost, size int64, reference time.Duration) {
	ratio := "1"
	if reference > 0 {
		ratio = fmt.Sprintf("%.2f", float64(c.wall)/float64(reference))
	}
	speed := ""
	if size > 0 {
		speed = fmt.Sprintf("%.0f", float64(size)/1e6/c.wall.Seconds())
	}
	b.line("| %s | %.3f | %.3f | %s | %.0f | %s |", name, c.wall.Seconds(), c.cpu.Seconds(), speed, float64(c.memory)/(1<<20), ratio)
}

func (b *bench) table(title string) {
	b.line("## %s\n", title)
	b.line("| run | seconds | processor seconds | MB/s | MiB | ratio |\n|---|---|---|---|---|---|")
}

// check compares whole runs over folders of real drafts.
func (b *bench) check() error {
	quiet := []string{"check", "--no-config", "-q", "--fail-on", "never"}
	words := []string{"--only", "typo/word,sensitive/word,expression/word"}
	pairs, err := b.pairs()
	if err != nil {
		return err
	}
	for _, folder := range []string{"laws_md", "news_html", "docs_md"} {
		path, size, err := b.drafts(folder)
		if err != nil {
			return err
		}
		b.table(fmt.Sprintf("A folder of drafts: %s, %.1f MB", folder, float64(size)/1e6))
		args := append([]string{b.binary}, quiet...)
		first, err := measure(5, "", "", append(slices.Clip(args), "--no-builtin", "--lexicon", pairs, "--only", "typo/word", path)...)
		if err != nil {
			return err
		}
		b.row("the 1,300 word pairs of three packs", first, size, 0)
		var alone, all time.Duration // one draft at a time, of all words and of all rules
		for _, run := range []struct {
			name string
			args []string
			wall *time.Duration
		}{
			{"all words", append(append(slices.Clip(args), words...), path), nil},
			{"the same, one draft at a time", append(append(slices.Clip(args), words...), "--jobs", "1", path), &alone},
			{"all rules but typo/context", append(slices.Clip(args), "--skip", "typo/context", path), nil},
			{"the same, one draft at a time", append(slices.Clip(args), "--skip", "typo/context", "--jobs", "1", path), &all},
			{"everything", append(slices.Clip(args), path), nil},
		} {
			c, err := measure(5, "", "", run.args...)
			if err != nil {
				return err
			}
			b.row(run.name, c, size, first.wall)
			if run.wall != nil {
				*run.wall = c.wall
			}
		}
		b.others(path, size, first.wall)
		b.line("\nOne draft at a time, all rules but typo/context take %.2f times what words alone take.\n", float64(all)/float64(alone))
	}
	return nil
}

// pairs writes a lexicon of the confusable words, idioms and variants alone.
func (b *bench) pairs() (string, error) {
	path := filepath.Join(b.work, "pairs.tsv")
	return path, exec.Command(b.binary, "lexicon", "export", "--pack", "words,idioms,variants", "-o", path).Run()
}

// others measures other programs on the same drafts, where they are installed.
func (b *bench) others(path string, size int64, reference time.Duration) {
	patterns := filepath.Join(b.work, "patterns.txt")
	forms, err := exec.Command(b.binary, "lexicon", "export", "--pack", "words,idioms,variants", "--format", "txt").Output()
	if err == nil {
		err = os.WriteFile(patterns, forms, 0o644)
	}
	if err != nil {
		log.Print(err)
		return
	}
	for _, other := range []struct {
		name string
		args []string
	}{
		{"ripgrep, the same words, no parsing (`rg -F -f`)", []string{"rg", "-F", "-f", patterns, "--no-ignore", path}},
		{"AutoCorrect, its own rules (`autocorrect --lint`)", []string{"autocorrect", "--lint", path}},
	} {
		if _, err := exec.LookPath(other.args[0]); err != nil {
			log.Printf("%s is not installed", other.args[0])
			continue
		}
		c, err := measure(5, "", "", other.args...)
		if err != nil {
			log.Printf("%s: %v", other.name, err)
			continue
		}
		b.row(other.name, c, size, reference)
	}
}

// start measures a small draft from start to exit.
func (b *bench) start() error {
	b.table("One small draft, from start to exit")
	var reference time.Duration
	for _, run := range []struct {
		name string
		args []string
	}{
		{"check, all rules", []string{b.binary, "check", "--no-config", "-q", "--fail-on", "never", "testdata/demo/notice.html"}},
		{"version", []string{b.binary, "version"}},
	} {
		c, err := measure(20, "", "", run.args...)
		if err != nil {
			return err
		}
		b.row(run.name, c, 0, reference)
		if reference == 0 {
			reference = c.wall
		}
	}
	b.line("")
	return nil
}

// lexicon measures lexicons of users.
func (b *bench) lexicon() error {
	b.line("## Lexicons of a user\n")
	b.line("Words of two to six characters, invented; `check --lexicon` on the demo. The first run compiles, later ones find")
	b.line("the compiled form in the cache.\n")
	b.line("| words | first run, s | later runs, s | MiB, first | MiB, later | compiled form, MiB |\n|---|---|---|---|---|---|")
	cache := filepath.Join(b.work, "cache")
	os.Setenv("XDG_CACHE_HOME", cache)
	for _, n := range []int{0, 60_000, 100_000, 200_000, 1_000_000} {
		args := []string{b.binary, "check", "--no-config", "-q", "--fail-on", "never", "testdata/demo/notice.html"}
		if n > 0 {
			path := filepath.Join(b.work, strconv.Itoa(n)+".txt")
			if err := os.WriteFile(path, invented(n), 0o644); err != nil {
				return err
			}
			args = append(args, "--lexicon", path)
		}
		if err := os.RemoveAll(cache); err != nil {
			return err
		}
		first, err := measure(1, "", "", args...)
		if err != nil {
			return err
		}
		later, err := measure(5, "", "", args...)
		if err != nil {
			return err
		}
		var size int64
		_ = filepath.WalkDir(cache, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				if info, err := d.Info(); err == nil {
					size += info.Size()
				}
			}
			return nil
		})
		b.line("| %d | %.3f | %.3f | %.0f | %.0f | %.1f |", n, first.wall.Seconds(), later.wall.Seconds(),
			float64(first.memory)/(1<<20), float64(later.memory)/(1<<20), float64(size)/(1<<20))
	}
	b.line("")
	return nil
}

// invented returns n different words, one a line, the same in every run.
func invented(n int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	var out bytes.Buffer
	for len(seen) < n {
		var word strings.Builder
		for range 2 + rng.IntN(5) {
			x := rng.Float64()
			word.WriteRune('一' + rune(x*x*20000))
		}
		if w := word.String(); !seen[w] {
			seen[w] = true
			out.WriteString(w + "\n")
		}
	}
	return out.Bytes()
}

// huge measures drafts that are longer than memory should be.
func (b *bench) huge() error {
	b.table("Very long drafts")
	// Each sentence has a number, so that no rule takes them for repetitions.
	const paragraph = "各单位要认真落实第%[1]d次会议精神，结合实际制定方案，明确任务分工，确保各项工作取得实效。"
	for _, draft := range []struct {
		name, file, before, between, after string
		size                               int64
	}{
		{"1 GB of HTML in one line", "huge.html", "<html><body>", "<p>" + paragraph + "</p>", "</body></html>", 1 << 30},
		{"1 GB of HTML, one paragraph", "paragraph.html", "<p>", paragraph, "</p>", 1 << 30},
		{"200 MB of Markdown", "huge.md", "# 标题\n\n", paragraph + "\n\n- 一项\n- **另一项**\n\n", "", 200 << 20},
	} {
		path := filepath.Join(b.work, draft.file)
		if err := write(path, draft.before, draft.between, draft.after, draft.size); err != nil {
			return err
		}
		c, err := measure(1, "", "", b.binary, "check", "--no-config", "-q", "--fail-on", "never", "--skip", "typo/context,structure/*", path)
		if err != nil {
			return err
		}
		b.row(draft.name, c, draft.size, 0)
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	b.line("")
	return nil
}

func write(path, before, between, after string, size int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	w.WriteString(before)
	for n, i := int64(len(before)), 1; n < size; i++ {
		k, _ := fmt.Fprintf(w, between, i)
		n += int64(k)
	}
	w.WriteString(after)
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// benchmarks adds those of the packages.
func (b *bench) benchmarks() error {
	b.line("## Parts, on one core\n")
	b.line("`go test -bench .` of the packages, searching law text where it is there. petar-dambovaliev/aho-corasick and")
	b.line("BobuSumisu/aho-corasick are the fastest other libraries for Go; all find every match, overlaps included.\n")
	shared, err := filepath.Abs(b.shared)
	if err != nil {
		return err
	}
	b.line("```text")
	for _, pkg := range []string{"./lexicon/automaton", "./lexicon/words", "./lexicon/near", "./formats", "./checker", "./report"} {
		cmd := exec.Command("go", "test", "-run", "^$", "-bench", ".", "-benchtime", "500ms", pkg)
		cmd.Env = append(os.Environ(), "PROOFCHECK_SHARED="+shared)
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", pkg, err, out)
		}
		for line := range strings.Lines(string(out)) {
			if strings.HasPrefix(line, "Benchmark") {
				b.line("%s", strings.TrimSpace(line))
			}
		}
	}
	b.line("```")
	return nil
}
