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
	var (
		pages = (*[pagesLow]uint16)(a.alphabet.pages)
		codes = a.alphabet.codes
		nodes = a.nodes
		count = uint32(a.alphabet.count)
		skips = a.starts.bits != nil
		slot  = st.slot
		base  = st.base
		last  = st.last
		n     = 0
	)
	for i < len(text) && n < len(events) {
		if slot == 0 && skips && text[i] >= 0xE0 {
			if i = a.starts.next(text, i); i == len(text) {
				break
			}
		}
		var code uint32
		w := window(text, i)
		han := w&0xC0C0F0 == 0x8080E0
		if han {
			code = uint32(codes[uint32(pages[w&0xF<<6|w>>8&0x3F])<<6|w>>16&0x3F])
			i += 3
		} else {
			var size int
			code, size = a.alphabet.decode(text[i:])
			i += size
		}
		if code == codeSkip {
			st.hidden = i
			continue
		}
		for {
			if node := nodes[base&maskBase+code]; uint32(node) == slot {
				slot, base = base&maskBase+code, uint32(node>>32)
				break
			}
			if slot < count { // depth one, or the root
				slot, base = code, uint32(nodes[code]>>32)
				if skips && han && code != codeNone && i+5 <= len(text) && text[i] >= 0xE0 {
					slot, base, i = 0, 0, i-3 // let the pairs judge it
				}
				break
			}
			if base&flagDeep == 0 {
				slot = last
			} else {
				slot = uint32(a.links[slot])
			}
			base = uint32(nodes[slot] >> 32)
		}
		last = code
		if base&flagWords != 0 {
			events[n] = event{i, uint32(a.links[slot] >> 32), i-st.hidden >= a.reach}
			n++
		}
	}
	st.slot, st.base, st.last = slot, base, last
	return n, i
}

// window returns the four bytes of text from i on, fewer at the end.
func window(text string, i int) uint32 {
	if len(text)-i >= 4 {
		return le32(text[i:])
	}
	var w uint32
	for k := len(text) - 1; k >= i; k-- {
		w = w<<8 | uint32(text[k])
	}
	return w
}

// start returns where a match of the given size begins that ends at e.
func (a *Automaton) start(text string, e event, size uint32) int {
	if bytes := int(size & maskBytes); bytes != 0 && e.plain {
		return max(e.end-bytes, 0)
	}
	from, _ := a.back(text, e.end, int(size/sizeChar))
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
