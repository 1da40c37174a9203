package automaton

import (
	"fmt"
	"slices"
)

const (
	maxSlots = 1 << 30   // a base must leave room for the flags
	taken    = 1<<32 - 1 // in packer.next: the slot is not free
	patience = 1 << 8    // free slots tried in vain before the search moves on for good
)

// A doubleArray is a trie laid out in slots; see node.
type doubleArray struct {
	nodes []uint64 // without flags; long enough that base+code is always inside
	slots []uint32 // of each node of the trie
	used  int      // slots from here on are free
}

// A packer looks for bases whose slots are free. The free slots are a circular
// list, ascending, with slot 0, the root, at its head.
type packer struct {
	next, prev []uint32
	cursor     uint32 // head, or a free slot: everything up to it is taken to be too crowded
}

// pack lays out the trie. The children of the root have their codes as slots, so the
// slots below count are theirs.
func pack(t *trie, count int) (*doubleArray, error) {
	d := &doubleArray{slots: make([]uint32, len(t.labels)), used: count}
	bases := make([]uint32, len(t.labels))
	p := newPacker(count, count+len(t.labels)+len(t.labels)/16)
	for n := t.children[0]; n < t.children[1]; n++ {
		d.slots[n] = uint32(t.labels[n])
	}
	last := 0 // number of children for which the cursor was set back
	for _, n := range t.parents() {
		labels := t.labels[t.children[n]:t.children[n+1]]
		if len(labels) == 1 || 2*len(labels) <= last || last == 0 {
			p.cursor, last = 0, len(labels)
		}
		base := p.find(labels)
		if base >= maxSlots {
			return nil, fmt.Errorf("automaton: %d words need more than %d slots", len(t.order), maxSlots)
		}
		bases[n] = base
		for i, label := range labels {
			slot := base + uint32(label)
			p.take(slot)
			d.slots[t.children[n]+uint32(i)] = slot
			d.used = max(d.used, int(slot)+1)
		}
	}
	size := max(int(slices.Max(bases))+count, d.used)
	d.nodes = make([]uint64, size)
	for i := count; i < size; i++ {
		d.nodes[i] = freeCheck
	}
	d.nodes[0] = freeCheck
	for n := range t.labels {
		slot := d.slots[n]
		d.nodes[slot] |= uint64(bases[n]) << 32
		for child := t.children[n]; child < t.children[n+1]; child++ {
			d.nodes[d.slots[child]] = uint64(slot)
		}
	}
	return d, nil
}

// parents returns the nodes that have children, other than the root, those with
// the most first: they are the hardest to place, and the busiest, and so lie close together.
func (t *trie) parents() []uint32 {
	var byCount [][]uint32
	for n := 1; n < len(t.labels); n++ {
		k := int(t.children[n+1] - t.children[n])
		for len(byCount) <= k {
			byCount = append(byCount, nil)
		}
		if k > 0 {
			byCount[k] = append(byCount[k], uint32(n))
		}
	}
	slices.Reverse(byCount)
	return slices.Concat(byCount...)
}

func newPacker(first, size int) *packer {
	p := &packer{next: []uint32{0}, prev: []uint32{0}}
	for range first - 1 {
		p.next, p.prev = append(p.next, taken), append(p.prev, taken)
	}
	p.grow(size)
	return p
}

// grow appends free slots until there are size of them or more.
func (p *packer) grow(size int) {
	for i := len(p.next); i < size; i++ {
		last := p.prev[0]
		p.next[last] = uint32(i)
		p.next, p.prev = append(p.next, 0), append(p.prev, last)
		p.prev[0] = uint32(i)
	}
}

func (p *packer) take(slot uint32) {
	if slot == p.cursor {
		p.cursor = p.prev[slot]
	}
	p.next[p.prev[slot]] = p.next[slot]
	p.prev[p.next[slot]] = p.prev[slot]
	p.next[slot] = taken
}

// find returns a base for which the slots of all labels are free.
func (p *packer) find(labels []uint16) uint32 {
	first, last := uint32(labels[0]), uint32(labels[len(labels)-1])
	slot := p.cursor
	for tries := 1; ; tries++ {
		if p.next[slot] == 0 {
			p.grow(len(p.next) + len(p.next)/8 + 1)
		}
		slot = p.next[slot]
		base := slot - first // slots start behind the codes, so base is not 0
		if need := int(base+last) + 1; need > len(p.next) {
			p.grow(need + len(p.next)/8)
		}
		if p.fits(base, labels[1:]) {
			return base
		}
		if tries%patience == 0 {
			p.cursor = slot
		}
	}
}

func (p *packer) fits(base uint32, labels []uint16) bool {
	for _, label := range labels {
		if p.next[base+uint32(label)] == taken {
			return false
		}
	}
	return true
}
