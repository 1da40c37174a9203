package batch

import (
	"cmp"
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"proofcheck/store"
)

// A sample of n records is made of those whose hashes are the smallest: it is random, needs no
// number of records in advance, and is the same again when the run is resumed.

// sample is what was chosen of one source.
type sample struct{ keys map[string]bool }

// has reports whether a record is in the sample; none is in nil.
func (s *sample) has(key string) bool { return s != nil && s.keys[shortKey(key)] }

// drawn is a record that may be in the sample.
type drawn struct {
	hash        uint64
	source, key string
}

// largest is a heap with the largest hash on top.
type largest []drawn

func (h largest) Len() int           { return len(h) }
func (h largest) Less(i, k int) bool { return h[i].hash > h[k].hash }
func (h largest) Swap(i, k int)      { h[i], h[k] = h[k], h[i] }
func (h *largest) Push(x any)        { *h = append(*h, x.(drawn)) }
func (h *largest) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

// choose reads the keys of all sources and keeps a sample. The contents of files are not read.
func (r *running) choose(ctx context.Context) error {
	var best largest
	population := int64(0)
	for _, src := range r.Sources {
		cursor, began := "", time.Now()
		for {
			var failure error
			for rec, err := range src.Records(ctx, cursor) {
				if err != nil {
					failure = err
					break
				}
				cursor = rec.Cursor
				if !r.Filter.takes(rec) {
					continue
				}
				population++
				d := drawn{hash: sampleHash(src.Name, rec.Key), source: src.Name, key: shortKey(rec.Key)}
				if len(best) < r.Sample {
					heap.Push(&best, d)
				} else if d.hash < best[0].hash {
					best[0] = d
					heap.Fix(&best, 0)
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			var again *RetryError
			if !errors.As(failure, &again) || time.Since(began) > r.Patience {
				break // told when the source is read the second time
			}
			r.wait(ctx, again.Err, time.Second)
		}
	}
	r.sample = map[string]*sample{}
	r.population = population
	for _, d := range best {
		if r.sample[d.source] == nil {
			r.sample[d.source] = &sample{map[string]bool{}}
		}
		r.sample[d.source].keys[d.key] = true
	}
	return nil
}

func sampleHash(source, key string) uint64 {
	h := sha256.Sum256([]byte("sample\x00" + source + "\x00" + key))
	return binary.LittleEndian.Uint64(h[:])
}

// Estimate is what a sample says of all records. Intervals have 95 % confidence.
type Estimate struct {
	Population int64 // records that the sample was drawn from
	Documents  int64 // of the sample that were checked
	Characters int64

	// Rate is the error rate per 10,000 characters, weighted as in CY/T 266-2023. Its interval is
	// from a bootstrap of documents, since errors of one document go together.
	Rate, RateLow, RateHigh float64

	// Wrong is the share of documents with a finding that counts; its interval is Wilson's.
	Wrong, WrongLow, WrongHigh float64
}

// estimate computes what the sample says, from the store: parts of it may have been checked by another
// process or in another run.
func (r *running) estimate(ctx context.Context) (*Estimate, error) {
	var list []weighed
	for _, src := range r.Sources {
		s := r.sample[src.Name]
		if s == nil {
			continue
		}
		keys := make([]string, 0, len(s.keys))
		for k := range s.keys {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		known, err := r.Store.Known(ctx, src.Name, keys)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			if d := known[store.Clean(k)]; d != nil && d.Error == "" && d.Ruleset != 0 {
				list = append(list, weighed{d.Weighted, float64(d.Characters)})
			}
		}
	}
	e := estimateOf(list)
	e.Population = r.population
	return e, nil
}

// weighed is the errors and the characters of one document.
type weighed struct{ errors, characters float64 }

// bootstraps is how often a sample is drawn from the sample.
const bootstraps = 2000

func estimateOf(list []weighed) *Estimate {
	e := &Estimate{Documents: int64(len(list))}
	var errors, characters, wrong float64
	for _, w := range list {
		errors += w.errors
		characters += w.characters
		if w.errors > 0 {
			wrong++
		}
	}
	e.Characters = int64(characters)
	n := float64(len(list))
	if n == 0 || characters == 0 {
		return e
	}
	e.Rate = errors * 10000 / characters
	e.Wrong = wrong / n
	e.WrongLow, e.WrongHigh = wilson(wrong, n)
	random := rand.New(rand.NewPCG(1, uint64(len(list))))
	rates := make([]float64, bootstraps)
	for i := range rates {
		var es, cs float64
		for range list {
			w := &list[random.IntN(len(list))]
			es += w.errors
			cs += w.characters
		}
		if cs > 0 {
			rates[i] = es * 10000 / cs
		}
	}
	slices.SortFunc(rates, cmp.Compare[float64])
	e.RateLow, e.RateHigh = rates[bootstraps*25/1000], rates[bootstraps*975/1000-1]
	if errors == 0 {
		// Nothing was found, which the bootstrap takes for certain. Three errors are the most that
		// hide behind none with 95 %.
		e.RateHigh = 3 * 10000 / characters
	}
	return e
}

// wilson is the score interval of a share (Wilson 1927) with 95 % confidence.
func wilson(k, n float64) (low, high float64) {
	const z = 1.959963984540054
	p := k / n
	middle := p + z*z/(2*n)
	width := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, (middle-width)/(1+z*z/n)), min(1, (middle+width)/(1+z*z/n))
}
