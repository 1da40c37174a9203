package formats

import (
	"bytes"
	"html"
	"slices"
	"strings"

	"proofcheck/source"
)

// A tag is the places of what a tag is written as.
type tag struct {
	*tagInfo
	attrs []attribute // in order; of two with one name the first counts
}

// An attribute is given by ranges of the raw tag.
type attribute struct {
	name               string // lower case
	nameFrom, nameTo   int
	valueFrom, valueTo int // without quotes; empty without a value
	valued             bool
	value              string // decoded, when it has been asked for
}

// scan reads the bytes of a tag, <name a=b c='d' e>. HTML Living Standard 13.2.5.
func (t *tag) scan(raw []byte) {
	t.attrs = t.attrs[:0]
	i := 1
	if i < len(raw) && raw[i] == '/' {
		i++
	}
	from := i
	for i < len(raw) && !space32(raw[i]) && raw[i] != '/' && raw[i] != '>' {
		i++
	}
	t.tagInfo = infoOf(lowered(raw[from:i]))
	for {
		for i < len(raw) && (space32(raw[i]) || raw[i] == '/') {
			i++
		}
		if i >= len(raw) || raw[i] == '>' {
			return
		}
		var a attribute
		a.nameFrom = i
		i++ // even "=" may begin a name
		for i < len(raw) && !space32(raw[i]) && raw[i] != '/' && raw[i] != '>' && raw[i] != '=' {
			i++
		}
		a.nameTo = i
		for i < len(raw) && space32(raw[i]) {
			i++
		}
		if i < len(raw) && raw[i] == '=' {
			a.valued = true
			i = a.scan(raw, i+1)
		}
		a.name = nameOf(lowered(raw[a.nameFrom:a.nameTo]))
		t.attrs = append(t.attrs, a)
	}
}

// scan reads the value that begins at offset i and returns where to go on.
func (a *attribute) scan(raw []byte, i int) int {
	for i < len(raw) && space32(raw[i]) {
		i++
	}
	if i < len(raw) && (raw[i] == '"' || raw[i] == '\'') {
		n := bytes.IndexByte(raw[i+1:], raw[i])
		if n < 0 {
			n = len(raw) - i - 1
		}
		a.valueFrom, a.valueTo = i+1, i+1+n
		return min(len(raw), a.valueTo+1)
	}
	a.valueFrom = i
	for i < len(raw) && !space32(raw[i]) && raw[i] != '>' {
		i++
	}
	a.valueTo = i
	return i
}

// find returns the attribute of a name, nil if there is none.
func (t *tag) find(name string) *attribute {
	for i := range t.attrs {
		if t.attrs[i].name == name {
			return &t.attrs[i]
		}
	}
	return nil
}

// text returns the decoded value of the attribute of a name.
func (t *tag) text(raw []byte, name string) string {
	if a := t.find(name); a != nil {
		return a.text(raw)
	}
	return ""
}

func (a *attribute) text(raw []byte) string {
	if a.value == "" && a.valueFrom < a.valueTo {
		v := string(raw[a.valueFrom:a.valueTo])
		if strings.IndexByte(v, '&') >= 0 {
			v = html.UnescapeString(v)
		}
		a.value = strings.ToValidUTF8(v, "\uFFFD")
	}
	return a.value
}

func space32(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// lowered returns b with the letters of ASCII in lower case, b itself if they are so already. Offsets stay what they
// are, whatever else is in it.
func lowered(b []byte) []byte {
	upper := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	first := slices.IndexFunc(b, upper)
	if first < 0 {
		return b
	}
	out := bytes.Clone(b)
	for i, c := range out[first:] {
		if upper(c) {
			out[first+i] += 'a' - 'A'
		}
	}
	return out
}

// nameOf returns an attribute's name as a string, without making a new one of the common names.
func nameOf(b []byte) string {
	switch string(b) {
	case "class":
		return "class"
	case "style":
		return "style"
	case "href":
		return "href"
	case "id":
		return "id"
	case "src":
		return "src"
	case "alt":
		return "alt"
	case "title":
		return "title"
	case "target":
		return "target"
	case "width":
		return "width"
	case "height":
		return "height"
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// longestEntity is more than the longest name of an entity with & and ;.
const longestEntity = 40

// decode appends the text that raw[from:to] stands for: entities are decoded.
func decode(f *flow, raw []byte, from, to int) {
	for from < to {
		n := bytes.IndexByte(raw[from:to], '&')
		if n < 0 {
			f.text(raw, from, to)
			return
		}
		if n > 0 {
			f.text(raw, from, from+n)
			from += n
		}
		text, size := entity(raw[from:to])
		if size == 0 {
			f.word(raw, from, from+1)
			from++
			continue
		}
		f.decoded(text, from, from+size)
		from += size
	}
}

// entity decodes the character reference at the beginning of b. size is 0 when there is none. HTML
// Living Standard 13.2.5.72.
func entity(b []byte) (text string, size int) {
	end := 1
	if end < len(b) && b[end] == '#' {
		end++
	}
	for end < len(b) && end < longestEntity && (b[end] >= '0' && b[end] <= '9' || b[end]|0x20 >= 'a' && b[end]|0x20 <= 'z') {
		end++
	}
	if end == 1 {
		return "", 0
	}
	if end < len(b) && b[end] == ';' {
		end++
	}
	written := string(b[:end])
	text = html.UnescapeString(written)
	if text == written {
		return "", 0
	}
	// An old name without its ; may be followed by more letters: what is left undecoded is the same
	// at the end of both.
	for size = end; size > 1 && len(text) > 1 && text[len(text)-1] == written[size-1] && text[len(text)-1] < 0x80; size-- {
		text = text[:len(text)-1]
	}
	return strings.ToValidUTF8(text, "\uFFFD"), size
}

// invisibleStyle reports whether a style keeps readers from seeing an element.
func invisibleStyle(style string) bool {
	style = strings.ToLower(style)
	for declaration := range strings.SplitSeq(style, ";") {
		name, value, ok := strings.Cut(declaration, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
		switch strings.TrimSpace(name) {
		case "display":
			if value == "none" {
				return true
			}
		case "visibility":
			if value == "hidden" || value == "collapse" {
				return true
			}
		case "opacity":
			if value == "0" || value == "0.0" || value == "0%" {
				return true
			}
		case "font-size", "max-height", "max-width":
			if nothing(value) {
				return true
			}
		case "width", "height":
			if (nothing(value) || value == "1px") && strings.Contains(style, "overflow") && strings.Contains(style, "hidden") {
				return true
			}
		case "left", "top", "right", "text-indent", "margin-left", "margin-top":
			if digits, ok := strings.CutPrefix(value, "-"); ok && far(digits) {
				return true
			}
		case "clip":
			if strings.Contains(value, "rect(0") || strings.Contains(value, "rect(1px") {
				return true
			}
		}
	}
	return false
}

func nothing(value string) bool {
	return value == "0" || value == "0px" || value == "0em" || value == "0pt" || value == "0%" || value == "0rem"
}

// far reports whether a length in px, em or % is off the screen.
func far(value string) bool {
	n := 0
	for n < len(value) && value[n] >= '0' && value[n] <= '9' {
		n++
	}
	unit := value[n:]
	return n >= 4 && (unit == "" || unit == "px") || n == 3 && value[0] == '9' && unit == "px" || n >= 3 && (unit == "em" || unit == "rem" || unit == "%")
}

// fill makes out the tag as rules see it.
func (t *tag) fill(out *source.Tag, raw []byte, span func(from, to int) source.Span, end, selfClosing bool) {
	*out = source.Tag{Name: t.name, End: end, SelfClosing: selfClosing, Attributes: slices.Grow(out.Attributes[:0], len(t.attrs))}
	for i := range t.attrs {
		a := &t.attrs[i]
		s := span(a.nameFrom, a.nameTo)
		if a.valued {
			s = span(a.valueFrom, a.valueTo)
		}
		out.Attributes = append(out.Attributes, source.TagAttribute{Name: a.name, Value: a.text(raw), Span: s})
	}
}
