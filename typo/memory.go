package typo

// memory counts what has been suspected in the document, roughly: hashes that fall together
// share a counter. What is suspected again and again in the same company is a name or a term
// rather than a slip.
type memory struct {
	count [1 << 12]uint8
}

// A recurring suspect loses so much of its score for each time it came up before.
const (
	forRecurring  = 700 // of 1024
	mostRecurring = 4
)

// seen returns how often a candidate came up before with the same neighbour on either side, at
// most mostRecurring, and counts it.
func (r *memory) seen(ids []token, c *candidate) int32 {
	left, right := token(boundary), token(boundary)
	if c.start > 0 {
		left = ids[c.start-1]
	}
	if c.start+c.n < len(ids) {
		right = ids[c.start+c.n]
	}
	h := uint64(c.n)
	for k := range max(c.n, c.m) {
		h = h*Radix + uint64(c.with[k])
		if k < c.n {
			h = h*Radix + uint64(ids[c.start+k])
		}
	}
	before := max(r.add(h*31+uint64(left)), r.add(^(h*31 + uint64(right))))
	return int32(min(before, mostRecurring))
}

// add counts a key and returns its count before.
func (r *memory) add(key uint64) uint8 {
	x := &r.count[key*0x9e3779b97f4a7c15>>52]
	before := *x
	if before < 255 {
		*x = before + 1
	}
	return before
}
