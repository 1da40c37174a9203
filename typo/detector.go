package typo

import (
	"cmp"
	"iter"
	"slices"
	"unicode/utf8"

	"proofcheck/lexicon"
)

// Options say what a detector leaves alone.
type Options struct {
	// Known reports words that are right whatever the counts say, such as the user's. It may be nil.
	Known func(word string) bool
	// Site is what the site of the documents has always written; suspects that it attests lose by it. It may be nil.
	Site *Site
	// Least is the confidence below which nothing is reported; zero stands for 0.5, and a negative number for none.
	Least float64
}

// A Suspect is a place that is likely wrong: text[Start:End] should be one of the suggestions.
type Suspect struct {
	Start, End  int      // bytes of the text
	Suggestions []string // likeliest first, never empty
	Confidence  float64  // probability that the first suggestion is right
	Score       int32    // log-odds times 1024, before calibration
	Gain        float64  // by how much likelier the text is with the first suggestion, in nats
	Level       lexicon.Level
	Kind        Kind
	Reason      string // what speaks for it: "sound", "key", "letter", "shape", "word", "order", "missing", "doubled",
	// "deviant" or "context"
}

// A Detector looks for wrong characters in the segments of one document. It keeps its working
// memory and what it has suspected in the document, so that the same text checked twice may give
// fewer findings the second time. It is for one goroutine.
type Detector struct {
	m   *Model
	opt Options

	ids     []token
	at      []int32
	cost    []int32   // minus the log-probability of each token
	reading []reading // of each token
	change  []reading // of the tokens from a change on
	alt     []token   // the text about a candidate as it would be
	altCost []int32   // of the tokens of alt from the change on
	room    [maxSounded]token
	offers  []offer
	queries []query
	keys    []uint64
	values  []int32
	asking  [readAtOnce]int32  // places of keys
	number  [readAtOnce]uint64 // the n-gram at each token that is being read
	credit  int                // see lookCosts
	found   []candidate
	taken   []bool // tokens that a chosen candidate replaces
	feature [Features]int32
	memory  memory
	used    used
}

// NewDetector returns a detector for one document.
func (m *Model) NewDetector(opt Options) *Detector {
	return &Detector{m: m, opt: opt, credit: mostCredit, change: make([]reading, 0, maxSounded+order)}
}

// The gates: places where nothing is unlikely are not looked at, and candidates that gain
// little are dropped.
const (
	gate     = 5*Nat + Nat/2
	bothGate = 9 * Nat
	// From here on what the text suggests is tried too, and a character more.
	strangeGate = 9 * Nat
	bothStrange = 16 * Nat
	// And from here on what a slip of the fingers would have made so.
	slipGate     = 7 * Nat
	bothSlipGate = 12 * Nat
	// What a candidate must gain: a character that sounds the same, another one, a whole word or what was
	// written twice, neighbours that changed places, a character more.
	leastGain    = int32(Nat)
	leastOther   = int32(6 * Nat)
	leastSwapped = int32(10 * Nat)
	leastMissing = int32(12 * Nat)
	// What is not likelier by pairs alone, or hardly less, is not by longer n-grams.
	leastOfPairs      = int32(-Nat)
	leastOfOtherPairs = int32(2 * Nat)
	// Prose is unlikely here and there; text that is unlikely all over is not prose, and looking at
	// all of it would take long. Each character earns 1; a place costs so much.
	lookCosts    = 4
	mostCredit   = 1024
	strangeCosts = 12 // more, where the place is strange
	scoreCosts   = 6  // more, for each candidate that is scored
)

// knownGate is what a place and the next one must cost together where an n-gram over the place is
// known, by its order.
var knownGate = [order + 1]int32{4: 10*Nat + Nat/2, 5: 12 * Nat}

// wordsGate is what the tokens of a word and the next one must cost together, by the length of the word.
var wordsGate = [maxSounded + 1]int32{2: 16 * Nat, 3: 22 * Nat, 4: 22 * Nat}

// Check yields the suspects of text, which is one segment, in the order of their places. They do
// not overlap. The text is read when the loop begins; another Check must not begin inside it.
func (d *Detector) Check(text string) iter.Seq[Suspect] {
	return func(yield func(Suspect) bool) {
		for _, c := range d.choose(text) {
			if !yield(d.suspect(text, &c)) {
				return
			}
		}
	}
}

// infoLeast is the confidence, in 1/10,000, below which nothing is reported by default.
const infoLeast = 5_000

// choose returns the candidates to report: the best of those that overlap.
func (d *Detector) choose(text string) []candidate {
	least := int32(d.opt.Least * 10_000)
	if least == 0 {
		least = infoLeast
	}
	d.read(text)
	d.find(text, func(*candidate) {})
	atWarning := d.m.atLeast(warningAt)
	d.deviants((atWarning + d.m.atLeast(errorAt)) / 2)
	d.used.note(d.ids, d.cost)
	slices.SortStableFunc(d.found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	kept := d.found[:0]
	d.taken = slices.Grow(d.taken[:0], len(d.ids))[:len(d.ids)]
	clear(d.taken)
next:
	for _, c := range d.found {
		if confidence(d.m.calibration, c.score) < least {
			break
		}
		for i := range c.n {
			if d.taken[c.start+i] {
				continue next
			}
		}
		if d.protected(text, &c) || d.eitherWay(&c) {
			continue
		}
		if c.score -= d.discount(&c); confidence(d.m.calibration, c.score) < least {
			continue
		}
		if c.score >= atWarning {
			c.score -= forRecurring * d.memory.seen(d.ids, &c)
			if confidence(d.m.calibration, c.score) < least {
				continue
			}
		}
		kept = append(kept, c)
		for i := range c.n {
			d.taken[c.start+i] = true
		}
	}
	slices.SortFunc(kept, func(a, b candidate) int { return a.start - b.start })
	return kept
}

// find collects the candidates of the text that was read, with their scores. It shows each to
// look before the next is made, while d.feature holds its features.
func (d *Detector) find(text string, look func(*candidate)) {
	d.found = d.found[:0]
	for i := 1; i < len(d.ids)-1; i++ {
		rare := d.ids[i] == unknown && d.han(text, i)
		if d.ids[i] < hanFirst && !rare || d.m.flags[d.ids[i]]&Fixed != 0 {
			continue
		}
		d.credit = min(d.credit+1, mostCredit)
		if d.credit < lookCosts {
			continue
		}
		a, b := d.cost[i], d.cost[i+1]
		if max(a, b) >= choiceGate && d.quoted(text, i) {
			continue
		}
		if max(a, b) >= gate && a+b >= bothGate && a+b >= knownGate[d.attested(i)] {
			d.credit -= lookCosts
			strange := max(a, b) >= strangeGate && a+b >= bothStrange
			d.replacements(text, i, strange, look)
			if rare {
				continue
			}
			d.swap(i, look)
			if strange {
				d.credit -= strangeCosts
				d.complete(i, look)
				d.dropped(i, look)
			}
		}
		if max(a, b) >= choiceGate && a+b >= bothChoiceGate {
			d.choices(i, look)
		}
		for n := 1; n <= maxReplaced/2; n++ {
			d.doubled(i, n, look)
		}
		for n := 2; n <= maxSounded && i+n < len(d.ids); n++ {
			if d.ids[i+n-1] < hanFirst || int(d.at[i+n-1]-d.at[i]) != 3*(n-1) {
				break
			}
			d.wordsAt(i, n, look)
		}
	}
}

// attested returns the order of the longest known n-gram over the token at i.
func (d *Detector) attested(i int) uint8 {
	longest := uint8(1)
	for k, r := range d.reading[i:min(i+order, len(d.ids))] {
		if int(r.known) > k {
			longest = max(longest, r.known)
		}
	}
	return longest
}

// han reports whether the token at i stands for a Chinese character.
func (d *Detector) han(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[d.at[i]:])
	return r >= blockFirst && r <= blockLast
}

// span returns the bytes that a candidate replaces.
func (d *Detector) span(text string, c *candidate) (start, end int) {
	end = int(d.at[c.start+c.n-1])
	_, size := utf8.DecodeRuneInString(text[end:])
	return int(d.at[c.start]), end + size
}

// text returns the characters of tokens.
func (m *Model) text(ids []token) string {
	var b [4 * maxReplaced]byte
	out := b[:0]
	for _, t := range ids {
		out = utf8.AppendRune(out, m.char(t))
	}
	return string(out)
}

// protected reports whether a word that the user knows, or what is right as it stands, lies over the candidate.
func (d *Detector) protected(text string, c *candidate) bool {
	right := spellings().phrase
	start, end := d.span(text, c)
	const reach = 16 // characters: names of offices are long
	from := start
	for i := 0; i <= reach; i++ {
		to := end
		for j := 0; i+j <= reach; j++ {
			if word := text[from:to]; right[word] || d.opt.Known != nil && d.opt.Known(word) {
				return true
			}
			if to == len(text) {
				break
			}
			_, size := utf8.DecodeRuneInString(text[to:])
			to += size
		}
		if from == 0 {
			break
		}
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	return false
}

func (d *Detector) suspect(text string, c *candidate) Suspect {
	s := Suspect{Kind: c.kind, Suggestions: []string{d.m.text(c.with[:c.m])}}
	s.Start, s.End = d.span(text, c)
	s.Confidence = float64(confidence(d.m.calibration, c.score)) / 10_000
	s.Score, s.Gain, s.Level = c.score, float64(c.gain)/Nat, d.m.level(c.score)
	switch {
	case c.kind&Deviant != 0:
		s.Reason = "deviant"
	case c.kind&Doubled != 0:
		s.Reason = "doubled"
	case c.kind&Missing != 0:
		s.Reason = "missing"
	case c.kind&Swap != 0:
		s.Reason = "order"
	case c.kind&(Word|Long) != 0:
		s.Reason = "word"
	case c.kind&(SameSound|NearSound) != 0:
		s.Reason = "sound"
	case c.kind&(Shape|ShapeTwice) != 0:
		s.Reason = "shape"
	case c.kind&Key != 0:
		s.Reason = "key"
	case c.kind&Letter != 0:
		s.Reason = "letter"
	default:
		s.Reason = "context"
	}
	return s
}
