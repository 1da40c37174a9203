package hanzi

import _ "embed"

var (
	//go:embed tables/reading.bin
	readingTable string // 2 bytes a character: 0, a syllable, or manyReadings and a place in readingPool
	//go:embed tables/readings.bin
	readingPool string // lists of syllables, 2 bytes each, the last with lastReading
	//go:embed tables/syllable.bin
	syllableTable string // 8 bytes a syllable: its letters, padded with NUL
	//go:embed tables/blur.bin
	blurTable string // 2 bytes a syllable: the representative of its near-sound class
	//go:embed tables/near.bin
	nearTable string // dense lists of runes that are syllables
	//go:embed tables/sounding.bin
	soundingTable string // dense lists of characters by syllable
)

const (
	manyReadings = 0x8000
	lastReading  = 0x8000
)

// Syllable is a toneless syllable of pinyin, ü written as v. Zero is no syllable; the others
// are numbered from 1 to Syllables in alphabetical order.
type Syllable uint16

// Syllables returns the number of syllables.
func Syllables() int { return len(syllableTable)/8 - 1 }

// String returns the letters, "" for zero and for numbers that are no syllable.
func (s Syllable) String() string {
	i := int(s) * 8
	if i+8 > len(syllableTable) {
		return ""
	}
	n := 8
	for n > 0 && syllableTable[i+n-1] == 0 {
		n--
	}
	return syllableTable[i : i+n]
}

// ParseSyllable returns the syllable written in lower-case letters without tone.
func ParseSyllable(letters string) (Syllable, bool) {
	lo, hi := 1, len(syllableTable)/8
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch s := Syllable(mid).String(); {
		case s == letters:
			return Syllable(mid), true
		case s < letters:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0, false
}

// Blur returns one syllable that stands for all that are confused with s: z/zh, c/ch, s/sh,
// n/l/r, h/f, in/ing, en/eng, an/ang, ian/iang and uan/uang are taken for the same.
func (s Syllable) Blur() Syllable {
	if int(s) >= len(blurTable)/2 {
		return 0
	}
	return Syllable(get16(blurTable, int(s)))
}

// Near ranges over the syllables that differ from s by one of the confusions that Blur
// lists, in the initial, in the final, or in both.
func (s Syllable) Near(yield func(Syllable) bool) {
	for _, r := range dense(nearTable, int(s)) {
		if !yield(Syllable(r)) {
			return
		}
	}
}

// Sounding returns the characters with a Level that are read s, the most used first.
func (s Syllable) Sounding() string {
	return dense(soundingTable, int(s))
}

// Reading returns the most frequent reading of r, zero if none is known.
func Reading(r rune) Syllable {
	for s := range Readings(r) {
		return s
	}
	return 0
}

// Readings ranges over the readings of r, without tones, the most frequent first.
func Readings(r rune) func(yield func(Syllable) bool) {
	return func(yield func(Syllable) bool) {
		p := place(r)
		if p < 0 {
			return
		}
		v := get16(readingTable, p)
		if v == 0 {
			return
		}
		if v&manyReadings == 0 {
			yield(Syllable(v))
			return
		}
		for i := int(v &^ manyReadings); ; i++ {
			v := get16(readingPool, i)
			if !yield(Syllable(v&^lastReading)) || v&lastReading != 0 {
				return
			}
		}
	}
}

// SoundAlike reports whether two characters share a reading.
func SoundAlike(a, b rune) bool {
	for s := range Readings(a) {
		for t := range Readings(b) {
			if s == t {
				return true
			}
		}
	}
	return false
}

// SoundNear reports whether two characters have readings that are the same or confused with
// each other as Syllable.Blur says.
func SoundNear(a, b rune) bool {
	for s := range Readings(a) {
		for t := range Readings(b) {
			if s.Blur() == t.Blur() {
				return true
			}
		}
	}
	return false
}
