package main

import (
	"proofcheck/typo"
)

type counts struct {
	key   []uint64
	count []uint32
}

// sortKeys sorts by digits of eleven bits.
func sortKeys(a []uint64) []uint64 {
	b := make([]uint64, len(a))
	most := uint64(0)
	for _, x := range a {
		most |= x
	}
	for shift := uint(0); shift < 64 && most>>shift != 0; shift += 11 {
		var begin [2049]int
		for _, x := range a {
			begin[x>>shift&2047+1]++
		}
		for i := range 2048 {
			begin[i+1] += begin[i]
		}
		for _, x := range a {
			d := x >> shift & 2047
			b[begin[d]] = x
			begin[d]++
		}
		a, b = b, a
	}
	return a
}

func tally(a []uint64) counts {
	var c counts
	a = sortKeys(a)
	for i := 0; i < len(a); {
		j := i
		for j < len(a) && a[j] == a[i] {
			j++
		}
		c.key = append(c.key, a[i])
		c.count = append(c.count, uint32(j-i))
		i = j
	}
	return c
}

func countGrams(stream []uint16, n int) counts {
	keys := make([]uint64, 0, len(stream))
next:
	for i := 0; i+n <= len(stream); i++ {
		key := uint64(0)
		for j, t := range stream[i : i+n] {
			if t == 0 && j > 0 && j < n-1 {
				continue next
			}
			key = key*typo.Radix + uint64(t)
		}
		keys = append(keys, key)
	}
	return tally(keys)
}

// continuations counts before how many different tokens an n-gram was seen; n-grams at the
// beginning of a sentence keep their own counts.
func continuations(raw, longer counts, n int) counts {
	suffixes := make([]uint64, len(longer.key))
	for i, k := range longer.key {
		suffixes[i] = k % radixPower[n]
	}
	u := tally(suffixes)
	out := counts{raw.key, make([]uint32, len(raw.key))}
	j := 0
	for i, k := range raw.key {
		for j < len(u.key) && u.key[j] < k {
			j++
		}
		if j < len(u.key) && u.key[j] == k {
			out.count[i] = u.count[j]
		}
		if k/radixPower[n-1] == 0 || out.count[i] == 0 {
			out.count[i] = raw.count[i]
		}
	}
	return out
}
