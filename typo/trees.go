package typo

import (
	"errors"

	"proofcheck/lexicon"
)

// The scorer is a sum of regression trees (Friedman, 2001) over integer features. A tree
// section is the number of trees, where each begins (in nodes), and the nodes, 8 bytes each:
// feature (0xff for a leaf), left child relative to the node (the right one follows it), and
// the threshold or, in a leaf, the value in units of 1/1024.

const (
	nodeSize = 8
	leaf     = 0xff
)

// After so many trees a score that low is as good as final.
const (
	hopeAfter = 100
	hopeless  = -4 * 1024
)

// score returns the log-odds, times 1024, that a candidate is right.
func score(trees string, f *[Features]int32) int32 {
	n := int(get32(trees, 0))
	sum := int32(get32(trees, 4))
	nodes := trees[8+4*n:]
	for t := range n {
		if t == hopeAfter && sum < hopeless {
			return sum
		}
		i := int(get32(trees, 8+4*t))
		for {
			node := nodes[nodeSize*i : nodeSize*i+nodeSize]
			x := int32(get32(node, 4))
			if node[0] == leaf {
				sum += x
				break
			}
			i += int(get16(node, 2))
			if f[node[0]] > x {
				i++
			}
		}
	}
	return sum
}

// checkTrees makes sure that score neither leaves the section nor goes round in circles:
// children lie behind their node.
func checkTrees(trees string) error {
	damaged := errors.New("typo: model file is damaged: its scorer makes no sense")
	if len(trees) < 8 {
		return damaged
	}
	n := int(get32(trees, 0))
	if n > 1<<16 || len(trees) < 8+4*n || (len(trees)-8-4*n)%nodeSize != 0 {
		return damaged
	}
	nodes := trees[8+4*n:]
	count := len(nodes) / nodeSize
	for t := range n {
		if int(get32(trees, 8+4*t)) >= count {
			return damaged
		}
	}
	for i := range count {
		node := nodes[nodeSize*i:]
		if node[0] == leaf {
			continue
		}
		if step := int(get16(node, 2)); int(node[0]) >= Features || step == 0 || i+step+1 >= count {
			return damaged
		}
	}
	return nil
}

// A calibration section begins with what is added to the score of a candidate of each class of kinds, and the scores, after
// that, from which a candidate is a warning and an error; then comes a list of score and probability (in 1/10,000), both
// ascending. Numbers have 4 bytes.

// Classes is the number of classes of kinds: each has its own share of slips and of false alarms.
const Classes = 9

const (
	warningAt  = 4 * Classes
	errorAt    = warningAt + 4
	pointsFrom = errorAt + 4
)

// Class returns the class of a kind, for its calibration.
func (k Kind) Class() int {
	for class, kinds := range [Classes - 1]Kind{Doubled, Missing, Swap, Word, SameTone | SameSound, NearSound, Shape | ShapeTwice, Key | Letter} {
		if k&kinds != 0 {
			return class
		}
	}
	return Classes - 1
}

func checkCalibration(c string) error {
	damaged := errors.New("typo: model file is damaged: its calibration makes no sense")
	if len(c) < pointsFrom+16 || (len(c)-pointsFrom)%8 != 0 || int32(get32(c, warningAt)) > int32(get32(c, errorAt)) {
		return damaged
	}
	for i := range Classes {
		if x := int32(get32(c, 4*i)); x < -1<<20 || x > 1<<20 {
			return damaged
		}
	}
	for i := pointsFrom; i < len(c); i += 8 {
		if get32(c, i+4) > 10_000 || i > pointsFrom && (int32(get32(c, i)) <= int32(get32(c, i-8)) || get32(c, i+4) < get32(c, i-4)) {
			return damaged
		}
	}
	return nil
}

// confidence turns a score into a probability in 1/10,000, by straight lines between the
// points of the calibration.
func confidence(c string, s int32) int32 {
	c = c[pointsFrom:]
	n := len(c) / 8
	x := func(i int) int64 { return int64(int32(get32(c, 8*i))) }
	y := func(i int) int64 { return int64(get32(c, 8*i+4)) }
	v := int64(s)
	if v <= x(0) {
		return int32(y(0))
	}
	for i := 1; i < n; i++ {
		if v < x(i) {
			return int32(y(i-1) + (v-x(i-1))*(y(i)-y(i-1))/(x(i)-x(i-1)))
		}
	}
	return int32(y(n - 1))
}

// level returns the level of a score.
func (m *Model) level(s int32) lexicon.Level {
	switch {
	case s >= m.atLeast(errorAt):
		return lexicon.Error
	case s >= m.atLeast(warningAt):
		return lexicon.Warning
	}
	return lexicon.Info
}

// atLeast returns the score from which a candidate has the level of warningAt or errorAt.
func (m *Model) atLeast(level int) int32 { return int32(get32(m.calibration, level)) }
