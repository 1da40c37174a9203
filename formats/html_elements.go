package formats

import (
	"bytes"
	"strings"

	"proofcheck/source"
)

// maxDepth bounds the stack of open elements; deeper ones are not followed.
const maxDepth = 512

// start reads the start tag in h.tag.
func (h *htmlReader) start(raw []byte, selfClosing bool) {
	t := &h.tag
	if t.closes != "" {
		h.closeImplied(t.tagInfo)
	}
	if t.breaks {
		h.closeBlock()
	}
	if t.name == "a" {
		h.endLinks(0) // links do not stand in links
	}
	hidden := h.hides(raw)
	if h.skip == 0 || t.class == skipped {
		h.attributes(raw, hidden)
	}
	h.references(raw, hidden, selfClosing)
	if t.class == coded && h.open && h.skip == 0 {
		h.flow.gap(len(h.raw)-len(raw), len(h.raw))
	}
	if t.class == void || len(h.stack) >= maxDepth || selfClosing && h.skip > 0 {
		return
	}
	h.push(element{t.tagInfo, hidden})
	h.css = styleScanner{}
}

func (h *htmlReader) push(e element) {
	h.stack = append(h.stack, e)
	if e.class == skipped || e.class == coded {
		h.skip++
	}
	if e.hidden {
		h.hidden++
	}
}

// pop closes the elements above depth n.
func (h *htmlReader) pop(n int) {
	for len(h.stack) > n {
		e := h.stack[len(h.stack)-1]
		if e.breaks {
			h.closeBlock()
		}
		if e.class == skipped || e.class == coded {
			h.skip--
		}
		if e.hidden {
			h.hidden--
		}
		h.stack = h.stack[:len(h.stack)-1]
	}
}

// closeImplied closes the elements that a start tag ends without an end tag of theirs.
func (h *htmlReader) closeImplied(t *tagInfo) {
	for i := len(h.stack) - 1; i >= 0; i-- {
		name := " " + h.stack[i].name + " "
		if strings.Contains(t.closes, name) {
			h.pop(i)
			return
		}
		if strings.Contains(t.within, name) {
			return
		}
	}
}

// end reads the end tag in h.tag.
func (h *htmlReader) end(raw []byte) {
	t := &h.tag
	h.keep(raw)
	if t.name == "a" && len(h.links) > 0 {
		h.endLinks(len(h.links) - 1)
	}
	for i := len(h.stack) - 1; i >= 0; i-- {
		if h.stack[i].name == t.name {
			h.pop(i)
			break
		}
		// An inline element does not close what it stands in; nor does a cell what is around its table.
		if !t.breaks && h.stack[i].breaks || h.stack[i].name == "table" && strings.Contains(" td th tr p li ", " "+t.name+" ") {
			break
		}
	}
	if t.breaks {
		h.closeBlock()
	}
	if h.elements && (!h.terse || t.name == "html") {
		h.tagSegment(raw, nil, false, true, false)
	}
}

// hides reports whether the start tag in h.tag keeps readers from seeing its element.
func (h *htmlReader) hides(raw []byte) bool {
	t := &h.tag
	if t.class == void && t.name != "img" {
		return false
	}
	for i := range t.attrs {
		switch a := &t.attrs[i]; a.name {
		case "hidden":
			return string(raw[a.valueFrom:a.valueTo]) != "until-found"
		case "style":
			if invisibleStyle(a.text(raw)) {
				return true
			}
		}
	}
	return false
}

// attributes yields the values that readers see or hear, and those of meta elements.
func (h *htmlReader) attributes(raw []byte, hidden bool) {
	t := &h.tag
	if t.name == "meta" {
		h.meta(raw)
		return
	}
	for i := range t.attrs {
		a := &t.attrs[i]
		if a.valueFrom == a.valueTo {
			continue
		}
		button := a.name == "value" && t.name == "input" && strings.Contains(" button submit reset ", " "+strings.ToLower(t.text(raw, "type"))+" ")
		if spoken(a.name) && t.name != "link" || button {
			h.value(raw, a, source.Attribute, a.name, hidden)
		}
	}
}

// value yields the value of an attribute as a segment.
func (h *htmlReader) value(raw []byte, a *attribute, kind source.Kind, name string, hidden bool) {
	b := &h.aside
	b.Begin(raw, h.count.Position(), h.origin)
	f := flow{b: b}
	h.decode(&f, raw, a.valueFrom, a.valueTo)
	s := b.Segment()
	if s.Text == "" {
		return
	}
	s.Kind, s.Name, s.Hidden = kind, name, hidden || h.hidden > 0
	h.emit(s)
}

func (h *htmlReader) meta(raw []byte) {
	t := &h.tag
	name := t.text(raw, "name")
	if name == "" {
		name = t.text(raw, "property")
	}
	if name == "" {
		name = t.text(raw, "itemprop")
	}
	if a := t.find("content"); a != nil && name != "" && a.valueFrom < a.valueTo {
		h.value(raw, a, source.Metadata, strings.ToLower(name), false)
	}
}

// references records the links of the start tag in h.tag, in the open block where there is one, and
// yields the tag when that is asked for.
func (h *htmlReader) references(raw []byte, hidden, selfClosing bool) {
	t := &h.tag
	found := h.found[:0]
	for i := range t.attrs {
		if a := &t.attrs[i]; a.valueFrom < a.valueTo {
			found = h.targets(found, raw, a)
		}
	}
	if t.name == "a" && len(found) > 0 && !h.open && h.skip == 0 {
		h.begin()
	}
	h.found = found
	attached := h.open
	from := h.keep(raw)
	if attached {
		for _, l := range found {
			l.from, l.to, l.text = l.from+from, l.to+from, h.mark()
			switch {
			case (h.hidden > 0 || hidden) && !h.gone:
				h.dark = append(h.dark, l)
			case t.name == "a" && l.link.Attribute == "href":
				h.links = append(h.links, l)
			default:
				h.endLink(l)
			}
		}
		found = nil
	}
	if h.elements && (!h.terse || len(t.attrs) > 0 || t.name == "html") || len(found) > 0 {
		h.tagSegment(raw, found, hidden, false, selfClosing)
	}
}

// endLinks records the links whose words end here, all from index n on.
func (h *htmlReader) endLinks(n int) {
	for _, l := range h.links[n:] {
		h.endLink(l)
	}
	h.links = h.links[:n]
}

// endLink records a link whose words end here.
func (h *htmlReader) endLink(l openTag) {
	from, text := max(0, l.text-h.shed), h.b.Text()
	for from < len(text) && text[from] == ' ' {
		from++ // it stood before the link
	}
	h.b.Link(l.link, l.from, l.to, min(from, len(text)))
}

// mark returns the place in the text of the whole block at which the next words begin.
func (h *htmlReader) mark() int { return h.shed + h.b.Len() }

// tagSegment yields the tag in h.tag.
func (h *htmlReader) tagSegment(raw []byte, links []openTag, hidden, end, selfClosing bool) {
	b := &h.aside
	b.Begin(raw, h.count.Position(), h.origin)
	for _, l := range links {
		b.Link(l.link, l.from, l.to, 0)
	}
	s := b.Segment()
	s.Kind, s.Hidden = source.Element, hidden || h.hidden > 0
	s.Tag = &h.shown
	h.tag.fill(s.Tag, raw, b.Span, end, selfClosing)
	h.emit(s)
}

// targets appends the references in an attribute.
func (h *htmlReader) targets(list []openTag, raw []byte, a *attribute) []openTag {
	t := &h.tag
	add := func(from, to int) {
		for from < to && space32(raw[from]) {
			from++
		}
		for to > from && space32(raw[to-1]) {
			to--
		}
		if from < to && !(h.templates && templated(raw[from:to])) {
			value := ""
			if from == a.valueFrom && to == a.valueTo {
				value = a.text(raw)
			} else {
				value = (&attribute{valueFrom: from, valueTo: to}).text(raw)
			}
			list = append(list, openTag{link: source.Link{Target: value, Element: t.name, Attribute: a.name}, from: from, to: to})
		}
	}
	if a.name == "content" && t.name == "meta" {
		if strings.EqualFold(t.text(raw, "http-equiv"), "refresh") {
			lower := lowered(raw[a.valueFrom:a.valueTo])
			if i := bytes.Index(lower, []byte("url=")); i >= 0 {
				from, to := a.valueFrom+i+len("url="), a.valueTo
				for from < to && (raw[from] == '\'' || raw[from] == '"') {
					from++
				}
				for to > from && (raw[to-1] == '\'' || raw[to-1] == '"') {
					to--
				}
				add(from, to)
			}
		}
		return list
	}
	elements, ok := linkAttributes[a.name]
	if !ok || elements != "*" && !strings.Contains(elements, " "+t.name+" ") {
		return list
	}
	switch a.name {
	case "srcset", "imagesrcset":
		for from := a.valueFrom; from < a.valueTo; {
			end := from + candidate(raw[from:a.valueTo])
			url := end
			trimmed := bytes.TrimLeft(raw[from:end], " \t\r\n\f,")
			start := end - len(trimmed)
			if i := bytes.IndexAny(trimmed, " \t\r\n\f"); i >= 0 {
				url = start + i
			}
			add(start, url)
			from = end + 1
		}
	case "ping":
		for from := a.valueFrom; from < a.valueTo; {
			for from < a.valueTo && space32(raw[from]) {
				from++
			}
			to := from
			for to < a.valueTo && !space32(raw[to]) {
				to++
			}
			add(from, to)
			from = to
		}
	case "style":
		(&styleScanner{}).each(raw, a.valueFrom, a.valueTo, add)
	default:
		add(a.valueFrom, a.valueTo)
	}
	return list
}

// templated reports whether a value has a part that a template fills in.
func templated(value []byte) bool {
	return bytes.Contains(value, []byte("{{")) || bytes.Contains(value, []byte("{%"))
}

// candidate returns the length of the first candidate of a srcset, up to its comma. A comma inside of
// a data: URL is followed by no space.
func candidate(b []byte) int {
	lead := len(b) - len(bytes.TrimLeft(b, " \t\r\n\f,"))
	data := bytes.HasPrefix(b[lead:], []byte("data:"))
	for i := lead; i < len(b); i++ {
		if b[i] == ',' && (!data || i+1 == len(b) || space32(b[i+1])) {
			return i
		}
	}
	return len(b)
}

// comment yields a comment that is meant for proofcheck.
func (h *htmlReader) comment(raw []byte) {
	from, to := len("<!--"), len(raw)-len("-->")
	if !bytes.HasPrefix(raw, []byte("<!--")) || from > to || !bytes.HasSuffix(raw, []byte("-->")) {
		return
	}
	body := bytes.TrimSpace(raw[from:to])
	if !bytes.HasPrefix(body, []byte("proofcheck-")) {
		return
	}
	from += bytes.Index(raw[from:], body)
	h.aside.Begin(raw, h.count.Position(), h.origin)
	h.aside.Copy(from, from+len(body))
	s := h.aside.Segment()
	s.Kind = source.Directive
	h.emit(s)
}
