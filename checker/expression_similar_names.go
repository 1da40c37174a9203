package checker

import (
	"strings"
	"sync"
	"unicode/utf8"

	"proofcheck/lexicon/words"
)

// similarNames reports two names of three characters that stand beside the same post in one document and
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
	surnames string
	verbs    string // what follows a name of two characters more often than it ends one of three
}

var readPosts = sync.OnceValue(func() *postWords {
	row := readTable("data/surnames.tsv")[0]
	w := &postWords{surnames: row["surnames"], verbs: row["verbs"]}
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
		if end := runesAfter(seg.Text, h.To, 3); end > 0 {
			c.name(seg, post, h.To, end)
		}
		if start := runesBefore(seg.Text, h.From, 3); start >= 0 && personal(seg.Text, start) {
			c.name(seg, post, start, h.From)
		}
	}
}

// personal reports whether a name before a post can begin at offset at: behind a mark or a word that goes
// before names.
func personal(text string, at int) bool {
	prev := before(text, at)
	return prev == 0 || !isHan(prev) || strings.ContainsRune("由请让对向和与及听经跟给被把", prev)
}

func (c *namesakes) name(seg *Segment, post string, from, to int) {
	name := seg.Text[from:to]
	first, _ := utf8.DecodeRuneInString(name)
	if !strings.ContainsRune(readPosts().surnames, first) || strings.ContainsFunc(name, func(r rune) bool { return !isHan(r) }) {
		return
	}
	runes := []rune(name)
	if strings.ContainsRune(readPosts().verbs, runes[2]) {
		return
	}
	if words.Has(string(runes[1:])) && words.Frequency(string(runes[1:])) > 2000 || words.Has(string(runes[:2])) && words.Frequency(string(runes[:2])) > 2000 {
		return // 书记高度重视, 主任于昨日: no name
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

// onlyAlike reports whether two names differ in one character of the given name, which sounds or looks alike.
func onlyAlike(a, b []rune) bool {
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
