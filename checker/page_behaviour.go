package checker

import (
	"net/url"
	"strings"

	"proofcheck/source"
)

// autoplay reports sound that begins by itself. GB/T 37668-2019 6.1.4.2.
var autoplay = &Rule{
	ID:   "page/autoplay",
	On:   Elements,
	Tags: []string{"audio", "video", "bgsound", "embed"},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			tag := seg.Tag
			value, plays := tag.Get("autoplay")
			if _, muted := tag.Get("muted"); tag.End || muted || !plays && tag.Name != "bgsound" || value == "false" {
				return
			}
			reportTag(p, seg, Problem{})
		})
	},
}

// vagueLink reports links whose words say nothing: 点击这里, 更多 alone is left alone. GB/T 37668-2019
// 6.2.4.4.
var vagueLink = &Rule{
	ID:    "page/vague-link",
	Needs: Linked,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			for i := range seg.Links {
				l := &seg.Links[i]
				if l.From >= l.To || l.Element != "a" || l.To > len(seg.Text) {
					continue
				}
				switch strings.ToLower(strings.TrimSpace(seg.Text[l.From:l.To])) {
				case "点击这里", "点这里", "这里", "点此", "此处", "点击此处", "戳这里", "请点击", "click here", "here":
					p.Report(seg, l.From, l.To, Problem{})
				}
			}
		})
	},
}

// headingJump reports headings that skip a level: 一级标题 and then 三级标题. GB/T 37668-2019 6.1.3.1.
var headingJump = &Rule{
	ID:    "page/heading-jump",
	Whole: true,
	On:    Only(source.Heading),
	Begin: func(p *Pass) Inspector {
		last := 0
		return InspectFunc(func(seg *Segment, _ []Hit) {
			if seg.Lead > 0 || seg.Text == "" || seg.Level == 0 {
				return
			}
			if last > 0 && seg.Level > last+1 {
				p.Report(seg, 0, len(seg.Text), Problem{Args: []string{"level", levelDigit(seg.Level), "last", levelDigit(last)}})
			}
			last = seg.Level
		})
	},
}

func levelDigit(n int) string { return string(rune('0' + n)) }

// hiddenFrame reports frames of no size, the sign of a page that was tampered with. 政府网站与政务新媒体
// 检查指标 (国办秘函〔2019〕19号), 安全问题.
var hiddenFrame = &Rule{
	ID:   "page/hidden-frame",
	On:   Elements,
	Tags: []string{"iframe", "frame"},
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			tag := seg.Tag
			src, _ := tag.Get("src")
			if tag.End || !external(src) {
				return
			}
			if zero(tag, "width") || zero(tag, "height") || seg.Hidden {
				reportTag(p, seg, Problem{})
			}
		})
	},
}

func zero(tag *source.Tag, name string) bool {
	v, ok := tag.Get(name)
	return ok && (v == "0" || v == "1" || v == "0px" || v == "1px")
}

func external(target string) bool {
	return strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") || strings.HasPrefix(target, "//")
}

// hiddenLink reports links to other sites that readers do not see (暗链). 政府网站与政务新媒体检查指标.
var hiddenLink = &Rule{
	ID:    "page/hidden-link",
	On:    Prose | Elements,
	Needs: Linked,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			if !seg.Hidden {
				return
			}
			for i := range seg.Links {
				l := &seg.Links[i]
				if l.Element != "a" || !external(l.Target) {
					continue
				}
				u, err := url.Parse(l.Target)
				if err != nil || u.Host == "" || strings.HasSuffix(u.Hostname(), ".gov.cn") {
					continue
				}
				p.ReportLink(seg, l, Problem{Args: []string{"host", u.Hostname()}})
			}
		})
	},
}

// floatingWindow reports windows that float over the page without a way to close them. 政府网站发展
// 指引 附件 网页设计规范 三.
var floatingWindow = &Rule{
	ID:    "page/floating-window",
	Whole: true,
	On:    Elements | Prose | Attributes,
	Begin: func(p *Pass) Inspector { return &floats{pass: p} },
}

// floats follows the element that floats until its end tag.
type floats struct {
	pass  *Pass
	place *Place
	name  string
	depth int
}

func (f *floats) Inspect(seg *Segment, _ []Hit) {
	if f.place == nil {
		if seg.Kind == source.Element {
			f.begin(seg)
		}
		return
	}
	if seg.Kind != source.Element {
		if closes(seg.Text) {
			f.place, f.depth = nil, 0
		}
		return
	}
	tag := seg.Tag
	for i := range tag.Attributes {
		if a := &tag.Attributes[i]; closes(a.Value) {
			f.place, f.depth = nil, 0
			return
		}
	}
	if tag.Name != f.name {
		return
	}
	if !tag.End {
		f.depth++
	} else if f.depth--; f.depth == 0 {
		f.pass.ReportAt(f.place, Problem{})
		f.place = nil
	}
}

func (f *floats) begin(seg *Segment) {
	tag := seg.Tag
	style, ok := tag.Get("style")
	if !ok || tag.End {
		return
	}
	style = strings.ReplaceAll(strings.ToLower(style), " ", "")
	if tag.SelfClosing || !strings.Contains(style, "position:fixed") || seg.Hidden || strings.Contains(style, "width:100%") {
		return
	}
	for i := range tag.Attributes {
		if closes(tag.Attributes[i].Value) {
			return
		}
	}
	f.place, f.name, f.depth = keepTag(f.pass, seg), tag.Name, 1
}

func (f *floats) End() {}

// closes reports whether words or attributes speak of closing.
func closes(s string) bool {
	if len(s) > 4096 {
		return false
	}
	lower := strings.ToLower(s)
	return strings.Contains(lower, "关闭") || strings.Contains(lower, "close") || s == "×" || s == "X" || s == "x" || strings.Contains(lower, "返回顶部") || strings.Contains(lower, "backtop")
}
