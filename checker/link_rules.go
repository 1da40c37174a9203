package checker

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"

	"proofcheck/links"
	"proofcheck/source"
)

// Links says what the links of a draft are held against. The zero value judges targets by themselves.
type Links struct {
	// Inspector judges targets by themselves; nil means one that knows nothing of the site.
	Inspector *links.Inspector

	// Tree holds the files that relative links lead to; nil leaves them alone. Page returns the slash path of
	// a document in it, "" for one that is none of its files. Where no relative link of a document
	// leads to a file, it does not lie in the folder of its site, and nothing is said of them, unless
	// the tree is known to be the site.
	Tree *links.Tree
	Page func(document string) string

	// History knows since when local links are broken; nil: nobody does.
	History History

	// Prober asks the network about other addresses; nil leaves them alone.
	Prober Prober
}

// History keeps what was wrong with the local links of documents. Recall is called at the end of each document that
// has been held against a Tree, and writes on what was found when it was first seen and how often. It is safe for
// many goroutines.
type History interface {
	Recall(document string, found []links.Seen)
}

// Prober asks the network about addresses, as *links.Prober does. It is safe for many goroutines.
type Prober interface {
	Probe(ctx context.Context, u *url.URL) *links.Answer
}

// Link rules take level, message and suggestion from package links, which knows what can be wrong.

// linkTargets reports targets that are wrong by themselves: no browser follows them as meant, or nobody
// outside of the office can. RFC 3986; 国办发〔2017〕47号.
var linkTargets = &Rule{
	ID:    "link/target",
	On:    Words | Elements,
	Needs: Linked,
	Rises: true,
	Begin: func(p *Pass) Inspector {
		inspector := p.run.c.opt.Links.Inspector
		if inspector == nil {
			inspector = defaultInspector()
		}
		return linksOf(func(seg *Segment, l *source.Link) {
			for _, problem := range inspector.Check(l, seg.Text[l.From:l.To]) {
				out := p.linkProblem(problem)
				out.Link = p.linkDetail(l, seg.Text[l.From:l.To], nil)
				if strings.HasPrefix(l.Target, strings.TrimSpace(seg.Text[l.From:l.To])) && l.From < l.To {
					out.Level = min(out.Level, Warning) // an address that a text speaks of, such as http://127.0.0.1:8080
				}
				p.ReportLink(seg, l, out)
			}
		})
	},
}

// emptyLink reports links whose href is there and empty: they lead to the page they stand on. RFC 3986 4.4;
// 政府网站与政务新媒体检查指标 (国办秘函〔2019〕19号).
var emptyLink = &Rule{
	ID:    "link/empty",
	On:    Elements,
	Needs: Opened,
	Tags:  []string{"a", "area"},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			href, ok := seg.Tag.Get("href")
			if !ok || strings.TrimSpace(href) != "" {
				return
			}
			level := Off
			if _, script := seg.Tag.Get("onclick"); script {
				level = Info // a script takes it
			}
			reportTag(p, seg, Problem{Level: level})
		})
	},
}

var defaultInspector = sync.OnceValue(func() *links.Inspector { return links.NewInspector(links.Options{}) })

// linkFiles reports relative links to files and anchors that are not there.
var linkFiles = &Rule{
	ID:    "link/local",
	Whole: true,
	On:    Words | Elements,
	Needs: Linked | Opened,
	Begin: func(p *Pass) Inspector {
		opt := &p.run.c.opt.Links
		if opt.Tree == nil || opt.Page == nil {
			return nothing
		}
		f := &files{pass: p, tree: opt.Tree, history: opt.History, page: opt.Page(p.Document().Name)}
		f.each = linksOf(f.resolve)
		return f
	},
}

// files keeps the places of broken links until it is clear that the draft lies in the folder of its site.
type files struct {
	pass    *Pass
	tree    *links.Tree
	history History  // may be nil
	page    string   // "" when the document is no file of the tree
	base    *url.URL // of the base element; nil without one
	each    Inspector
	there   int // links that lead to a file
	broken  []brokenLink
}

type brokenLink struct {
	place   *Place
	problem Problem
	id      string // of the problem, as of package links
	sure    bool   // nobody has to guess where the site lies
}

func (f *files) Inspect(seg *Segment, hits []Hit) {
	if seg.Tag != nil && seg.Tag.Name == "base" && f.base == nil {
		if href, ok := seg.Tag.Get("href"); ok {
			f.base, _ = links.Resolve(nil, href)
		}
		return
	}
	f.each.Inspect(seg, hits)
}

func (f *files) resolve(seg *Segment, l *source.Link) {
	absolute := links.Absolute(l.Target)
	if f.page == "" && !absolute && !(f.tree.Rooted() && strings.HasPrefix(l.Target, "/")) {
		return
	}
	local := f.tree.Resolve(f.page, f.base, l)
	problems := local.Problems
	if local.Name != "" && local.Name != f.page {
		f.there++
	}
	if len(problems) == 0 && local.Anchor != "" && local.Tree != nil {
		problems = local.Tree.Anchor(local.Name, local.Anchor)
	}
	for _, problem := range problems {
		out := f.pass.linkProblem(problem)
		out.Link = f.pass.linkDetail(l, seg.Text[l.From:l.To], nil)
		out.Level = min(out.Level, Warning) // the file may be on the server already
		out.Span, out.Text = &l.Span, l.Target
		sure := absolute || f.tree.Rooted() || local.Name != "" && local.Name == f.page
		if len(f.broken) < maxAsked {
			f.broken = append(f.broken, brokenLink{f.pass.Keep(seg, l.From, l.To, out), out, problem.ID, sure})
		} else if sure {
			f.pass.Report(seg, l.From, l.To, out)
		}
	}
}

func (f *files) End() {
	if f.there == 0 {
		f.broken = slices.DeleteFunc(f.broken, func(b brokenLink) bool { return !b.sure })
	}
	if f.history != nil && f.page != "" {
		seen := make([]links.Seen, len(f.broken))
		for i, b := range f.broken {
			seen[i] = links.Seen{Problem: b.id, Target: b.problem.Link.Target}
		}
		f.history.Recall(f.pass.Document().Name, seen)
		for i, s := range seen {
			f.broken[i].problem.Link.First, f.broken[i].problem.Link.Times = s.First, s.Times
		}
	}
	for _, b := range f.broken {
		f.pass.ReportAt(b.place, b.problem)
	}
}

// linkAnswers reports links whose servers do not answer, or answer with something else.
var linkAnswers = &Rule{
	ID:    "link/remote",
	On:    Words | Elements,
	Needs: Linked,
	Rises: true,
	Begin: func(p *Pass) Inspector {
		prober := p.run.c.opt.Links.Prober
		if prober == nil {
			return nothing
		}
		a := &answers{pass: p, prober: prober}
		a.each = linksOf(a.ask)
		return a
	},
}

// maxAsked bounds the links of one document that the network is asked about.
const maxAsked = 20_000

// answers keeps the places of links until the network has answered.
type answers struct {
	pass   *Pass
	prober Prober
	each   Inspector
	group  sync.WaitGroup
	asked  []*asked
}

type asked struct {
	place  *Place
	link   source.Link
	text   string
	url    *url.URL
	answer *links.Answer
}

func (a *answers) Inspect(seg *Segment, hits []Hit) { a.each.Inspect(seg, hits) }

func (a *answers) ask(seg *Segment, l *source.Link) {
	u, err := url.Parse(l.Target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(a.asked) == maxAsked {
		return
	}
	if tree := a.pass.run.c.opt.Links.Tree; tree != nil && tree.Holds(u) {
		return // link/local has looked for the file
	}
	q := &asked{link: *l, text: seg.Text[l.From:l.To], url: u}
	q.place = a.pass.Keep(seg, l.From, l.To, Problem{Span: &l.Span, Text: l.Target})
	a.asked = append(a.asked, q)
	ctx := a.pass.context()
	a.group.Go(func() { q.answer = a.prober.Probe(ctx, u) })
}

// End waits for the answers. When the check is cancelled they come at once.
func (a *answers) End() {
	a.group.Wait()
	for _, q := range a.asked {
		for _, problem := range links.Judge(&links.Reference{Link: q.link, Text: q.text}, q.answer) {
			out := a.pass.linkProblem(problem)
			out.Span = &q.link.Span
			out.Link = a.pass.linkDetail(&q.link, q.text, q.answer)
			a.pass.ReportAt(q.place, out)
		}
	}
}

// linksOf makes an Inspector of a function for single links.
func linksOf(f func(*Segment, *source.Link)) Inspector {
	return InspectFunc(func(seg *Segment, _ []Hit) {
		for i := range seg.Links {
			if l := &seg.Links[i]; l.Span.Len() > 0 {
				f(seg, l)
			}
		}
	})
}

// linkProblem puts what package links has found into the words of the rule.
func (p *Pass) linkProblem(problem links.Problem) Problem {
	out := Problem{Args: []string{"problem", links.Message(p.run.c.opt.Lang, problem)}, Safe: problem.Safe}
	switch problem.Level {
	case links.Info:
		out.Level = Info
	case links.Warning:
		out.Level = Warning
	default:
		out.Level = Error
	}
	if problem.Suggest != "" {
		out.Suggest = []string{problem.Suggest}
	}
	return out
}

// maxWords is how much of a link's words findings hold, in characters.
const maxWords = 60

func (p *Pass) linkDetail(l *source.Link, words string, a *links.Answer) *LinkDetail {
	return NewLinkDetail(p.run.c.opt.Lang, l.Target, strings.Clone(head(strings.TrimSpace(words), maxWords)), "", a)
}

func (p *Pass) context() context.Context { return p.run.ctx }
