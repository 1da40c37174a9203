package typo

// Features is the number of numbers that the scorer sees of a candidate.
const Features = 59

// Bits of a token's flags.
const (
	Surname    = 1
	classShift = 1
	classMask  = 7 // the particles 的地得, the pronouns 他她它, and other pairs that grammar decides
	Foreign    = 16
	Fixed      = 32 // stands for a party or a number; never a slip
)

// describe fills d.feature for a candidate.
func (d *Detector) describe(c *candidate) {
	m, f := d.m, &d.feature
	i, n := c.start, c.n
	end := min(i+n+order-1, len(d.ids))
	was := d.ids[i : i+n]

	old, worst := int32(0), int32(0)
	for _, p := range d.cost[i:end] {
		old += p
		worst = max(worst, p)
	}
	f[3], f[5], f[6], f[7] = worst, d.cost[i], min(c.margin, 20*Nat), c.worth
	f[8], f[9] = m.coverage(d.ids, i)
	f[12], f[13] = m.cover(d.ids, i, 1)
	lo, hi := around(d.ids, i, n)
	var words lattice
	m.segment(d.ids[lo:hi], &words)
	f[16], f[18], f[27] = int32(words.length[i-lo]), words.single, words.cost/int32(hi-lo)
	f[36] = int32(i - lo - int(words.first[i-lo]))
	f[45], f[46] = 0, 0
	if first := int(words.first[i-lo]); first > 0 {
		f[45] = int32(words.length[first-1])
	}
	if k := i + n - lo; k < hi-lo {
		f[46] = int32(words.length[k])
	}
	before := words.cost

	f[0] = d.rewrite(c, -missing)
	at := i - max(0, i-reach)
	f[1], f[2] = old/int32(end-i), (old-f[0])/int32(len(d.altCost))
	worst = 0
	for _, p := range d.altCost {
		worst = max(worst, p)
	}
	f[4], f[38] = worst, d.cost[i]-d.altCost[0]
	f[39] = f[0] - f[38]
	f[10], f[11] = m.coverage(d.alt, at)
	f[14], f[15] = m.cover(d.alt, at, c.m)
	lo, hi = around(d.alt, at, c.m)
	m.segment(d.alt[lo:hi], &words)
	f[17], f[19], f[28] = int32(words.length[at-lo]), words.single, words.cost/int32(hi-lo)
	f[26] = before - words.cost
	f[34] = f[0] + f[26]
	// What the tokens at the place and behind it cost less than alone.
	f[42], f[43] = m.alone(d.alt[at])-d.altCost[0], m.alone(d.ids[i])-d.cost[i]
	f[44] = 0
	if len(d.altCost) > c.m {
		f[44] = m.alone(d.alt[at+c.m]) - d.altCost[c.m]
	}
	f[47] = mean(d.cost[max(0, i-40):min(len(d.cost), i+40)])
	f[48] = int32(c.m)

	f[49], f[50] = 0, 0
	if n == 1 && c.m == 1 {
		if odds, ok := m.choice(d.ids, i, c.with[0]); ok {
			f[49], f[50] = odds, 1
		}
	}

	f[20], f[21] = m.alone(was[0]), m.alone(c.with[0])
	f[22], f[23] = int32(c.kind&(SameTone|SameSound|NearSound)), int32(c.kind&(Shape|ShapeTwice))
	f[24], f[25], f[35] = int32(c.kind&(Known|Word|Swap|Long|Missing|Doubled|Key|Letter)), c.changed, int32(n)
	f[29] = 0
	if a, b := m.class(was[0]), m.class(c.with[0]); a != 0 && a == b {
		f[29] = a
	}
	f[30] = 0
	for k := 0; k <= 2 && i-k > 0; k++ {
		if m.flags[d.ids[i-k]]&Surname != 0 {
			f[30] = int32(k) + 1
			break
		}
	}
	f[31] = mean(d.cost[max(0, i-6):i])
	f[32] = mean(d.cost[end:min(end+5, len(d.cost))])
	f[33], f[37] = 0, 0
	for _, t := range d.ids[max(0, i-2):min(i+n+2, len(d.ids))] {
		if t < hanFirst {
			f[33]++
		}
		if m.flags[t]&Foreign != 0 {
			f[37]++
		}
	}
	f[40], f[41] = d.cost[min(i+n, len(d.cost)-1)], d.cost[max(i-1, 0)]
	d.surroundings(c)
}

func (m *Model) class(t token) int32 { return int32(m.flags[t] >> classShift & classMask) }

// alone returns the cost of a token without its context.
func (m *Model) alone(t token) int32 { return int32(m.uni[2*int(t)]) * pStep }

func mean(p []int32) int32 {
	if len(p) == 0 {
		return 0
	}
	sum := int32(0)
	for _, x := range p {
		sum += x
	}
	return sum / int32(len(p))
}

// around returns the stretch of tokens that the words about a candidate are looked for in: it
// ends at marks and fits a lattice.
func around(ids []token, i, n int) (lo, hi int) {
	const reach = (window - maxReplaced) / 2
	lo, hi = i, i+n
	for lo > 0 && i-lo < reach && ids[lo-1] >= hanFirst {
		lo--
	}
	for hi < len(ids) && hi-i-n < reach && ids[hi] >= hanFirst {
		hi++
	}
	return lo, hi
}

// coverage returns the order of the longest known n-gram over the token at i, and how many are known.
func (m *Model) coverage(ids []token, i int) (longest, count int32) {
	longest = 1
	for k := 2; k <= order; k++ {
		any := false
		for start := max(0, i-k+1); start <= i; start++ {
			if m.hasGram(ids, start, k) {
				any = true
				count++
			}
		}
		if !any {
			break
		}
		longest = int32(k)
	}
	return longest, count
}
