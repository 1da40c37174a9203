package ledger

import (
	"math"

	"proofcheck/store"
)

// Rate is the error rate (差错率) of documents: errors, weighted as CY/T 266-2023 does, relative to
// characters. The zero value is that of no documents.
type Rate struct {
	Documents  int64
	Characters float64
	Weighted   float64

	// Sums over documents, of which the spread is made: of squares of errors and of characters, and of
	// their products.
	ErrorSquares, CharacterSquares, Products float64
}

// Add adds a document.
func (r *Rate) Add(d *store.Document) {
	c, w := float64(d.Characters), d.Weighted
	r.Documents++
	r.Characters += c
	r.Weighted += w
	r.ErrorSquares += w * w
	r.CharacterSquares += c * c
	r.Products += w * c
}

// Merge adds the documents of another rate.
func (r *Rate) Merge(o *Rate) {
	r.Documents += o.Documents
	r.Characters += o.Characters
	r.Weighted += o.Weighted
	r.ErrorSquares += o.ErrorSquares
	r.CharacterSquares += o.CharacterSquares
	r.Products += o.Products
}

// Value returns the errors per 10,000 characters.
func (r *Rate) Value() float64 {
	if r.Characters == 0 {
		return 0
	}
	return r.Weighted / r.Characters * 10000
}

// Interval returns the bounds between which the rate of such texts lies with a probability of 95 %,
// per 10,000 characters, taking the documents for a sample of what the same authors write. Mistakes
// come in clusters, so the spread between documents decides (Cochran, Sampling Techniques, 6.3, for a
// ratio); with few errors the bounds are those of a Poisson variable (Byar's approximation), which
// are never below them.
func (r *Rate) Interval() (low, high float64) {
	if r.Characters == 0 {
		return 0, 0
	}
	const z = 1.959964
	scale := 10000 / r.Characters
	low, high = byar(r.Weighted, z)
	low, high = low*scale, high*scale
	if n := float64(r.Documents); n > 1 {
		q := r.Weighted / r.Characters
		spread := (r.ErrorSquares - 2*q*r.Products + q*q*r.CharacterSquares) * n / (n - 1)
		half := z * math.Sqrt(max(0, spread)) * scale
		low, high = min(low, max(0, r.Value()-half)), max(high, r.Value()+half)
	}
	return low, high
}

// byar returns bounds of the mean of a Poisson variable of which x was seen.
func byar(x, z float64) (low, high float64) {
	if x > 0 {
		low = x * math.Pow(max(0, 1-1/(9*x)-z/(3*math.Sqrt(x))), 3)
	}
	y := x + 1
	return low, y * math.Pow(1-1/(9*y)+z/(3*math.Sqrt(y)), 3)
}
