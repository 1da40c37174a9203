package typo

import "slices"

// surroundings fills the features that tell what kind of text stands about a candidate, and whether the same is written
// elsewhere in it.
func (d *Detector) surroundings(c *candidate) {
	m, f := d.m, &d.feature
	i, end := c.start, c.start+c.n
	left, right := d.ids[i-1], d.ids[min(end, len(d.ids)-1)]
	// Names and text of another kind are strange all over.
	const near = 12
	f[51], f[52] = 0, 0
	for j := max(1, i-near); j < min(len(d.ids), end+near); j++ {
		if j >= i && j < end+order-1 {
			continue
		}
		if d.cost[j] >= strangeGate {
			f[51]++
		}
		if d.reading[j].known == 1 {
			f[52]++
		}
	}
	f[53] = int32(m.tie(left, d.ids[i])*(Partners+1) + m.tie(d.ids[end-1], right))
	f[54] = int32(m.tie(left, c.with[0])*(Partners+1) + m.tie(c.with[c.m-1], right))
	f[55], f[56] = m.alone(left), m.alone(right)
	f[57], f[58] = d.elsewhere(c, d.ids[i:end]), d.elsewhere(c, c.with[:c.m])
}

// elsewhere returns how often words stand near a candidate, but not at its place, with the same neighbour on one side at
// least.
func (d *Detector) elsewhere(c *candidate, words []token) int32 {
	const far = 120 // tokens
	n, end := len(words), c.start+c.n
	left, right := d.ids[c.start-1], d.ids[min(end, len(d.ids)-1)]
	times := int32(0)
	for j := max(1, c.start-far); j+n < min(len(d.ids), end+far); j++ {
		if d.ids[j] != words[0] || j >= c.start-1 && j <= end || !slices.Equal(d.ids[j:j+n], words) {
			continue
		}
		if left >= hanFirst && d.ids[j-1] == left || right >= hanFirst && d.ids[j+n] == right {
			times++
		}
	}
	return times
}
