package checker

import (
	"fmt"
	"unicode/utf8"

	"proofcheck/hanzi"
)

// compatibilityCharacters reports radicals, compatibility ideographs and private-use
// characters in place of Chinese characters: ⽤ for 用, ⻓ for 长. They look the same but no
// search finds them; texts copied from PDF files are full of them. GB 18030, 通用规范汉字表.
var compatibilityCharacters = &Rule{
	ID:    "character/compatibility",
	On:    Words,
	Needs: Radical | Compat | Private,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			for i, r := range seg.Text {
				to := i + utf8.RuneLen(r)
				switch {
				case r >= 0x2E80 && r <= 0x2FDF, r >= 0xF900 && r <= 0xFAFF && !keptIdeograph(r):
					problem := Problem{Args: []string{"code", fmt.Sprintf("U+%04X", r)}}
					if plain := standardForm(r); plain != r {
						problem.Suggest, problem.Safe = []string{string(plain)}, true
					}
					p.Report(seg, i, to, problem)
				case r >= 0xE000 && r <= 0xF8FF:
					p.Report(seg, i, to, Problem{Message: ".private", Args: []string{"code", fmt.Sprintf("U+%04X", r)}})
				}
			}
		})
	},
}

// keptIdeograph reports whether r is one of the twelve characters of the compatibility block
// that are ordinary ideographs (The Unicode Standard, 18.1).
func keptIdeograph(r rune) bool {
	switch r {
	case 0xFA0E, 0xFA0F, 0xFA11, 0xFA13, 0xFA14, 0xFA1F, 0xFA21, 0xFA23, 0xFA24, 0xFA27, 0xFA28, 0xFA29:
		return true
	}
	return false
}

// standardForm returns the ideograph that a radical or compatibility ideograph stands for, r
// itself when there is none.
func standardForm(r rune) rune {
	if plain := hanzi.Fold(r); plain > 0 {
		return plain
	}
	return r
}
