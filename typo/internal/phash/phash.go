// Package phash is a static table from 64-bit keys to small values that is read as it lies in a
// string: a perfect hash function of the hash-and-displace kind (Belazzougui, Botelho and
// Dietzfelbinger, 2009) over slots of three bytes that hold a value of up to 16 bits and, in the
// bits that it leaves, a fingerprint of the key. It needs about 28 bits a key. A key that was never
// put in is taken for another once in as many times as there are fingerprints: 65,000 with values
// of 8 bits, 8,000 with values of 11, 256 with values of 16.
package phash

import (
	"errors"
	"math/bits"
)

// Table is read-only and safe for many goroutines. The zero Table is empty.
type Table struct {
	pilots, slots   string
	buckets, places uint64
	bits            uint // of a value
}

const (
	header   = 24 // three 8-byte numbers: buckets, places and bits of a value
	slotSize = 3
	mostBits = 16
)

// Open reads a table that Build made; the bytes are used in place.
func Open(data string) (Table, error) {
	if len(data) < header {
		return Table{}, errors.New("perfect hash table is cut off")
	}
	t := Table{buckets: number(data), places: number(data[8:]), bits: uint(data[16])}
	const most = 1 << 28
	if t.buckets == 0 || t.places == 0 || t.buckets > most || t.places > most || number(data[16:]) > mostBits ||
		uint64(len(data)) != header+2*t.buckets+slotSize*t.places {
		return Table{}, errors.New("perfect hash table has the wrong size")
	}
	t.pilots = data[header : header+2*t.buckets]
	t.slots = data[header+2*t.buckets:]
	return t, nil
}

// Find returns the value of a key.
func (t *Table) Find(key uint64) (uint16, bool) {
	_, v, ok := t.Place(key)
	return v, ok
}

// Place returns the place of the key too, a number below Len that no other key has.
func (t *Table) Place(key uint64) (place uint32, value uint16, ok bool) {
	if t.places == 0 {
		return 0, 0, false
	}
	h := mix(key)
	b := 2 * reduce(h, t.buckets)
	p := t.pilots[b : b+2]
	i := displace(h, uint16(p[0])|uint16(p[1])<<8, t.places)
	s := t.slots[slotSize*i : slotSize*i+slotSize]
	x := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16
	if x>>t.bits != fingerprint(h, t.bits) {
		return 0, 0, false
	}
	return uint32(i), uint16(x & (1<<t.bits - 1)), true
}

// FindAll looks up many keys at once, and is quicker than Find for each since no look-up waits for the
// memory of another: values, which must be as long as keys, gets the value of each key, or -1.
func (t *Table) FindAll(keys []uint64, values []int32) {
	if t.places == 0 {
		for i := range values {
			values[i] = -1
		}
		return
	}
	values = values[:len(keys)]
	for i, key := range keys {
		h := mix(key)
		b := 2 * reduce(h, t.buckets)
		p := t.pilots[b : b+2]
		at := slotSize * displace(h, uint16(p[0])|uint16(p[1])<<8, t.places)
		s := t.slots[at : at+slotSize]
		x := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16
		v := int32(x & (1<<t.bits - 1))
		if x>>t.bits != fingerprint(h, t.bits) {
			v = -1
		}
		values[i] = v
	}
}

// Len returns the number of places.
func (t *Table) Len() int { return int(t.places) }

func number(s string) (v uint64) {
	for i := range 8 {
		v |= uint64(s[i]) << (8 * i)
	}
	return v
}

func mix(x uint64) uint64 {
	x ^= x >> 31
	x *= 0x9fb21c651e98df25
	x ^= x >> 28
	x *= 0xd6e8feb86659fd93
	return x ^ x>>32
}

// reduce maps the high bits of h evenly to [0, n).
func reduce(h, n uint64) uint64 {
	hi, _ := bits.Mul64(h, n)
	return hi
}

func displace(h uint64, pilot uint16, n uint64) uint64 {
	return reduce((h^(uint64(pilot)+1)*0x9e3779b97f4a7c15)*0xc2b2ae3d27d4eb4f, n)
}

// fingerprint is never zero, so that an empty slot matches nothing.
func fingerprint(h uint64, bits uint) uint32 {
	if f := uint32(h) & (1<<(8*slotSize-bits) - 1); f != 0 {
		return f
	}
	return 1
}
