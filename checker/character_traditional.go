package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/hanzi"
)

// traditionalCharacters reports traditional characters in a simplified text. 国家通用语言文字法
// 第十七条; 通用规范汉字表. A document that is written in traditional characters throughout is left
// alone, and so is the word for the traditional script itself, which links to such pages carry.
var traditionalCharacters = &Rule{
	ID:    "character/traditional",
	On:    Words,
	Needs: Unlisted,
	Begin: func(p *Pass) Inspector {
		return &traditionals{pass: p, is: hanzi.IsTraditional, before: p.run.stats.Runes}
	},
}

// variantCharacters reports variant forms of characters (异体字). 第一批异体字整理表 (1955);
// 通用规范汉字表.
var variantCharacters = &Rule{
	ID:    "character/variant",
	On:    Words,
	Needs: Unlisted,
	Begin: func(p *Pass) Inspector { return &traditionals{pass: p, is: hanzi.IsVariant, before: p.run.stats.Runes} },
}

type traditionals struct {
	pass   *Pass
	is     func(rune) bool
	before int64 // characters that were read before this document
	strong int   // traditional characters in it
	kept   []*Place
}

const (
	maxKept          = 1000
	traditionalShare = 5 // per cent of a document from which on it counts as traditional
)

func (c *traditionals) Inspect(seg *Segment, _ []Hit) {
	text := seg.Text
	kept, strong, han := len(c.kept), c.strong, 0
	defer func() {
		// A block with many of them is a quotation or a translation in traditional characters.
		if n := c.strong - strong; n > 4 && n*100 > han*traditionalShare {
			c.kept = c.kept[:kept]
		}
	}()
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r < 0x3400 || !isHan(r) {
			i += n
			continue
		}
		han++
		if !c.is(r) {
			i += n
			continue
		}
		from := i
		var right strings.Builder
		for isHan(r) && c.is(r) {
			c.strong++
			han++
			right.WriteString(standardOf(r))
			i += n
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		if excused(text, from, i) || len(c.kept) == maxKept {
			continue
		}
		c.kept = append(c.kept, c.pass.Keep(seg, from, i, Problem{Suggest: []string{right.String()}}))
	}
}

func standardOf(r rune) string {
	if s := hanzi.Standard(r); s != "" {
		_, n := utf8.DecodeRuneInString(s)
		return s[:n]
	}
	return string(hanzi.Simplified(r))
}

// excused reports whether the characters name the traditional script: 繁體, 繁體版, 繁體中文.
func excused(text string, from, to int) bool {
	return strings.HasSuffix(text[:from], "繁") && text[from:to] == "體"
}

func (c *traditionals) End() {
	if n := int(c.pass.run.stats.Runes - c.before); c.strong*100 > n*traditionalShare && n > 100 {
		return
	}
	for _, place := range c.kept {
		c.pass.ReportAt(place, Problem{})
	}
}

// rareCharacters reports characters outside of the 通用规范汉字表 that are neither traditional nor
// variant forms. Names may need them; screens and input methods may lack them.
var rareCharacters = &Rule{
	ID:    "character/rare",
	Needs: Unlisted | Astral,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			for i, r := range seg.Text {
				if r >= 0x3400 && r != '〇' && isHan(r) && hanzi.Level(r) == 0 && !keptIdeograph(r) && !hanzi.IsTraditional(r) && !hanzi.IsVariant(r) && hanzi.Fold(r) == r {
					p.Report(seg, i, i+utf8.RuneLen(r), Problem{})
				}
			}
		})
	},
}
