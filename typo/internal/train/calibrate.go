package main

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"unicode/utf8"

	"proofcheck/typo"
)

// errorRate is how many slips calibration supposes in a character of a draft.
const errorRate = 1.0 / 1000

// Alarms allowed in 10,000 characters of clean text, before real errors of the text are set aside.
const (
	errorAlarms   = 0.10
	warningAlarms = 0.64
)

// inDrafts is how many of the slips of a class, as they are made here, are made in drafts: among made slips are more whole
// words, places changed, and characters doubled and dropped, so that there is enough to learn from.
var inDrafts = [typo.Classes]float64{0.3, 0.4, 0.25, 0.15, 1, 1, 1, 0.5, 1}

func flatCalibration() []byte {
	out := make([]byte, 4*typo.Classes)
	for _, x := range []int32{0, 0, 0, 0, 1, 10_000} {
		out = binary.LittleEndian.AppendUint32(out, uint32(x))
	}
	return out
}

// A scored is a change that was proposed.
type scored struct {
	score  int32
	right  bool
	class  int
	weight float64
}

// proposals returns the scores of what detectors would report in pairs, and the characters and
// errors of these.
func proposals(m *typo.Model, pairs []pair) (out []scored, chars, errors int) {
	for _, p := range pairs {
		j := newJudge(p)
		errors += j.errors
		chars += utf8.RuneCountInString(p.wrong)
		for s := range m.NewDetector(typo.Options{Least: -1}).Check(p.wrong) {
			out = append(out, scored{s.Score, j.right(s.Start, s.End, s.Suggestions[0]), s.Kind.Class(), 1})
		}
	}
	slices.SortFunc(out, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	return out, chars, errors
}

// calibrate finds the probability that belongs to a score, and the scores from which the levels
// begin: right proposals come from slips put into clean text, wrong ones from the text as it is.
func calibrate(p *typo.Parts, lines []line, log func(string, ...any)) error {
	data, err := typo.Assemble(p)
	if err != nil {
		return err
	}
	m, err := typo.Open(string(data))
	if err != nil {
		return err
	}
	slips := newSlips(m, charsOf(p), 2)
	var clean, wrong []pair
	for _, x := range lines {
		clean = append(clean, pair{x.text, x.text})
		wrong = append(wrong, slips.pairOf(x.text, 100))
	}
	alarms, chars, _ := proposals(m, clean)
	hits, _, errors := proposals(m, wrong)
	hits = slices.DeleteFunc(hits, func(s scored) bool { return !s.right })
	log("calibration: %d alarms in %d characters, %d hits of %d slips", len(alarms), chars, len(hits), errors)
	for i := range hits {
		hits[i].weight = errorRate * float64(chars) / float64(errors) * inDrafts[hits[i].class]
	}
	shifts := fitShifts(hits, alarms)
	log("added to scores, by class: %d", shifts)
	for _, list := range [][]scored{hits, alarms} {
		for i := range list {
			list[i].score += shifts[list[i].class]
		}
		slices.SortFunc(list, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	}

	level := func(per float64) int32 {
		k := int(per * float64(chars) / 10_000)
		return alarms[min(k, len(alarms)-1)].score
	}
	atError, atWarning := level(errorAlarms), level(warningAlarms)

	// Probability over stretches of scores that hold enough of both.
	type point struct{ score, p float64 }
	var points []point
	i := 0
	for j, stretch := 0, 3; j < len(alarms); stretch += max(1, stretch/4) {
		end := min(j+stretch, len(alarms))
		low := alarms[end-1].score
		sum, n, right := 0.0, 0.0, 0.0
		for ; i < len(hits) && hits[i].score >= low; i++ {
			right += hits[i].weight
			sum += hits[i].weight * float64(hits[i].score)
			n += hits[i].weight
		}
		for _, a := range alarms[j:end] {
			sum += float64(a.score)
			n++
		}
		points = append(points, point{sum / n, right / (right + float64(end-j))})
		j = end
	}
	slices.Reverse(points)
	// Isotonic: pool neighbours that violate the order.
	type block struct{ score, p, n float64 }
	var pooled []block
	for _, x := range points {
		b := block{x.score, x.p, 1}
		for len(pooled) > 0 && pooled[len(pooled)-1].p >= b.p {
			a := pooled[len(pooled)-1]
			pooled = pooled[:len(pooled)-1]
			n := a.n + b.n
			b = block{(a.score*a.n + b.score*b.n) / n, (a.p*a.n + b.p*b.n) / n, n}
		}
		pooled = append(pooled, b)
	}
	var out []byte
	for _, x := range shifts {
		out = binary.LittleEndian.AppendUint32(out, uint32(x))
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(atWarning))
	out = binary.LittleEndian.AppendUint32(out, uint32(atError))
	last := int32(math.MinInt32)
	for _, b := range pooled {
		if s := int32(math.Round(b.score)); s > last {
			out = binary.LittleEndian.AppendUint32(out, uint32(s))
			out = binary.LittleEndian.AppendUint32(out, uint32(math.Round(b.p*10_000)))
			last = s
			log("  score %6d: %.3f", s, b.p)
		}
	}
	log("warning from %d, error from %d", atWarning, atError)
	p.Calibration = out
	return nil
}

// fitShifts returns what is to be added to the scores of each class so that a score means the same probability in all of
// them: a logistic regression with one slope and a constant for each class, drawn to that of all where there is little to
// learn it from.
func fitShifts(hits, alarms []scored) (shifts [typo.Classes]int32) {
	const (
		unit    = 1024.0
		least   = -2 * unit // scores below are of no account
		drawn   = 5.0       // as strongly as so many samples would
		rounds  = 400
		rate    = 0.5
		forAll  = typo.Classes
		forStep = typo.Classes + 1
	)
	var x [typo.Classes + 2]float64 // constants of the classes, that of all, the slope
	x[forStep] = 1
	for range rounds {
		var gradient, curve [len(x)]float64
		for k, list := range [][]scored{hits, alarms} {
			for _, s := range list {
				if s.score < least {
					continue
				}
				score := float64(s.score) / unit
				p := 1 / (1 + math.Exp(-(x[s.class] + x[forAll] + x[forStep]*score)))
				g, c := (1-float64(k)-p)*s.weight, p*(1-p)*s.weight
				gradient[s.class] += g
				curve[s.class] += c
				gradient[forAll] += g
				curve[forAll] += c
				gradient[forStep] += g * score
				curve[forStep] += c * score * score
			}
		}
		for class := range typo.Classes {
			gradient[class] -= drawn / 4 * x[class]
			curve[class] += drawn / 4
		}
		for i := range x {
			x[i] += rate * gradient[i] / (curve[i] + 1)
		}
	}
	for class := range shifts {
		shifts[class] = int32(math.Round(unit * x[class] / max(x[forStep], 0.1)))
	}
	return shifts
}
