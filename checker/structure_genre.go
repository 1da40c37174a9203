package checker

import (
	"slices"
	"strings"

	"proofcheck/source"
)

// doubleGenre reports titles with two kinds of document in one, 请示报告, 的通知的通知, with 关于 twice, or
// without 的 before the kind: 关于开展检查通知.
// 党政机关公文处理工作条例（中办发〔2012〕14号）第八条.
var doubleGenre = &Rule{
	ID:      "structure/double-genre",
	On:      Only(source.Heading) | Only(source.Title) | Only(source.Paragraph) | Metadata,
	Rises:   true,
	Anchors: anchors("请示报告", "的通知的通知", "的请示的请示", "的批复的批复", "的意见的通知的通知", "报告的请示报告", "关于印发关于", "关于转发关于", "关于批转关于", "通知", "请示", "批复", "通报"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				if h.Anchor >= 9 {
					titleWithoutOf(p, seg, h)
					continue
				}
				if h.Anchor >= 6 {
					p.Report(seg, h.From, h.To, Problem{Message: ".about"})
					continue
				}
				// 请示报告制度 is the name of a practice; only the end of a title is a genre.
				if h.Anchor == 0 && (h.To < len(seg.Text) && after(seg.Text, h.To) != '》' || !strings.Contains(seg.Text[:h.From], "关于")) {
					continue
				}
				p.Report(seg, h.From, h.To, Problem{})
			}
		})
	},
}

// titleWithoutOf reports a heading that begins with 关于 and has no 的 before the kind of document.
func titleWithoutOf(p *Pass, seg *Segment, h Hit) {
	if seg.Kind != source.Heading && seg.Kind != source.Title || h.To != len(seg.Text) || seg.Partial || seg.Lead > 0 {
		return
	}
	about := strings.Index(seg.Text, "关于")
	if about < 0 || about+len("关于") >= h.From || strings.ContainsRune("的》”）急补续再会", before(seg.Text, h.From)) || strings.Contains(seg.Text[about:h.From], "的") {
		return
	}
	p.Report(seg, h.From, h.To, Problem{Message: ".of", Level: Info, Suggest: []string{"的" + seg.Text[h.From:h.To]}})
}

// titleInTitle reports title marks in the title of a document around what is no regulation: 关于印发《工作方案》的
// 通知. 国家行政机关公文处理办法 (2000) 第十条 asked for it and 党政机关公文处理工作条例 does not any more, so
// that the rule is off unless somebody wants it.
var titleInTitle = &Rule{
	ID:      "structure/title-in-title",
	On:      Only(source.Heading) | Only(source.Title),
	Anchors: anchors("《"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			if !official(seg.Text) {
				return
			}
			for _, h := range hits {
				n := strings.Index(seg.Text[h.To:], "》")
				if n <= 0 {
					return
				}
				title := seg.Text[h.To : h.To+n]
				if !regulation(title) {
					p.Report(seg, h.From, h.To+n+len("》"), Problem{Suggest: []string{title}})
				}
			}
		})
	},
}

// regulation reports whether a title is that of a law or regulation, which keeps its title marks.
func regulation(title string) bool {
	title, _, _ = strings.Cut(title, "（")
	return slices.ContainsFunc(genres(), func(g genre) bool { return g.regulation && strings.HasSuffix(title, g.ending) })
}

// A genre is a kind of official document by what ends its title.
type genre struct {
	ending     string
	regulation bool
}

var genres = table("data/genres.tsv", func(row map[string]string) genre {
	return genre{row["ending"], row["regulation"] != ""}
})

// official reports whether a heading is the title of an official document: 关于 …… 的通知.
func official(title string) bool {
	return strings.Contains(title, "关于") && slices.ContainsFunc(genres(), func(g genre) bool { return strings.HasSuffix(title, "的"+g.ending) })
}

// closingFormula reports a request (请示) that closes like a report, or the other way round.
// 党政机关公文处理工作条例 第八条、第十五条.
var closingFormula = &Rule{
	ID:      "structure/closing-formula",
	Whole:   true,
	Anchors: anchors("的请示", "的报告", "特此报告", "妥否，请批示", "当否，请批示", "妥否，请批复", "当否，请批复", "请予批准"),
	Begin:   func(p *Pass) Inspector { return &formula{pass: p} },
}

type formula struct {
	pass  *Pass
	genre string // of the first heading
}

func (c *formula) Inspect(seg *Segment, hits []Hit) {
	for _, h := range hits {
		switch h.Anchor {
		case 0, 1:
			if (seg.Kind == source.Heading || seg.Kind == source.Title) && h.To == len(seg.Text) && c.genre == "" {
				c.genre = seg.Text[h.From+len("的") : h.To]
			}
		case 2:
			if c.genre == "请示" && h.From == 0 {
				c.pass.Report(seg, h.From, h.To, Problem{Args: []string{"genre", c.genre}})
			}
		default:
			if c.genre == "报告" && h.From == 0 {
				c.pass.Report(seg, h.From, h.To, Problem{Args: []string{"genre", c.genre}})
			}
		}
	}
}

func (c *formula) End() {}

// organOrder reports party and state organs out of their fixed order: 市政府、市委. The order is
// 党委, 人大, 政府, 政协, 纪委.
var organOrder = &Rule{
	ID:      "structure/organ-order",
	Anchors: anchors("政府、", "人大、", "政协、", "人大常委会、"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				place := before(seg.Text, h.From)
				if place == 0 || !strings.ContainsRune("省市县区州旗", place) {
					continue
				}
				for later, rank := range [...]string{"委", "人大", "政府"} {
					end := h.To + len(string(place)) + len(rank)
					if end > len(seg.Text) || seg.Text[h.To:end] != string(place)+rank {
						continue
					}
					if first := seg.Text[h.From : h.To-len("、")]; organRank(first) > later && after(seg.Text, end) != '员' {
						from := h.From - len(string(place))
						p.Report(seg, from, end, Problem{Suggest: []string{seg.Text[h.To:end] + "、" + seg.Text[from:h.To-len("、")]}})
					}
				}
			}
		})
	},
}

func organRank(name string) int {
	switch name {
	case "政协":
		return 3
	case "政府":
		return 2
	}
	return 1
}
