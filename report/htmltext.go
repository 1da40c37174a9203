package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/source"
)

// htmlBlock is a segment on the page.
type htmlBlock struct {
	Class  string
	Label  string // what it is, when it is not running text
	Hidden bool
	Pieces []htmlPiece
	Cards  []htmlCard
}

// htmlPiece is a run of text that belongs to the same findings, or to none.
type htmlPiece struct {
	Text  string
	Level string // of the gravest finding
	IDs   string // numbers of the findings, separated by spaces; "" for none
	Refs  string // the same as element IDs
}

// htmlCard is a finding on the page.
type htmlCard struct {
	*keptFinding
	Suggestions []string
	ClauseName  string
	Place       string
}

// blocks makes blocks of the kept segments, and blocks of the findings whose segments were
// not kept.
func (h *htmlReport) blocks() (kept, loose []htmlBlock) {
	byNumber := map[int][]*keptFinding{}
	for i := range h.findings {
		f := &h.findings[i]
		byNumber[f.Segment] = append(byNumber[f.Segment], f)
	}
	for _, s := range h.kept {
		list := slices.DeleteFunc(byNumber[s.number], func(f *keptFinding) bool {
			return f.From < 0 || f.From > f.To || f.To > len(s.text)
		})
		b := htmlBlock{Class: s.kind.String(), Label: h.blockLabel(&s), Hidden: s.hidden, Pieces: pieces(&s, list)}
		for _, f := range list {
			b.Cards = append(b.Cards, h.card(f))
			f.Segment = -1 // shown
		}
		kept = append(kept, b)
	}
	for i := range h.findings {
		if f := &h.findings[i]; f.Segment >= 0 {
			text := f.Before + f.Text + f.After
			s := keptSegment{text: text}
			at := *f
			at.From, at.To = len(f.Before), len(f.Before)+len(f.Text)
			loose = append(loose, htmlBlock{Class: "loose", Hidden: f.Hidden, Pieces: pieces(&s, []*keptFinding{&at}), Cards: []htmlCard{h.card(f)}})
		}
	}
	return kept, loose
}

// blockLabel names blocks that are no running text.
func (h *htmlReport) blockLabel(s *keptSegment) string {
	switch s.kind {
	case source.Heading:
		return "H" + strconv.Itoa(s.level)
	case source.Attribute, source.Metadata:
		return s.name
	case source.Title, source.Caption, source.Cell, source.Quote:
		return h.say("kind." + s.kind.String())
	}
	return ""
}

func (h *htmlReport) card(f *keptFinding) htmlCard {
	c := htmlCard{keptFinding: f, ClauseName: h.clause(f.Clause.String()), Suggestions: f.Suggestions()}
	for i := range c.Suggestions {
		if c.Suggestions[i] == "" {
			c.Suggestions[i] = h.say("finding.delete")
		}
	}
	c.Place = h.say("place.line-column", "line", strconv.Itoa(f.Start.Line), "column", strconv.Itoa(f.Start.Column))
	return c
}

// pieces cuts the text of a segment, without its lead, where findings begin and end.
func pieces(s *keptSegment, list []*keptFinding) []htmlPiece {
	text := masked(s.text, list)
	lead := min(s.lead, len(text))
	var out []htmlPiece
	var active []*keptFinding
	order := slices.Clone(list)
	slices.SortStableFunc(order, func(a, b *keptFinding) int { return cmp.Compare(a.From, b.From) })
	at := lead
	for at < len(text) || len(order) > 0 {
		var points []*keptFinding // that mark no text
		for len(order) > 0 && max(order[0].From, lead) <= at {
			f := order[0]
			order = order[1:]
			if max(f.To, lead) == max(f.From, lead) {
				points = append(points, f)
			} else {
				active = append(active, f)
			}
		}
		if len(points) > 0 {
			out = append(out, newPiece("", points))
		}
		next := len(text)
		if len(order) > 0 {
			next = min(next, order[0].From)
		}
		for _, f := range active {
			next = min(next, f.To)
		}
		if next > at {
			out = append(out, newPiece(text[at:next], active))
		}
		at = next
		active = slices.DeleteFunc(active, func(f *keptFinding) bool { return f.To <= at })
	}
	return out
}

func newPiece(text string, list []*keptFinding) htmlPiece {
	p := htmlPiece{Text: text}
	if len(list) == 0 {
		return p
	}
	gravest := list[0].Level
	var ids, refs []string
	for _, f := range list {
		gravest = max(gravest, f.Level)
		ids = append(ids, strconv.Itoa(f.ID))
		refs = append(refs, "f"+strconv.Itoa(f.ID))
	}
	p.Level, p.IDs, p.Refs = gravest.String(), strings.Join(ids, " "), strings.Join(refs, " ")
	return p
}

// masked hides from the page the personal data that a finding has hidden from its own text.
// The result is as long as text, so that places stay.
func masked(text string, list []*keptFinding) string {
	var b []byte
	for _, f := range list {
		if f.Category() != checker.Privacy || f.Text == text[f.From:f.To] {
			continue
		}
		if b == nil {
			b = []byte(text)
		}
		stars := b[:f.From]
		for i := f.From; i < f.To; {
			_, n := utf8.DecodeRuneInString(text[i:])
			stars = append(stars, [...]string{"", "*", "×", "＊", "＊*"}[n]...)
			i += n
		}
	}
	if b == nil {
		return text
	}
	return string(b)
}
