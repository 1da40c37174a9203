package main

// A gram is an n-gram that is kept: natural logarithms of its probability and back-off.
type gram struct {
	key        uint64 // number + 1; 0 is an empty slot
	p, backoff float32
	count      uint32
}

// A gramTable is a hash table with open addressing.
type gramTable struct {
	slots []gram
	n     int
}

func newGramTable(n int) *gramTable {
	size := 16
	for size*2/3 < n {
		size *= 2
	}
	return &gramTable{slots: make([]gram, size)}
}

func (t *gramTable) slot(number uint64) *gram {
	h := number * 0x9e3779b97f4a7c15
	for i := (h ^ h>>32) & uint64(len(t.slots)-1); ; i = (i + 1) & uint64(len(t.slots)-1) {
		if s := &t.slots[i]; s.key == number+1 || s.key == 0 {
			return s
		}
	}
}

func (t *gramTable) get(number uint64) *gram {
	if s := t.slot(number); s.key != 0 {
		return s
	}
	return nil
}

func (t *gramTable) put(number uint64, p float32, count uint32) {
	s := t.slot(number)
	if s.key == 0 {
		t.n++
	}
	*s = gram{key: number + 1, p: p, count: count}
}
