package typo

// One deviant among many: where a document has written something several times, what differs from it in one
// character that sounds or looks alike, and was not written before, is likely a slip, be it a name or a term that no
// count knows. That is the other half of memory: there what recurs is trusted, here what does not.

// used counts the runs of three characters of a document, and what stands about each character of them. A counter holds
// the hash of its run above the count; of runs that fall together the one that came first and oftener stays.
type used struct {
	count []uint32 // made with the first text
	runs  int
}

const (
	usedBits = 14
	// From so many times on a run is what the document writes.
	leastUsed = 4
	// What costs less than this all together is said the usual way, and not counted.
	leastStrange = 18 * Nat
	// So many runs fill the counters; what comes later in a document is no longer counted.
	mostUsed = 1 << 12
	runSize  = 3
)

// place returns the counter of a run without its k-th token, of all of it if k is runSize; and the hash of that.
func (u *used) place(run []token, k int) (counter *uint32, hash uint32) {
	h := uint64(k + 1)
	for j, t := range run[:runSize] {
		if j != k {
			h = h*Radix + uint64(t)
		}
	}
	h *= 0x9e3779b97f4a7c15
	return &u.count[h>>(64-usedBits)], uint32(h>>16) << 8
}

// times returns how often what place means was counted.
func (u *used) times(run []token, k int) uint32 {
	counter, hash := u.place(run, k)
	if *counter&^0xff != hash {
		return 0
	}
	return *counter & 0xff
}

// note counts the unusual runs of a text.
func (u *used) note(ids []token, cost []int32) {
	for i := 0; i+runSize <= len(ids) && u.runs < mostUsed; i++ {
		run := ids[i : i+runSize]
		if cost[i]+cost[i+1]+cost[i+2] < leastStrange || run[0] < hanFirst || run[1] < hanFirst || run[2] < hanFirst {
			continue
		}
		if u.count == nil {
			u.count = make([]uint32, 1<<usedBits)
		}
		u.runs++
		for k := range runSize + 1 {
			switch counter, hash := u.place(run, k); {
			case *counter&^0xff != hash:
				if *counter&0xff <= 1 {
					*counter = hash | 1
				}
			case *counter&0xff < 0xff:
				*counter++
			}
		}
	}
}

// deviants adds the runs that differ in one character from one that the document has used before.
func (d *Detector) deviants(score int32) {
	if d.used.count == nil {
		return
	}
	var run [runSize]token
	for i := 1; i+runSize < len(d.ids); i++ {
		copy(run[:], d.ids[i:])
		if d.cost[i]+d.cost[i+1]+d.cost[i+2] < leastStrange || run[0] < hanFirst || run[1] < hanFirst || run[2] < hanFirst || int(d.at[i+2]-d.at[i]) != 6 {
			continue
		}
		for k, was := range run {
			if d.used.times(run[:], k) < leastUsed || d.used.times(run[:], runSize) > 0 ||
				d.m.flags[was]&(Fixed|classMask<<classShift) != 0 || d.m.hasGram(d.ids, i, runSize) || d.meant(i, k) {
				continue
			}
			list := d.m.confusionsOf(was)
			for j := range len(list) / confusionSz {
				t, kind := d.m.confusion(list, j)
				run[k] = t
				if d.used.times(run[:], runSize) >= leastUsed && !d.m.standsAlone(t) {
					c := candidate{start: i, n: runSize, m: runSize, kind: kind | Deviant, changed: 1, score: score}
					copy(c.with[:], run[:])
					d.found = append(d.found, c)
					break
				}
			}
			run[k] = was
		}
	}
}

// meant reports whether the k-th token of the run at i is a common word by itself or of a word that is known, or the
// two others are one: then it is no part of a name.
func (d *Detector) meant(i, k int) bool {
	if length, _ := d.m.cover(d.ids, i+k, 1); length > 1 || d.m.standsAlone(d.ids[i+k]) {
		return true
	}
	rest := d.ids[i : i+2]
	switch k {
	case 0:
		rest = d.ids[i+1 : i+3]
	case 1:
		return false
	}
	_, _, _, ok := d.m.word(rest)
	return ok
}

// standsAlone reports whether a character is a common word by itself.
func (m *Model) standsAlone(t token) bool {
	const common = 8 * Nat
	_, p, _, ok := m.word([]token{t})
	return ok && p < common
}
