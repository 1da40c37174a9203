package phash

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Build makes a table of distinct keys and their values, which have up to so many bits. The result
// depends on the set of pairs alone, not on their order.
func Build(keys []uint64, values []uint16, bits uint) ([]byte, error) {
	const (
		perBucket = 5
		load      = 0.97
	)
	buckets := uint64(len(keys)/perBucket + 1)
	places := uint64(float64(len(keys))/load) + 1

	if bits > mostBits {
		return nil, errors.New("phash: values are too long")
	}

	// Keys in order of their hash lie bucket by bucket.
	order := make([]hashed, len(keys))
	for i, k := range keys {
		order[i] = hashed{mix(k), values[i]}
	}
	slices.SortFunc(order, func(a, b hashed) int {
		if a.hash < b.hash {
			return -1
		}
		if a.hash > b.hash {
			return 1
		}
		return 0
	})
	type bucket struct{ from, to int }
	bySize := make([][]bucket, 1)
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && reduce(order[j].hash, buckets) == reduce(order[i].hash, buckets) {
			if order[j].hash == order[j-1].hash {
				return nil, errors.New("phash: the same key twice")
			}
			j++
		}
		for len(bySize) <= j-i {
			bySize = append(bySize, nil)
		}
		bySize[j-i] = append(bySize[j-i], bucket{i, j})
		i = j
	}

	out := make([]byte, header+2*buckets+slotSize*places)
	binary.LittleEndian.PutUint64(out, buckets)
	binary.LittleEndian.PutUint64(out[8:], places)
	binary.LittleEndian.PutUint64(out[16:], uint64(bits))
	pilots, slots := out[header:header+2*buckets], out[header+2*buckets:]
	taken := make([]bool, places)
	var at []uint64
	for size := len(bySize) - 1; size > 0; size-- {
		for _, b := range bySize[size] {
			pilot, ok := place(order[b.from:b.to], taken, &at)
			if !ok {
				return nil, errors.New("phash: no displacement found")
			}
			binary.LittleEndian.PutUint16(pilots[2*reduce(order[b.from].hash, buckets):], pilot)
			for n, k := range order[b.from:b.to] {
				x := fingerprint(k.hash, bits)<<bits | uint32(k.value)&(1<<bits-1)
				copy(slots[slotSize*at[n]:], []byte{byte(x), byte(x >> 8), byte(x >> 16)})
			}
		}
	}
	return out, nil
}

type hashed struct {
	hash  uint64
	value uint16
}

// place finds the first pilot under which all keys of a bucket fall on free places, and takes them.
func place(keys []hashed, taken []bool, at *[]uint64) (uint16, bool) {
next:
	for pilot := range 1 << 16 {
		*at = (*at)[:0]
		for _, k := range keys {
			p := displace(k.hash, uint16(pilot), uint64(len(taken)))
			if taken[p] {
				for _, q := range *at {
					taken[q] = false
				}
				continue next
			}
			taken[p] = true
			*at = append(*at, p)
		}
		return uint16(pilot), true
	}
	return 0, false
}
