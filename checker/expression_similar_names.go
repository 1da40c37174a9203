package checker

import (
	"strings"
	"sync"
	"unicode/utf8"

	"proofcheck/lexicon/words"
)

// similarNames reports two names that stand beside the same post in one document and
// differ in one character that sounds or looks alike: 局长张晓明 and 局长张小明. One of them is
// misspelt. CY/T 266-2023.
var similarNames = &Rule{
	ID:      "expression/similar-names",
	Whole:   true,
	Anchors: func() []string { return readPosts().list },
	Begin:   func(p *Pass) Inspector { return &namesakes{pass: p, seen: map[string][]string{}} },
}

type postWords struct {
	list     []string
	surnames map[rune]bool   // of one character
	double   map[string]bool // of two characters
	verbs    map[rune]bool   // what follows a name of two characters more often than it ends one of three
}

var readPosts = sync.OnceValue(func() *postWords {
	row := readTable("data/surnames.tsv")[0]
	w := &postWords{surnames: map[rune]bool{}, double: map[string]bool{}, verbs: map[rune]bool{}}
	for _, r := range row["surnames"] {
		w.surnames[r] = true
	}
	for _, s := range split(row["double"]) {
		w.double[s] = true
	}
	for _, r := range row["verbs"] {
		w.verbs[r] = true
	}
	for _, row := range readTable("data/posts.tsv") {
		w.list = append(w.list, row["post"])
	}
	return w
})

// endsLikePost reports whether text ends with a post.
func endsLikePost(text string) bool {
	for _, post := range readPosts().list {
		if strings.HasSuffix(text, post) {
			return true
		}
	}
	return false
}

const maxNames = 64 // of one post in a document

type namesakes struct {
	pass *Pass
	seen map[string][]string // names by post
}

func (c *namesakes) Inspect(seg *Segment, hits []Hit) {
	for _, h := range hits {
		post := readPosts().list[h.Anchor]
		if strings.HasPrefix(seg.Text[h.To:], "长") || before(seg.Text, h.From) == '副' {
			post = "副" + post
		}
		if end := nameAfter(seg.Text, h.To); end > 0 {
			c.name(seg, post, h.To, end)
		}
		start := h.From
		for n := 1; n <= longestName; n++ {
			r, size := utf8.DecodeLastRuneInString(seg.Text[:start])
			if !isHan(r) {
				break
			}
			if start -= size; n >= shortestName && personal(seg.Text, start) {
				c.name(seg, post, start, h.From)
			}
		}
	}
}

const shortestName, longestName = 2, 4 // characters

// nameAfter returns where a name would end that begins at a place, 0 for nowhere: behind the surname and two characters,
// or one where the second is what follows a name.
func nameAfter(text string, at int) int {
	n := 1
	if end := runesAfter(text, at, 2); end > 0 && readPosts().double[text[at:end]] {
		n = 2
	}
	end := runesAfter(text, at, n+1)
	if end <= 0 {
		return 0
	}
	if r := after(text, end); isHan(r) && !readPosts().verbs[r] {
		return end + utf8.RuneLen(r)
	}
	return end
}

// personal reports whether a name before a post can begin at offset at: behind a mark or a word that goes
// before names.
func personal(text string, at int) bool {
	prev := before(text, at)
	return prev == 0 || !isHan(prev) || strings.ContainsRune("由请让对向和与及听经跟给被把", prev)
}

func (c *namesakes) name(seg *Segment, post string, from, to int) {
	name := seg.Text[from:to]
	runes := []rune(name)
	if strings.ContainsFunc(name, func(r rune) bool { return !isHan(r) }) || !named(runes) {
		return
	}
	list := c.seen[post]
	for _, other := range list {
		if other == name {
			return
		}
	}
	for _, other := range list {
		if onlyAlike([]rune(other), runes) {
			c.pass.Report(seg, from, to, Problem{Args: []string{"first", other, "post", post}})
			break
		}
	}
	if len(list) < maxNames && len(c.seen) < 4*maxNames {
		c.seen[post] = append(list, strings.Clone(name))
	}
}

func (c *namesakes) End() {}

// named reports whether characters are a name: a surname, and one or two characters that make no usual word with
// it or by themselves: 书记高度重视, 主任于昨日.
func named(name []rune) bool {
	posts := readPosts()
	surname := 1
	if len(name) > 2 && posts.double[string(name[:2])] {
		surname = 2
	} else if !posts.surnames[name[0]] {
		return false
	}
	given := len(name) - surname
	if given < 1 || given > 2 || posts.verbs[name[len(name)-1]] {
		return false
	}
	if given == 1 {
		return !usual(string(name), fewUses)
	}
	return !usual(string(name[surname:]), manyUses) && (surname == 2 || !usual(string(name[:2]), manyUses))
}

// Words that the dictionary counts more often are no names. Two characters are all of a name.
const fewUses, manyUses = 50, 2000

func usual(word string, uses int) bool { return words.Has(word) && words.Frequency(word) > uses }

// onlyAlike reports whether two names of one length differ in one character of the given name, which sounds or looks
// alike.
func onlyAlike(a, b []rune) bool {
	if len(a) != len(b) {
		return false
	}
	at := -1
	for i := range a {
		if a[i] != b[i] {
			if at >= 0 {
				return false
			}
			at = i
		}
	}
	return at > 0 && (alikeInSound(a[at], b[at]) || alikeInShape(a[at], b[at]))
}
