package automaton

// A node is a slot of the double array: the slot of its parent (check) in the low
// half, the place of its children (base) in the high half. The child for code c is the
// slot base+c if the check of that slot is the parent. The root is slot 0
// with base 0, so the child of the root for code c is slot c, always.
const (
	flagWords = 1 << 31   // words end here
	flagDeep  = 1 << 30   // the failure slot is deeper than one character
	maskBase  = 1<<30 - 1 // the base itself; 0 when there are no children
	freeCheck = 1<<32 - 1 // check of the root and of free slots: no slot has this number
)

// scan reads text from i, writes the places where words end to events, and stops
// when events is full or the text ends. It returns the number of events and the place reached.
func (a *Automaton) scan(text string, i int, st *state, events []event) (int, int) {
	n := 0
	for i < len(text) && n < len(events) {
		code, size := a.alphabet.decode(text[i:])
		i += size
		if a.step(st, code) {
			events[n] = event{i, st.slot}
			n++
		}
	}
	return n, i
}

// step moves the state on by one character and reports whether words end there.
func (a *Automaton) step(st *state, code uint32) bool {
	if code == codeSkip {
		return false
	}
	slot, base := st.slot, st.base
	for {
		if node := a.nodes[base+code]; uint32(node) == slot {
			slot, base = base+code, uint32(node>>32)
			break
		}
		if slot < uint32(a.alphabet.count) { // depth one, or the root
			slot, base = code, uint32(a.nodes[code]>>32)
			break
		}
		slot = uint32(a.links[slot])
		base = uint32(a.nodes[slot]>>32) & maskBase
	}
	*st = state{slot, base & maskBase, code}
	return base&flagWords != 0
}

// start returns where a match of the given size begins that ends at end.
func (a *Automaton) start(text string, end int, size uint32) int {
	if size&sizeBytes != 0 {
		return max(end-int(size>>1), 0)
	}
	from, _ := a.back(text, end, int(size>>1))
	return from
}

// back goes back from end over a number of characters, invisible ones not counted. It
// returns the place reached and the characters that are missing, if text begins before.
func (a *Automaton) back(text string, end, chars int) (from, missing int) {
	for chars > 0 && end > 0 {
		from := end - 1
		for from > 0 && text[from]&0xC0 == 0x80 {
			from--
		}
		if !a.alphabet.skips {
			chars--
		} else if code, _ := a.alphabet.decode(text[from:end]); code != codeSkip {
			chars--
		}
		end = from
	}
	return end, chars
}

// chars returns the number of characters that lead to slot.
func (a *Automaton) chars(slot uint32) int {
	n := 0
	for ; slot != 0; slot = uint32(a.nodes[slot]) {
		n++
	}
	return n
}
