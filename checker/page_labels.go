package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// The labels of a page of a government site. 政府网站发展指引 (国办发〔2017〕47号) 附件 网页设计规范 四.
var (
	siteLabels    = []string{"SiteName", "SiteDomain", "SiteIDCode"}
	columnLabels  = []string{"ColumnName", "ColumnType"}
	articleLabels = []string{"ArticleTitle", "PubDate", "ContentSource"}
)

// metaLabels reports whole pages that lack labels; a page with an ArticleTitle or a PubDate counts as
// an article.
var metaLabels = &Rule{
	ID:    "page/labels",
	Whole: true,
	Rises: true,
	On:    Elements,
	Tags:  []string{"html", "head", "meta"},
	Begin: func(p *Pass) Inspector { return &labels{pass: p, seen: map[string]bool{}} },
}

type labels struct {
	pass *Pass
	head *Place // the tag that begins the head of the page
	seen map[string]bool
}

func (l *labels) Inspect(seg *Segment, _ []Hit) {
	tag := seg.Tag
	switch {
	case tag.End:
	case tag.Name == "meta":
		if name, _ := tag.Get("name"); name != "" && len(l.seen) < 256 {
			if content, _ := tag.Get("content"); strings.TrimSpace(content) != "" {
				l.seen[strings.ToLower(name)] = true
			}
		}
	case tag.Name == "head":
		l.head = keepTag(l.pass, seg)
	}
}

func (l *labels) End() {
	if l.head == nil {
		return // a fragment
	}
	want := append(append([]string{}, siteLabels...), columnLabels...)
	if l.seen["articletitle"] || l.seen["pubdate"] || l.seen["contentsource"] {
		want = append(want, articleLabels...)
	}
	var missing []string
	for _, name := range want {
		if !l.seen[strings.ToLower(name)] {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		l.pass.ReportAt(l.head, Problem{Args: []string{"missing", strings.Join(missing, "、")}})
	}
}

// keepTag remembers the tag of an Element segment for a later ReportAt.
func keepTag(p *Pass, seg *Segment) *Place {
	start := seg.Base().Offset
	return p.Keep(seg, 0, 0, Problem{Span: &source.Span{Start: start, End: start + int64(len(seg.Raw()))}, Text: "<" + seg.Tag.Name + ">"})
}

// publicationDate reports a PubDate that is no date or lies in the future. 政府网站发展指引 附件 四;
// 政府网站与政务新媒体检查指标 (国办秘函〔2019〕19号), 弄虚作假.
var publicationDate = &Rule{
	ID:    "page/publication-date",
	Rises: true,
	On:    Metadata,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			if !strings.EqualFold(seg.Name, "pubdate") || seg.Text == "" {
				return
			}
			switch d := documentDate(seg.Name, seg.Text); {
			case d == 0 || !pubDateForm().MatchString(strings.TrimSpace(seg.Text)):
				p.Report(seg, 0, len(seg.Text), Problem{})
			case d > p.Today():
				p.Report(seg, 0, len(seg.Text), Problem{Message: ".future", Level: Error})
			}
		})
	},
}

var pubDateForm = lazy(`^\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?`)

// pageTitle reports a title of the page, an ArticleTitle or a first heading that differ by one or two
// characters, so that one of them is misspelt. GB/T 9704-2012; 政府网站发展指引 附件 四.
var pageTitle = &Rule{
	ID:    "page/title-mismatch",
	Whole: true,
	On:    Only(source.Title) | Only(source.Heading) | Metadata,
	Begin: func(p *Pass) Inspector { return &titles{pass: p} },
}

type titles struct {
	pass  *Pass
	first string // the first title seen
	done  bool
}

func (t *titles) Inspect(seg *Segment, _ []Hit) {
	if seg.Kind == source.Metadata && !strings.EqualFold(seg.Name, "articletitle") || seg.Kind == source.Heading && seg.Level > 1 || t.done {
		return
	}
	text := strings.TrimSpace(seg.Text)
	// The name of the site follows the title behind a mark: 标题 - 示例县人民政府.
	if i := strings.IndexAny(text, "-_|—–"); i > 0 && seg.Kind == source.Title {
		text = strings.TrimSpace(text[:i])
	}
	if utf8.RuneCountInString(text) < 8 {
		return
	}
	if t.first == "" {
		t.first = strings.Clone(text)
		return
	}
	if d := runeDistance(t.first, text, 2); d == 1 || d == 2 {
		p := t.pass
		p.Report(seg, 0, len(seg.Text), Problem{Args: []string{"first", t.first}})
		t.done = true
	}
}

func (t *titles) End() {}

// runeDistance returns how many characters must be changed, inserted or deleted between a and b,
// or limit+1 when more than limit.
func runeDistance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 200 || len(y) > 200 || len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return min(row[len(y)], limit+1)
}
