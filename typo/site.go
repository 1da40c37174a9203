package typo

import (
	"cmp"
	"encoding/binary"
	"errors"
	"iter"
	"math/bits"
	"slices"
	"unicode/utf8"

	"proofcheck/typo/internal/phash"
)

// A Site is what the articles of one site have in common that other text has not: the runs of
// characters that its names, terms and usual phrases are made of. It is a file that Learner makes,
// used as it lies, and independent of the model. It is safe for many goroutines.
type Site struct {
	runs phash.Table // runs of characters; value: logarithm of how often they occur
}

const (
	siteMagic = "hanzi typo site 1\n\x00\x00\x00\x00\x00\x00"
	siteHead  = len(siteMagic) + 8
	// Runs have so many characters, boundaries among them.
	shortRun, longRun = 3, 4
	siteBits          = 5
)

// OpenSite reads a file that a Learner made. It reads all of it and compares its checksum.
func OpenSite(data string) (*Site, error) {
	if len(data) < siteHead || data[:len(siteMagic)] != siteMagic {
		return nil, errors.New("typo: not a model of a site; build it with proofcheck learn")
	}
	if get64(data, len(siteMagic)) != checksum(data[siteHead:]) {
		return nil, errors.New("typo: the model of the site is cut off or damaged; build it again with proofcheck learn")
	}
	runs, err := phash.Open(data[siteHead:])
	if err != nil {
		return nil, errors.New("typo: the model of the site is damaged; build it again with proofcheck learn")
	}
	return &Site{runs}, nil
}

// siteRun is the key of a run of characters.
func siteRun(run []rune) uint64 {
	h := uint64(len(run))
	for _, r := range run {
		h = (h ^ uint64(r)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

// siteChar is a character as runs have it: digits, letters and marks count as their kind.
func siteChar(m *Model, t token) rune {
	if t >= hanFirst {
		return m.char(t)
	}
	return rune(t)
}

// attested returns the logarithm, to base 2, of how often the rarest part of the text that a change
// of tokens touches occurs on the site, -1 if it does not: each of those tokens with neighbours on
// both sides.
func (s *Site) attested(m *Model, ids []token, start, n int) int {
	least := -1
	for i := start; i < start+max(n, 1); i++ {
		most := -1
		for size := shortRun; size <= longRun; size++ {
			for from := i - size + 1; from <= i; from++ {
				if from < 0 || from+size > len(ids) {
					continue
				}
				var run [longRun]rune
				for k := range size {
					run[k] = siteChar(m, ids[from+k])
				}
				if v, ok := s.runs.Find(siteRun(run[:size])); ok {
					most = max(most, int(v)+size-shortRun)
				}
			}
		}
		if most < 0 {
			return -1
		}
		if least < 0 || most < least {
			least = most
		}
	}
	return least
}

// discount returns what a candidate loses because the site has always written so.
func (d *Detector) discount(c *candidate) int32 {
	s := d.opt.Site
	if s == nil {
		return 0
	}
	was := s.attested(d.m, d.ids, c.start, c.n)
	if was < 0 {
		return 0
	}
	d.rewrite(c, -missing)
	if s.attested(d.m, d.alt, c.start-max(0, c.start-reach), c.m) > was {
		return 0 // and oftener the other way: a slip that recurs
	}
	const forOnce, forTwiceAsOften = 4 * 1024, 768
	return forOnce + forTwiceAsOften*int32(was)
}

// A Learner collects what the articles of a site have in common. It keeps a number for each
// different run of characters, up to a limit beyond which those seen once are forgotten. It is for
// one goroutine.
type Learner struct {
	m     *Model
	runs  map[uint64]learned
	doc   int32
	ids   []token
	at    []int32
	chars []rune
	// Documents and Characters are how many were read; a document may have any number of texts.
	Documents, Characters int
}

type learned struct {
	count, documents int32
	last             int32 // document
}

// mostRuns bounds the memory of a Learner: about 24 bytes each.
const mostRuns = 8 << 20

// NewLearner returns a learner that takes its characters from the model.
func (m *Model) NewLearner() *Learner {
	return &Learner{m: m, runs: map[uint64]learned{}}
}

// Document reads the texts of one document, each a segment as Check would read it.
func (l *Learner) Document(texts iter.Seq[string]) {
	l.Documents++
	l.doc++
	for text := range texts {
		l.Characters += utf8.RuneCountInString(text)
		l.ids, l.at = append(l.ids[:0], boundary), l.at[:0]
		l.ids, l.at = l.m.ids.Tokens(text, l.ids, l.at)
		l.ids = append(l.ids, boundary)
		l.chars = l.chars[:0]
		for _, t := range l.ids {
			l.chars = append(l.chars, siteChar(l.m, t))
		}
		for size := shortRun; size <= longRun; size++ {
			for i := 0; i+size <= len(l.chars); i++ {
				l.count(l.chars[i : i+size])
			}
		}
	}
}

func (l *Learner) count(run []rune) {
	h := siteRun(run)
	x := l.runs[h]
	x.count++
	if x.last != l.doc {
		x.last = l.doc
		x.documents++
	}
	l.runs[h] = x
	if len(l.runs) > mostRuns {
		for h, x := range l.runs {
			if x.count < 2 {
				delete(l.runs, h)
			}
		}
		if len(l.runs) > mostRuns/2 {
			for h, x := range l.runs {
				if x.documents < 2 {
					delete(l.runs, h)
				}
			}
		}
	}
}

// Runs a site is known by: in so many documents at least, and not more of them than these.
const (
	leastDocuments = 2
	mostKept       = 2 << 20
)

// Build returns the file of the site, and how many runs of characters it knows. It is the same for
// the same documents, in whatever order.
func (l *Learner) Build() ([]byte, int, error) {
	type run struct {
		key   uint64
		count int32
	}
	var kept []run
	for h, x := range l.runs {
		if x.documents >= leastDocuments {
			kept = append(kept, run{h, x.count})
		}
	}
	slices.SortFunc(kept, func(a, b run) int { return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.key, b.key)) })
	kept = kept[:min(len(kept), mostKept)]
	keys, values := make([]uint64, len(kept)), make([]uint16, len(kept))
	for i, r := range kept {
		keys[i], values[i] = r.key, uint16(bits.Len32(uint32(r.count))-1)
	}
	table, err := phash.Build(keys, values, siteBits)
	if err != nil {
		return nil, 0, err
	}
	out := append([]byte(siteMagic), make([]byte, 8)...)
	binary.LittleEndian.PutUint64(out[len(siteMagic):], checksum(string(table)))
	return append(out, table...), len(kept), nil
}
