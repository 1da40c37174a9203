package checker

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// personName reports a name beside a post that differs in one character from the name of somebody who
// holds or held that post: 县长张晓名 for 县长张晓明. 国办秘函〔2019〕19号, 严重表述错误.
//
// A character that sounds or looks like the right one is an error. Any other one may be another
// person's; it is a warning, and nothing in names of two characters.
var personName = &Rule{
	ID:     "typo/person-name",
	Roster: true,
	Rises:  true,
	Needs:  Han,
	Begin: func(p *Pass) Inspector {
		x := p.run.c.roster
		return InspectFunc(func(seg *Segment, _ []Hit) {
			x.postings(seg, func(at posting) {
				if name, _, _ := x.nameBeside(seg.Text, at.post); name == "" {
					nearName(p, seg, at)
				}
			})
		})
	},
}

// nearName compares what stands beside a post with the names of its holders.
func nearName(p *Pass, seg *Segment, at posting) {
	x, text := p.run.c.roster, seg.Text
	for _, i := range at.holders {
		name := x.entries[i].Name
		n := utf8.RuneCountInString(name)
		spans := [...][2]int{
			{int(at.post.End), runesAfter(text, int(at.post.End), n)},
			{runesBefore(text, int(at.post.Start), n), int(at.post.Start)},
			{int(at.post.End), runesAfter(text, int(at.post.End), n-1)},
		}
		for k, s := range spans {
			if s[0] < 0 || s[1] <= s[0] {
				continue
			}
			have := text[s[0]:s[1]]
			if strings.ContainsFunc(have, func(r rune) bool { return !isHan(r) }) || x.byName[have] != nil {
				continue
			}
			level := Off
			if k < 2 {
				level = misspelt([]rune(have), []rune(name))
			} else if n > 3 && missingOne([]rune(have), []rune(name)) {
				level = Warning
			}
			if level != Off {
				p.Report(seg, s[0], s[1], Problem{Level: level, Suggest: []string{name}, Confidence: confidenceOf(level)})
				return
			}
		}
	}
}

// misspelt returns how grave it is that one name stands for another, Off when they may be of two persons.
func misspelt(have, name []rune) Level {
	at := -1
	for i := range name {
		if have[i] == name[i] {
			continue
		}
		if at >= 0 {
			// Two neighbours that change places.
			if i == at+1 && i == len(name)-1 && have[at] == name[i] && have[i] == name[at] && len(name) > 2 && at > 0 {
				return Error
			}
			return Off
		}
		at = i
	}
	switch {
	case at < 0:
		return Off
	case alikeInSound(have[at], name[at]) || alikeInShape(have[at], name[at]):
		return Error
	case len(name) > 2 && at > 0:
		return Warning
	}
	return Off
}

// missingOne reports whether have is name without one of its inner characters.
func missingOne(have, name []rune) bool {
	for i := 1; i < len(name)-1; i++ {
		if slices.Equal(have[:i], name[:i]) && slices.Equal(have[i:], name[i+1:]) {
			return true
		}
	}
	return false
}
