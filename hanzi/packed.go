package hanzi

// The tables are little-endian arrays inside strings. Reads go through the functions here,
// which the compiler turns into one bounds-checked load each.

func get16(s string, i int) uint16 {
	s = s[2*i : 2*i+2]
	return uint16(s[0]) | uint16(s[1])<<8
}

func get24(s string, i int) uint32 {
	s = s[3*i : 3*i+3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16
}

// find24 searches an ascending array of 3-byte numbers.
func find24(s string, v uint32) (int, bool) {
	lo, hi := 0, len(s)/3
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch x := get24(s, mid); {
		case x == v:
			return mid, true
		case x < v:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false
}

// sparse reads a table of few lists: the number of lists (3 bytes), the ascending places
// that have one (3 bytes each), where each list ends (3 bytes each), and the lists as UTF-8.
func sparse(s string, p int) string {
	if p < 0 {
		return ""
	}
	n := int(get24(s, 0))
	keys, ends, pool := s[3:3+3*n], s[3+3*n:3+6*n], s[3+6*n:]
	i, ok := find24(keys, uint32(p))
	if !ok {
		return ""
	}
	return pool[before(ends, i):get24(ends, i)]
}

// dense reads a table of many lists: the number of rows (3 bytes), where each row's list
// ends (3 bytes each), and the lists as UTF-8.
func dense(s string, p int) string {
	n := int(get24(s, 0))
	if uint(p) >= uint(n) {
		return ""
	}
	ends, pool := s[3:3+3*n], s[3+3*n:]
	return pool[before(ends, p):get24(ends, p)]
}

func before(ends string, i int) uint32 {
	if i == 0 {
		return 0
	}
	return get24(ends, i-1)
}
