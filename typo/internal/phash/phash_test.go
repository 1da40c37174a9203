package phash

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	keys := make([]uint64, 50_000)
	values := make([]uint16, len(keys))
	for i := range keys {
		keys[i], values[i] = uint64(i)*7100+3, uint16(rng.Uint32N(1<<11))
	}
	data, err := Build(keys, values, 11)
	if err != nil {
		t.Fatal(err)
	}
	table, err := Open(string(data))
	if err != nil {
		t.Fatal(err)
	}
	seen := make([]bool, table.Len())
	for i, k := range keys {
		p, v, ok := table.Place(k)
		if !ok || v != values[i] || seen[p] {
			t.Fatalf("key %d: place %d, value %d, %v; want value %d at a place of its own", k, p, v, ok, values[i])
		}
		seen[p] = true
	}
	mixed := append([]uint64{1, 2, 4}, keys...)
	all := make([]int32, len(mixed))
	table.FindAll(mixed, all)
	for i, k := range mixed {
		v, ok := table.Find(k)
		if want := int32(v); ok && all[i] != want || !ok && all[i] != -1 {
			t.Fatalf("key %d: FindAll gives %d, Find %d, %v", k, all[i], v, ok)
		}
	}
	new(Table).FindAll(mixed[:1], all[:1])
	if all[0] != -1 {
		t.Error("an empty table has found a key")
	}
	wrong := 0
	for i := range uint64(100_000) {
		if _, ok := table.Find(i*7100 + 4); ok {
			wrong++
		}
	}
	if wrong > 60 { // one in 8,192 is to be expected
		t.Errorf("%d of 100,000 absent keys found", wrong)
	}

	slices.Reverse(keys)
	slices.Reverse(values)
	again, err := Build(keys, values, 11)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("another order of the same keys gives another table (%v)", err)
	}
	if _, err := Open(string(data[:len(data)-1])); err == nil {
		t.Error("a table that is cut off was opened")
	}
	if _, err := Build([]uint64{1, 1}, []uint16{0, 0}, 1); err == nil {
		t.Error("a key given twice was accepted")
	}
}

func FuzzOpen(f *testing.F) {
	data, _ := Build([]uint64{1, 2, 3}, []uint16{1, 2, 3}, 2)
	f.Add(string(data), uint64(2))
	f.Fuzz(func(t *testing.T, data string, key uint64) {
		table, err := Open(data)
		if err != nil {
			return
		}
		if p, _, ok := table.Place(key); ok && int(p) >= table.Len() {
			t.Errorf("place %d of %d", p, table.Len())
		}
	})
}
