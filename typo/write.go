package typo

import (
	"encoding/binary"
	"fmt"
)

// Parts are the sections of a model file.
type Parts struct {
	Vocabulary, Chars, Unigrams, Flags, Ties, Triples, Grams, Codes, Words, Pairs, Gaps, Starts []byte
	Confusions, ConfusionEnds, Readings, SoundEnds, Sounds                                      []byte
	Next, Choices, ChoiceEnds, Weights, Trees, Calibration, Manifest                            []byte
}

// Assemble makes a model file of its sections.
func Assemble(p *Parts) ([]byte, error) {
	out := make([]byte, headSize)
	copy(out, magic)
	for i, part := range [sections][]byte{
		secIDs: p.Vocabulary, secChars: p.Chars, secUni: p.Unigrams, secFlags: p.Flags, secTies: p.Ties,
		secTriples: p.Triples, secGrams: p.Grams, secCodes: p.Codes, secWords: p.Words, secPairs: p.Pairs, secGaps: p.Gaps, secStarts: p.Starts,
		secConfusions: p.Confusions, secConfusionEnds: p.ConfusionEnds, secReadings: p.Readings,
		secSoundEnds: p.SoundEnds, secSounds: p.Sounds,
		secNext: p.Next, secChoices: p.Choices, secChoiceEnds: p.ChoiceEnds, secWeights: p.Weights, secTrees: p.Trees, secCalibration: p.Calibration, secManifest: p.Manifest,
	} {
		binary.LittleEndian.PutUint32(out[len(magic)+8+4*i:], uint32(len(out)))
		out = append(out, part...)
	}
	binary.LittleEndian.PutUint32(out[len(magic)+8+4*sections:], uint32(len(out)))
	binary.LittleEndian.PutUint64(out[len(magic):], Checksum(string(out)))
	if _, err := Open(string(out)); err != nil {
		return nil, fmt.Errorf("assembling: %w", err)
	}
	return out, nil
}

// Disassemble returns the sections of a model, to exchange some of them.
func Disassemble(m *Model) *Parts {
	section := func(i int) []byte {
		at := len(magic) + 8 + 4*i
		return []byte(m.data[get32(m.data, at):get32(m.data, at+4)])
	}
	return &Parts{
		Vocabulary: section(secIDs), Chars: section(secChars), Unigrams: section(secUni), Flags: section(secFlags),
		Ties: section(secTies), Triples: section(secTriples), Grams: section(secGrams), Codes: section(secCodes), Words: section(secWords), Pairs: section(secPairs), Gaps: section(secGaps),
		Starts: section(secStarts), Confusions: section(secConfusions), ConfusionEnds: section(secConfusionEnds),
		Readings: section(secReadings), SoundEnds: section(secSoundEnds), Sounds: section(secSounds),
		Next: section(secNext), Choices: section(secChoices), ChoiceEnds: section(secChoiceEnds), Weights: section(secWeights), Trees: section(secTrees), Calibration: section(secCalibration), Manifest: section(secManifest),
	}
}
