package main

import (
	"maps"
	"slices"
)

// The layouts are those that the accessors of package hanzi read.

func put16(b []byte, n int) []byte {
	if n < 0 || n > 0xFFFF {
		panic("gen: a number does not fit into two bytes")
	}
	return append(b, byte(n), byte(n>>8))
}

func put24(b []byte, n uint32) []byte { return append(b, byte(n), byte(n>>8), byte(n>>16)) }

// sparse packs a table of few lists by place.
func (g *generator) sparse(lists map[rune][]rune) []byte {
	byPlace := map[int]string{}
	for r, list := range lists {
		byPlace[g.row[r]] = string(list)
	}
	keys := slices.Sorted(maps.Keys(byPlace))
	out := put24(nil, uint32(len(keys)))
	var ends, pool []byte
	for _, k := range keys {
		out = put24(out, uint32(k))
		pool = append(pool, byPlace[k]...)
		ends = put24(ends, uint32(len(pool)))
	}
	return append(append(out, ends...), pool...)
}

// dense packs a table of many lists.
func dense(rows []string) []byte {
	for len(rows) > 0 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	out := put24(nil, uint32(len(rows)))
	var pool []byte
	for _, r := range rows {
		pool = append(pool, r...)
		out = put24(out, uint32(len(pool)))
	}
	return append(out, pool...)
}
