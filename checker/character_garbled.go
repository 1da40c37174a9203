package checker

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"proofcheck/hanzi"
)

var readGarbled = table("data/garbled.tsv", column("text"))

// garbled reports what a wrong decoding leaves behind: 锟斤拷, 烫烫烫, U+FFFD, â€œ, and entities that
// were escaped twice. GB 18030-2022.
var garbled = &Rule{
	ID:      "character/garbled",
	On:      Words,
	Anchors: readGarbled,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h.From < end {
					continue
				}
				end = h.To
				for strings.HasPrefix(seg.Text[end:], seg.Text[h.From:h.To]) {
					end += h.To - h.From
				}
				p.Report(seg, h.From, end, Problem{})
			}
		})
	},
}

// mixedScript reports Latin words with Cyrillic or Greek letters in them that look the same:
// СOVID with a Cyrillic С. No search finds them. Unicode Technical Standard 39.
var mixedScript = &Rule{
	ID:    "character/mixed-script",
	On:    Words,
	Needs: Foreign,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			if seg.Class&Letter == 0 {
				return
			}
			text := seg.Text
			for i := 0; i < len(text); {
				r, n := utf8.DecodeRuneInString(text[i:])
				if r >= 0x2000 || !unicode.IsLetter(r) {
					i += n
					continue
				}
				from := i
				latin, other := false, false
				for r < 0x2000 && unicode.IsLetter(r) {
					latin = latin || r < 0x80
					other = other || r >= 0x370 && r < 0x530
					i += n
					r, n = utf8.DecodeRuneInString(text[i:])
				}
				// µm, Ω and the like are symbols of units.
				if word := text[from:i]; latin && other && utf8.RuneCountInString(word) > 2 {
					if plain := strings.Map(plainLetter, word); plain != word && strings.Trim(plain, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
						p.Report(seg, from, i, Problem{Suggest: []string{plain}})
					}
				}
			}
		})
	},
}

// plainLetter returns the Latin letter that a Cyrillic or Greek one looks like, in its case.
func plainLetter(r rune) rune {
	if r < 0x370 || r >= 0x530 {
		return r
	}
	plain := hanzi.LooksLike(r)
	if unicode.IsUpper(r) {
		return unicode.ToUpper(plain)
	}
	return plain
}

// kanaCount counts the kana of text, up to two.
func kanaCount(text string) (n int) {
	for _, r := range text {
		if r >= 0x3041 && r <= 0x30FF && r != '・' && r != 'ー' {
			if n++; n == 2 {
				return n
			}
		}
	}
	return n
}

// kanaParticle reports の between Chinese words. 国家通用语言文字法 第十一条.
var kanaParticle = &Rule{
	ID:      "character/kana",
	Anchors: anchors("の"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				if isHan(before(seg.Text, h.From)) && isHan(after(seg.Text, h.To)) && kanaCount(seg.Text) == 1 {
					p.Report(seg, h.From, h.To, Problem{Suggest: []string{"之", "的"}})
				}
			}
		})
	},
}
