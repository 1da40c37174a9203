package main

import (
	"encoding/binary"
	"math"
	"slices"

	"proofcheck/typo"
)

// A sample is a candidate with the answer to it.
type sample struct {
	features [typo.Features]int32
	right    bool
	weight   float32
}

const bins = 64

// A tree is grown over binned features; children of node i lie behind it, next to each other.
type tree struct{ nodes []treeNode }

type treeNode struct {
	feature   int // -1 for a leaf
	bin       int // at most this goes left
	threshold int32
	left      int
	value     float64
}

// A booster fits a sum of trees to samples by Newton steps on the logistic loss (Friedman, 2001),
// over histograms of binned features.
type booster struct {
	limits [typo.Features][]int32 // upper limits of the bins
	binned []uint8                // row by row
	base   float64
	trees  []tree

	sum        []float64
	grad, hess []float64
}

type boostOptions struct {
	trees, depth int
	rate         float64
	least        float64 // weight of the second derivative that a leaf needs
}

func boost(samples []sample, opt boostOptions, log func(string, ...any)) *booster {
	b := &booster{}
	b.bin(samples)
	n := len(samples)
	right, all := 0.0, 0.0
	for i := range samples {
		w := float64(samples[i].weight)
		all += w
		if samples[i].right {
			right += w
		}
	}
	b.base = math.Log(right / (all - right))
	b.sum = slices.Repeat([]float64{b.base}, n)
	b.grad, b.hess = make([]float64, n), make([]float64, n)
	rows := make([]int32, 0, n)
	for t := range opt.trees {
		loss := 0.0
		rows = rows[:0]
		for i := range samples {
			p := 1 / (1 + math.Exp(-b.sum[i]))
			y, w := 0.0, float64(samples[i].weight)
			if samples[i].right {
				y = 1
				loss -= w * math.Log(max(p, 1e-9))
			} else {
				loss -= w * math.Log(max(1-p, 1e-9))
			}
			b.grad[i], b.hess[i] = (y-p)*w, p*(1-p)*w
			// What is clear already teaches little: one in so many of those stands for all (gradient-based
			// one-side sampling; Ke and others, 2017).
			if math.Abs(y-p) < sure {
				if (uint32(i)*0x9e3779b1+uint32(t)*0x85ebca6b)>>16%sureOnes != 0 {
					continue
				}
				b.grad[i] *= sureOnes
				b.hess[i] *= sureOnes
			}
			rows = append(rows, int32(i))
		}
		if t%100 == 0 {
			log("%d trees: loss %.5f", t, loss/all)
		}
		grown := b.grow(rows, opt)
		for i := range b.sum {
			b.sum[i] += grown.value(b.binned[i*typo.Features : (i+1)*typo.Features])
		}
		b.trees = append(b.trees, grown)
	}
	return b
}

// bin cuts the values of each feature into bins of about equal numbers of samples.
func (b *booster) bin(samples []sample) {
	step := len(samples)/50_000 + 1
	for f := range b.limits {
		var values []int32
		for i := 0; i < len(samples); i += step {
			values = append(values, samples[i].features[f])
		}
		slices.Sort(values)
		for k := 1; k < bins; k++ {
			v := values[k*(len(values)-1)/bins]
			if n := len(b.limits[f]); n == 0 || v > b.limits[f][n-1] {
				b.limits[f] = append(b.limits[f], v)
			}
		}
	}
	b.binned = make([]uint8, len(samples)*typo.Features)
	for i := range samples {
		row := b.binned[i*typo.Features:]
		for f, v := range samples[i].features {
			at, _ := slices.BinarySearch(b.limits[f], v)
			row[f] = uint8(at)
		}
	}
}

type histogram [typo.Features][bins][2]float64

func (b *booster) histogram(h *histogram, rows []int32) {
	*h = histogram{}
	for _, i := range rows {
		g, s := b.grad[i], b.hess[i]
		row := b.binned[int(i)*typo.Features : int(i+1)*typo.Features]
		for f, k := range row {
			x := &h[f][k&(bins-1)]
			x[0] += g
			x[1] += s
		}
	}
}

// Samples whose probability is as near to the truth as sure are clear already.
const (
	sure     = 0.05
	sureOnes = 4
)

// value returns the value of a tree for a row.
func (t *tree) value(row []uint8) float64 {
	i := 0
	for t.nodes[i].feature >= 0 {
		n := &t.nodes[i]
		i = n.left
		if int(row[n.feature]) > n.bin {
			i++
		}
	}
	return t.nodes[i].value
}

// grow makes one tree of some rows, which it reorders.
func (b *booster) grow(rows []int32, opt boostOptions) tree {
	var t tree
	var split func(node int, rows []int32, h *histogram, depth int)
	split = func(node int, rows []int32, h *histogram, depth int) {
		f, k := -1, 0
		if depth > 0 {
			f, k = b.best(h, opt)
		}
		if f < 0 {
			g, s := 0.0, 0.0
			for _, i := range rows {
				g += b.grad[i]
				s += b.hess[i]
			}
			t.nodes[node].value = opt.rate * g / (s + 5)
			return
		}
		m := 0
		for j, i := range rows {
			if int(b.binned[int(i)*typo.Features+f]) <= k {
				rows[j], rows[m] = rows[m], rows[j]
				m++
			}
		}
		left := len(t.nodes)
		t.nodes = append(t.nodes, treeNode{feature: -1}, treeNode{feature: -1})
		t.nodes[node] = treeNode{feature: f, bin: k, threshold: b.limits[f][k], left: left}
		var other histogram
		small, large := rows[:m], rows[m:]
		if m > len(rows)/2 {
			small, large = large, small
		}
		if depth > 1 {
			b.histogram(&other, small)
			for f := range h {
				for k := range h[f] {
					h[f][k][0] -= other[f][k][0]
					h[f][k][1] -= other[f][k][1]
				}
			}
		}
		if m > len(rows)/2 {
			split(left, large, h, depth-1)
			split(left+1, small, &other, depth-1)
		} else {
			split(left, small, &other, depth-1)
			split(left+1, large, h, depth-1)
		}
	}
	t.nodes = []treeNode{{feature: -1}}
	var h histogram
	b.histogram(&h, rows)
	split(0, rows, &h, opt.depth)
	return t
}

// best returns the feature and bin whose split gains most, or -1.
func (b *booster) best(h *histogram, opt boostOptions) (feature, bin int) {
	feature = -1
	most := 1.0
	total, weight := 0.0, 0.0
	for k := range h[0] {
		total += h[0][k][0]
		weight += h[0][k][1]
	}
	for f := range h {
		g, s := 0.0, 0.0
		for k := range b.limits[f] {
			g += h[f][k][0]
			s += h[f][k][1]
			if s < opt.least || weight-s < opt.least {
				continue
			}
			r := total - g
			if gain := g*g/(s+5) + r*r/(weight-s+5) - total*total/(weight+5); gain > most {
				most, feature, bin = gain, f, k
			}
		}
	}
	return feature, bin
}

// pack returns the section of the trees.
func (b *booster) pack() []byte {
	const unit = 1024
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(b.trees)))
	head = binary.LittleEndian.AppendUint32(head, uint32(int32(math.Round(b.base*unit))))
	var nodes []byte
	for _, t := range b.trees {
		head = binary.LittleEndian.AppendUint32(head, uint32(len(nodes)/8))
		for i, n := range t.nodes {
			x, feature, step := n.threshold, byte(n.feature), n.left-i
			if n.feature < 0 {
				x, feature, step = int32(math.Round(n.value*unit)), 0xff, 0
			}
			nodes = append(nodes, feature, 0, byte(step), byte(step>>8))
			nodes = binary.LittleEndian.AppendUint32(nodes, uint32(x))
		}
	}
	return append(head, nodes...)
}
