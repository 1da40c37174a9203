package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"proofcheck/lexicon"
	"proofcheck/typo"
)

func printSets(w *bufio.Writer, sets []*figures) {
	fmt.Fprint(w, "| set | errors | best F1 | P | R | detection F1 | sentence F1 | R at P 0.9 | R at P 0.8 | warning: P | R | clean touched | error: P | R | clean touched |\n")
	fmt.Fprint(w, "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, f := range sets {
		n := f.best()
		detection, best := f.at(n)
		sentence, _ := f.sentences(n)
		fmt.Fprintf(w, "| %s | %d | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f", strings.Replace(f.name, ".tsv", "", 1), f.errors,
			best.f1, best.precision, best.recall, detection.f1, sentence.f1, f.recallAt(0.9), f.recallAt(0.8))
		for _, l := range []lexicon.Level{lexicon.Warning, lexicon.Error} {
			k := f.level(l)
			_, r := f.at(k)
			_, touched := f.sentences(k)
			fmt.Fprintf(w, " | %.3f | %.3f | %.2f %%", r.precision, r.recall, 100*touched)
		}
		fmt.Fprintln(w, " |")
	}
	fmt.Fprintln(w)
}

func printClean(w *bufio.Writer, all []*figures, list map[string]verdict) {
	fmt.Fprint(w, "| clean text, never seen | characters | warnings and errors per 10,000 | errors per 10,000 | after review: warnings and errors | errors |\n|---|---|---|---|---|---|\n")
	row := func(name string, chars int, n [4]int) {
		fmt.Fprintf(w, "| %s | %d | %.2f | %.2f | %.2f | %.3f |\n", name, chars, per(n[0], chars), per(n[1], chars), per(n[2], chars), per(n[3], chars))
	}
	var total [4]int
	chars, open := 0, 0
	for _, f := range all {
		n := [4]int{f.level(lexicon.Warning), f.level(lexicon.Error)}
		var unread int
		n[2], unread = f.alarms(list, lexicon.Warning)
		n[3], _ = f.alarms(list, lexicon.Error)
		row(f.name, f.chars, n)
		for i := range n {
			total[i] += n[i]
		}
		chars, open = chars+f.chars, open+unread
	}
	row("all", chars, total)
	fmt.Fprintf(w, "\n%d findings that nobody has looked at count as false\n\n", open)
}

// printTrade prints the recall on each set at the thresholds that give so many findings in 10,000 characters of clean text:
// what compares scorers, whose thresholds differ.
func printTrade(w *bufio.Writer, sets, clean []*figures) {
	rates := []float64{0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1}
	var scores []int32
	chars := 0
	for _, f := range clean {
		chars += f.chars
		for i := range f.proposals {
			scores = append(scores, f.proposals[i].Score)
		}
	}
	slices.SortFunc(scores, func(a, b int32) int { return cmp.Compare(b, a) })
	fmt.Fprint(w, "| recall at so many findings in 10,000 characters of clean text ")
	for _, r := range rates {
		fmt.Fprintf(w, "| %g ", r)
	}
	fmt.Fprintf(w, "|\n|%s\n", strings.Repeat("---|", len(rates)+1))
	for _, f := range sets {
		if f.errors == 0 {
			continue
		}
		fmt.Fprintf(w, "| %s ", strings.Replace(f.name, ".tsv", "", 1))
		for _, r := range rates {
			n := 0
			if k := int(r * float64(chars) / 10_000); k < len(scores) {
				for n < len(f.proposals) && f.proposals[n].Score >= scores[k] {
					n++
				}
			}
			_, c := f.at(n)
			fmt.Fprintf(w, "| %.3f ", c.recall)
		}
		fmt.Fprintln(w, "|")
	}
	fmt.Fprintln(w)
}

func per(n, chars int) float64 { return 10_000 * float64(n) / float64(max(chars, 1)) }

// printReliability compares the confidence with the share of findings that are right.
func printReliability(w *bufio.Writer, f *figures) {
	fmt.Fprintf(w, "\n%s: confidence | findings | mean confidence | right\n", f.name)
	limits := []float64{1.01, 0.97, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.1}
	for i := range len(limits) - 1 {
		n, right, sum := 0, 0, 0.0
		for _, p := range f.proposals {
			if p.Confidence < limits[i] && p.Confidence >= limits[i+1] {
				n++
				sum += p.Confidence
				if p.right == p.changed {
					right++
				}
			}
		}
		if n > 0 {
			fmt.Fprintf(w, "  from %.2f | %d | %.3f | %.3f\n", limits[i+1], n, sum/float64(n), float64(right)/float64(n))
		}
	}
}

// printKinds slices the findings of level warning or above by what speaks for them.
func printKinds(w *bufio.Writer, f *figures) {
	type slice struct{ n, right int }
	kinds := map[string]*slice{}
	for _, p := range f.proposals[:f.level(lexicon.Warning)] {
		s := kinds[p.Reason]
		if s == nil {
			s = &slice{}
			kinds[p.Reason] = s
		}
		s.n++
		if p.right == p.changed {
			s.right++
		}
	}
	var names []string
	for k := range kinds {
		names = append(names, k)
	}
	slices.Sort(names)
	fmt.Fprintf(w, "\n%s: kind | findings of level warning | right\n", f.name)
	for _, k := range names {
		fmt.Fprintf(w, "  %s | %d | %.3f\n", k, kinds[k].n, float64(kinds[k].right)/float64(kinds[k].n))
	}
}

// printWorst prints the most confident findings that are wrong, and errors without a finding.
func printWorst(w *bufio.Writer, f *figures, most int) {
	n := 0
	for _, p := range f.proposals {
		if n == most {
			break
		}
		if p.right == p.changed {
			continue
		}
		n++
		fmt.Fprintf(w, "  %s: %.2f (%d) %s %s→%s: %s\n", f.name, p.Confidence, p.Score, p.Reason, p.was, p.Suggestions[0],
			context(f.pairs[p.sentence].wrong, p.Suspect))
	}
	n = 0
	for i, edits := range f.edits {
		for _, e := range edits {
			covered := false
			for _, p := range f.proposals {
				covered = covered || p.sentence == i && p.Start <= e.start && e.start < p.End
			}
			if !covered && n < most {
				n++
				wrong := f.pairs[i].wrong
				fmt.Fprintf(w, "  %s: missed %s→%s: %s\n", f.name, wrong[e.start:e.end], e.meant,
					context(wrong, typo.Suspect{Start: e.start, End: e.end}))
			}
		}
	}
}

// context returns the words about a finding.
func context(text string, s typo.Suspect) string {
	const around = 12
	before, after := []rune(text[:s.Start]), []rune(text[s.End:])
	return string(before[max(0, len(before)-around):]) + "【" + text[s.Start:s.End] + "】" + string(after[:min(around, len(after))])
}
