package automaton

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// validate proves what searches take for granted: that every number that is an index is
// inside its table, that parents and failure links lead towards the root, and that the
// chains of words end.
func (a *Automaton) validate() error {
	if err := a.alphabet.validate(); err != nil {
		return err
	}
	depths, err := a.validateNodes()
	if err != nil {
		return err
	}
	return a.validateWords(depths)
}

func (a *alphabet) validate() error {
	high := len(a.pages) - pagesHigh
	if high < 0 || high%pageSize != 0 || len(a.blocks) != blocks || len(a.codes) == 0 || len(a.codes)%pageSize != 0 {
		return errors.New("tables of characters of impossible length")
	}
	if a.count < codeFirst || a.count > maxCodes {
		return fmt.Errorf("%d character codes", a.count)
	}
	for _, page := range a.pages {
		if int(page) >= len(a.codes)/pageSize {
			return fmt.Errorf("no page %d of characters", page)
		}
	}
	for _, block := range a.blocks {
		if int(block) > high/pageSize {
			return fmt.Errorf("no block %d of characters", block)
		}
	}
	for _, code := range a.codes {
		if int(code) >= a.count {
			return fmt.Errorf("no character code %d", code)
		}
		a.skips = a.skips || code == codeSkip
	}
	return nil
}

// validateNodes returns the depth of each slot that has a link, 0 for the root and free slots.
func (a *Automaton) validateNodes() (depths []uint32, err error) {
	used, count := uint32(len(a.links)), uint32(a.alphabet.count)
	if used < count || len(a.nodes) < len(a.links) || len(a.nodes) > maxSlots+maxCodes {
		return nil, errors.New("tables of nodes of impossible length")
	}
	if a.nodes[0] != freeCheck || a.links[0] != 0 {
		return nil, errors.New("the root is not what it must be")
	}
	depths = make([]uint32, used)
	for slot := uint32(1); slot < uint32(len(a.nodes)); slot++ {
		node := a.nodes[slot]
		parent, base := uint32(node), uint32(node>>32)&maskBase
		switch {
		case slot < count && parent == 0:
			depths[slot] = 1
		case slot >= count && node == freeCheck:
			if slot < used && a.links[slot] != 0 {
				return nil, fmt.Errorf("free slot %d has links", slot)
			}
		case slot < count || slot >= used || parent == 0 || parent >= used || a.nodes[parent] == freeCheck:
			return nil, fmt.Errorf("slot %d has the impossible parent %d", slot, parent)
		default:
			if code := slot - uint32(a.nodes[parent]>>32)&maskBase; code < codeFirst || code >= count {
				return nil, fmt.Errorf("slot %d is no child of slot %d", slot, parent)
			}
		}
		if uint64(base)+uint64(count) > uint64(len(a.nodes)) {
			return nil, fmt.Errorf("slot %d has children outside of the table", slot)
		}
	}
	deepest := uint32(0)
	for slot := uint32(1); slot < used; slot++ {
		if a.nodes[slot] != freeCheck {
			if !a.climb(depths, slot) {
				return nil, fmt.Errorf("slot %d descends from itself", slot)
			}
			deepest = max(deepest, depths[slot])
		}
	}
	if len(a.words) > 0 && int(deepest) != a.depth || len(a.words) == 0 && a.depth != 0 {
		return nil, fmt.Errorf("%d characters in the longest word, not %d", deepest, a.depth)
	}
	return depths, a.validateLinks(depths)
}

// climb fills in the depths of slot and of those above it. It reports false if they are a ring.
func (a *Automaton) climb(depths []uint32, slot uint32) bool {
	const underway = 1<<32 - 1
	steps := uint32(0)
	top := slot
	for ; depths[top] == 0; top = uint32(a.nodes[top]) {
		depths[top] = underway
		steps++
	}
	if depths[top] == underway {
		return false
	}
	for depth := depths[top] + steps; depths[slot] == underway; slot = uint32(a.nodes[slot]) {
		depths[slot] = depth
		depth--
	}
	return true
}

func (a *Automaton) validateLinks(depths []uint32) error {
	for slot, link := range a.links {
		node := a.nodes[slot]
		if node == freeCheck {
			continue
		}
		fail, first := uint32(link), uint32(link>>32)
		if fail != 0 && (int(fail) >= len(depths) || depths[fail] == 0 || depths[fail] >= depths[slot]) {
			return fmt.Errorf("slot %d fails to slot %d", slot, fail)
		}
		if deep := int(fail) >= a.alphabet.count; deep != (node>>32&flagDeep != 0) {
			return fmt.Errorf("slot %d has a wrong flag", slot)
		}
		if int(first) > len(a.words) || (first != 0) != (node>>32&flagWords != 0) {
			return fmt.Errorf("slot %d has no word %d", slot, first)
		}
	}
	return nil
}

// validateWords follows the words that end at each slot to those that end at its failure slot
// as well. No word ends at two slots.
func (a *Automaton) validateWords(depths []uint32) error {
	seen := make([]bool, len(a.words))
	total := 0
	for slot, link := range a.links {
		last := uint32(a.links[uint32(link)] >> 32)
		for w := uint32(link >> 32); w != last; total++ {
			if w == 0 || int(w) > len(a.words) || seen[w-1] {
				return fmt.Errorf("the words of slot %d do not end", slot)
			}
			seen[w-1] = true
			word := a.words[w-1]
			chars, bytes := uint32(word>>32)/sizeChar, uint32(word>>32)&maskBytes
			if chars != depths[slot] || bytes != 0 && (bytes < chars || bytes > utf8.UTFMax*chars) {
				return fmt.Errorf("word %d has the impossible length of %d characters, %d bytes", w-1, chars, bytes)
			}
			w = uint32(word)
		}
	}
	if total != len(a.words) {
		return fmt.Errorf("%d words, of which %d can be found", len(a.words), total)
	}
	return nil
}
