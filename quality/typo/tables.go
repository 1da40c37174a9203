package main

import (
	"bufio"
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

func printClean(w *bufio.Writer, all []*figures) {
	fmt.Fprint(w, "| clean text, never seen | characters | warnings and errors per 10,000 | errors per 10,000 |\n|---|---|---|---|\n")
	total := &figures{name: "all"}
	row := func(f *figures, warnings, errors int) {
		fmt.Fprintf(w, "| %s | %d | %.2f | %.2f |\n", f.name, f.chars, per(warnings, f.chars), per(errors, f.chars))
	}
	warnings, errors := 0, 0
	for _, f := range all {
		a, b := f.level(lexicon.Warning), f.level(lexicon.Error)
		row(f, a, b)
		warnings, errors, total.chars = warnings+a, errors+b, total.chars+f.chars
	}
	row(total, warnings, errors)
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
