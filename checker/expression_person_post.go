package checker

import (
	"strings"

	"proofcheck/lexicon"
)

// personPost reports a rostered name beside a post that the person does not hold on the day of the
// document. 国办秘函〔2019〕19号; 政府信息公开条例 第二十条: 机构和领导信息.
//
// Words such as 原, 时任 and 曾任 before the post excuse it. A document that does not say its day is
// held against today, for information.
var personPost = &Rule{
	ID:     "expression/person-post",
	Whole:  true,
	Roster: true,
	Needs:  Han,
	Begin: func(p *Pass) Inspector {
		x := p.run.c.roster
		return InspectFunc(func(seg *Segment, _ []Hit) {
			x.postings(seg, func(at posting) {
				if name, from, to := x.nameBeside(seg.Text, at.post); name != "" {
					judgePost(p, seg, at, name, min(from, int(at.post.Start)), max(to, int(at.post.End)))
				}
			})
		})
	},
}

func judgePost(p *Pass, seg *Segment, at posting, name string, from, to int) {
	x, day, level := p.run.c.roster, p.DocumentDate(), Off
	if day == 0 {
		day, level = p.Today(), Info
	}
	if x.holds(name, at.holders, day) || formerly(seg.Text[:from]) {
		return
	}
	post := seg.Text[at.post.Start:at.post.End]
	problem := Problem{Level: level, Args: []string{"name", name, "post", post, "day", day.String()}}
	if held := x.postsOf(name, day); held != "" {
		problem.Message, problem.Args = ".other", append(problem.Args, "held", held)
	}
	p.Report(seg, from, to, problem)
}

// postsOf returns the posts that a name holds on a day, in full.
func (x *rosterIndex) postsOf(name string, day lexicon.Date) string {
	var out []string
	for _, i := range x.byName[name] {
		if e := &x.entries[i]; e.Holds(day) {
			out = append(out, e.Posts[0])
		}
	}
	return strings.Join(out, "、")
}

// formerly reports whether the clause that text ends with speaks of another time than its own.
func formerly(text string) bool {
	clause := tail(text, 16)
	if i := strings.LastIndexAny(clause, "。；！？\n"); i >= 0 {
		clause = clause[i:]
	}
	for _, word := range [...]string{"原", "时任", "曾", "前任", "历任", "先后", "拟任", "接替", "卸任", "免去", "辞去", "不再担任", "当时", "已故", "提名", "任命", "当选", "选举", "同志任", "为"} {
		if strings.Contains(clause, word) {
			return true
		}
	}
	return false
}
