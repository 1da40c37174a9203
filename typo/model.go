package typo

import (
	_ "embed"
	"errors"
	"fmt"
	"sync"

	"proofcheck/typo/internal/phash"
)

//go:embed model.bin
var embedded string

// Embedded returns the model that is part of the program. It panics if the program was built
// with a damaged model.bin; a test opens it.
var Embedded = sync.OnceValue(func() *Model {
	m, err := Open(embedded)
	if err != nil {
		panic(err)
	}
	return m
})

// A Model holds the counts and the scorer as they lie in a model file: nothing is parsed or
// copied, and a page that no text asks for is not read. It is safe for many goroutines.
type Model struct {
	data    string
	ids     Vocabulary
	chars   string // 3 bytes a token: its character
	uni     string // 2 bytes a token: probability and back-off
	flags   string // 1 byte a token
	ties    string // 2 bits for each pair of the commonest tokens
	common  int    // tokens below it have a row in ties
	grams   phash.Table
	codes   string      // probabilities and back-offs of n-grams
	words   phash.Table // value: back-off << 7 | probability
	pairs   phash.Table // word pairs; value: probability
	gaps    phash.Table // long words with a token left out; value: that token
	triples string      // bits: hashes of the known trigrams
	starts  string      // bits: two tokens that may begin a word

	confusions, confusionEnds string // lists of token and kind; 3-byte ends by token
	readings                  string // 2 × 2 bytes a token: its readings
	soundEnds, sounds         string // words by their sound, in buckets

	next string // for each token the commonest after it and before it

	choices, choiceEnds string // pairs of characters with a model; 2-byte ends by token
	weights             string // 1 byte each, of the models of pairs

	trees       string
	calibration string

	slips func() slipTable // made when first asked for
}

// What a builder of model files must know.
const (
	magic    = "hanzi typo model 8\n\x00\x00\x00\x00\x00"
	headSize = len(magic) + 8 + 4*(sections+1)
)

// Sections of a model file, in order.
const (
	secIDs = iota
	secChars
	secUni
	secFlags
	secTies
	secTriples
	secGrams
	secCodes
	secWords
	secPairs
	secGaps
	secStarts
	secConfusions
	secConfusionEnds
	secReadings
	secSoundEnds
	secSounds
	secNext
	secChoices
	secChoiceEnds
	secWeights
	secTrees
	secCalibration
	secManifest
	sections
)

// Sizes that the format fixes.
const (
	blockFirst = 0x3400
	blockLast  = 0x9fff
	// Radix bounds the number of tokens: five of them make a 64-bit number.
	Radix      = 7100
	startsBits = 22
	// TriplesBits is the logarithm of the size of the bit set of trigrams.
	TriplesBits = 23
	soundsBits  = 17
	confusionSz = 3
)

// Open checks the frame of a model file and uses the bytes in place. It does not read all of
// them: Verify does. A file of another version, cut off or too long is refused.
func Open(data string) (*Model, error) {
	if len(data) < headSize || data[:len(magic)] != magic {
		return nil, errors.New("typo: not a model file of this version; rebuild it with make model")
	}
	m := &Model{data: data}
	var part [sections]string
	at := len(magic) + 8
	for i := range part {
		from, to := int(get32(data, at+4*i)), int(get32(data, at+4*i+4))
		if from < headSize || to < from || to > len(data) {
			return nil, fmt.Errorf("typo: model file is cut off or damaged: section %d ends at %d of %d bytes", i, to, len(data))
		}
		part[i] = data[from:to]
	}
	if end := int(get32(data, at+4*sections)); end != len(data) {
		return nil, fmt.Errorf("typo: model file has %d bytes, its header says %d; fetch or build it again", len(data), end)
	}
	m.ids, m.chars, m.uni, m.flags = Vocabulary(part[secIDs]), part[secChars], part[secUni], part[secFlags]
	m.ties, m.triples, m.starts = part[secTies], part[secTriples], part[secStarts]
	m.confusions, m.confusionEnds, m.readings = part[secConfusions], part[secConfusionEnds], part[secReadings]
	m.soundEnds, m.sounds = part[secSoundEnds], part[secSounds]
	m.choices, m.choiceEnds, m.weights = part[secChoices], part[secChoiceEnds], part[secWeights]
	m.next, m.codes, m.trees, m.calibration = part[secNext], part[secCodes], part[secTrees], part[secCalibration]
	for m.common*m.common < 4*len(m.ties) {
		m.common += 4
	}
	n := len(m.chars) / 3
	switch {
	case n <= int(hanFirst) || n > Radix, len(m.chars) != 3*n, len(m.uni) != 2*n, len(m.flags) != n, len(m.readings) != 4*n, len(m.next) != 4*Neighbours*n, len(m.codes) != codesSize*(order-1),
		len(m.choiceEnds) != 2*n, len(m.weights) != 1<<ChoiceBits,
		len(m.confusionEnds) != 3*n, len(m.ids) != 2*(blockLast-blockFirst+1),
		m.common*m.common != 4*len(m.ties) || m.common > n,
		len(m.starts) != 1<<(startsBits-3), len(m.triples) != 1<<(TriplesBits-3), len(m.soundEnds) != 3<<soundsBits:
		return nil, errors.New("typo: model file is damaged: its tables do not fit each other")
	}
	for i := 0; i < len(m.ids); i += 2 {
		if int(get16(string(m.ids), i)) >= n {
			return nil, errors.New("typo: model file is damaged: its vocabulary is too small")
		}
	}
	for i, t := range map[int]*phash.Table{secGrams: &m.grams, secWords: &m.words, secPairs: &m.pairs, secGaps: &m.gaps} {
		var err error
		if *t, err = phash.Open(part[i]); err != nil {
			return nil, fmt.Errorf("typo: model file is damaged: section %d: %w", i, err)
		}
	}
	m.slips = sync.OnceValue(func() slipTable { return newSlipTable(m) })
	if err := checkTrees(m.trees); err != nil {
		return nil, err
	}
	if err := checkCalibration(m.calibration); err != nil {
		return nil, err
	}
	return m, nil
}

// Verify reads the whole model and compares its checksum: for files from outside.
func (m *Model) Verify() error {
	if Checksum(m.data) != m.Sum() {
		return errors.New("typo: model file is damaged: its checksum is wrong; fetch or build it again")
	}
	return nil
}

// Sum returns the checksum that a model file states of itself, which tells models apart.
func (m *Model) Sum() uint64 { return get64(m.data, len(magic)) }

// Manifest says what the model was built from: sources, counts and their hashes, one a line.
func (m *Model) Manifest() string {
	at := len(magic) + 8 + 4*secManifest
	return m.data[get32(m.data, at):get32(m.data, at+4)]
}

// Checksum is the FNV-1a hash, over 8-byte words, of what follows the checksum in a model file.
func Checksum(data string) uint64 { return checksum(data[len(magic)+8:]) }

func checksum(data string) uint64 {
	h := uint64(14695981039346656037)
	i := 0
	for ; i+8 <= len(data); i += 8 {
		h = (h ^ get64(data, i)) * 1099511628211
		h ^= h >> 29
	}
	for ; i < len(data); i++ {
		h = (h ^ uint64(data[i])) * 1099511628211
	}
	return h
}

func get16(s string, i int) uint16 {
	s = s[i : i+2]
	return uint16(s[0]) | uint16(s[1])<<8
}

func get24(s string, i int) int {
	s = s[i : i+3]
	return int(s[0]) | int(s[1])<<8 | int(s[2])<<16
}

func get32(s string, i int) uint32 {
	s = s[i : i+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func get64(s string, i int) uint64 {
	return uint64(get32(s, i)) | uint64(get32(s, i+4))<<32
}
