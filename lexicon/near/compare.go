package near

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// compare looks at the rest of a phrase beside an anchor. same means that the text says the phrase. Most anchors end
// there: texts say phrases as they are, or go on with something else at once.
func (m *Matcher) compare(text string, start, end int, a anchor) (match Match, same, ok bool) {
	match = Match{Start: start, End: end, Phrase: int(a.phrase)}
	rest := m.rest(a)
	says := strings.HasPrefix(text[end:], rest)
	if a.part == second {
		says = strings.HasSuffix(text[:start], rest)
		match.Start -= len(rest)
	} else {
		match.End += len(rest)
	}
	if says && a.part != swapped {
		return match, true, false
	}
	match.Start, match.End = start, end
	p := m.phrases[a.phrase]
	h := utf8.RuneCountInString(m.text[p.from:p.half])
	var room [MaxChars]rune
	d := diff{want: room[:0]}
	for _, r := range rest {
		d.want = append(d.want, r)
	}
	switch a.part {
	case swapped:
		match.End += len(rest)
		match.Kind, match.At = Swapped, h-1
		match.Have, _ = utf8.DecodeRuneInString(m.text[p.half:p.to])
		match.Want, _ = utf8.DecodeLastRuneInString(m.text[p.from:p.half])
		return match, false, says
	case first:
		d.forward(text[end:])
		n, same, ok := d.run()
		match.End += n
		match.Kind, match.At, match.Have, match.Want = d.kind, h+d.at, d.read, d.wanted
		return match, same, ok
	default:
		slices.Reverse(d.want)
		d.backward(text[:start])
		n, same, ok := d.run()
		match.Start -= n
		at := h - 1 - d.at
		if d.kind == Swapped {
			at-- // the first of the two, counted from the front
			d.read, d.wanted = d.wanted, d.read
		}
		match.Kind, match.At, match.Have, match.Want = d.kind, at, d.read, d.wanted
		return match, same, ok
	}
}

// diff compares what is wanted with what comes next, away from the half that is there. The last
// wanted character is the outer end of the phrase.
type diff struct {
	want  []rune
	have  [MaxChars + 1]rune
	sizes [MaxChars + 1]int
	count int

	kind         Kind
	at           int
	read, wanted rune
}

// forward and backward read one character more than is wanted.
func (d *diff) forward(text string) {
	for d.count <= len(d.want) && text != "" {
		r, n := utf8.DecodeRuneInString(text)
		d.have[d.count], d.sizes[d.count] = r, n
		d.count++
		text = text[n:]
	}
}

func (d *diff) backward(text string) {
	for d.count <= len(d.want) && text != "" {
		r, n := utf8.DecodeLastRuneInString(text)
		d.have[d.count], d.sizes[d.count] = r, n
		d.count++
		text = text[:len(text)-n]
	}
}

// run returns how many bytes of the text the rest of the phrase takes, whether it is the same, and
// whether it differs in exactly one place. A missing or additional character at the outer end is
// no difference that could be told from another word beside the phrase.
func (d *diff) run() (bytes int, same, ok bool) {
	want, have := d.want, d.have[:d.count]
	n, i := len(want), 0
	for i < n && i < len(have) && have[i] == want[i] {
		i++
	}
	if i == n {
		return d.bytes(n), true, false
	}
	if i == len(have) {
		return 0, false, false
	}
	d.at, d.wanted, d.read = i, want[i], have[i]
	switch {
	case i+1 < n && i+1 < len(have) && have[i] == want[i+1] && have[i+1] == want[i] && begins(have[i+2:], want[i+2:]):
		d.kind = Swapped
		return d.bytes(n), false, true
	case i+1 < n && begins(have[i:], want[i+1:]):
		d.kind, d.read = Missing, 0
		return d.bytes(n - 1), false, true
	case begins(have[i+1:], want[i:]):
		d.kind, d.wanted = Extra, 0
		return d.bytes(n + 1), false, true
	case begins(have[i+1:], want[i+1:]):
		d.kind = Changed
		return d.bytes(n), false, true
	}
	return 0, false, false
}

func begins(have, want []rune) bool {
	return len(have) >= len(want) && slices.Equal(have[:len(want)], want)
}

func (d *diff) bytes(n int) int {
	sum := 0
	for _, size := range d.sizes[:n] {
		sum += size
	}
	return sum
}
