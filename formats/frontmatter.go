package formats

import (
	"bytes"
	"strings"

	"proofcheck/source"
)

// longestMatter bounds the front matter, in bytes.
const longestMatter = 64 << 10

// frontMatter returns the lines of YAML or TOML between --- or +++ at the beginning of a file, and
// where the text after them begins; 0 when there is none.
func frontMatter(b []byte) (matter []byte, end int) {
	fence := ""
	for _, f := range [...]string{"---", "+++"} {
		if line, _, ok := bytes.Cut(b, []byte("\n")); ok && string(bytes.TrimRight(line, " \t\r")) == f {
			fence = f
		}
	}
	if fence == "" {
		return nil, 0
	}
	at := bytes.IndexByte(b, '\n') + 1
	start := at
	for at < len(b) && at < longestMatter {
		n := bytes.IndexByte(b[at:], '\n')
		line := b[at:]
		if n >= 0 {
			line = b[at : at+n]
		}
		switch trimmed := string(bytes.TrimRight(line, " \t\r")); {
		case trimmed == fence || fence == "---" && trimmed == "...":
			return b[start:at], min(len(b), at+len(line)+1)
		case n < 0:
			return nil, 0
		}
		at += n + 1
	}
	return nil, 0
}

// matterKinds are the keys of front matter whose values readers see.
var matterKinds = map[string]source.Kind{
	"title": source.Title, "linktitle": source.Metadata, "subtitle": source.Metadata, "description": source.Metadata,
	"summary": source.Metadata, "excerpt": source.Metadata, "abstract": source.Metadata, "keywords": source.Metadata,
	"tags": source.Metadata, "categories": source.Metadata, "category": source.Metadata, "author": source.Metadata,
	"date": source.Metadata, "pubdate": source.Metadata, "publishdate": source.Metadata, "lastmod": source.Metadata,
}

// front yields the values in the front matter at the beginning of b and returns its length. It reads
// lines: scalars, plain or quoted, lists in either style, and block scalars; what it does not
// understand it leaves out.
func (m *markdownReader) front(b []byte) int {
	m.chunk, m.pos, m.first = b, 0, m.count
	matter, end := frontMatter(b)
	m.matterLines(matter, bytes.IndexByte(b, '\n')+1)
	m.skipTo(end)
	return end
}

// matterLines yields the values in matter, which begins at offset base of the chunk.
func (m *markdownReader) matterLines(matter []byte, base int) {
	key := ""
	folded := false // the lines that follow, indented, are a block scalar
	for at := 0; at < len(matter); {
		n := bytes.IndexByte(matter[at:], '\n') + 1
		if n == 0 {
			n = len(matter) - at
		}
		line := matter[at : at+n]
		body := bytes.TrimRight(line, " \t\r\n")
		indent := len(body) - len(bytes.TrimLeft(body, " \t"))
		from := base + at + indent
		to := base + at + len(body)
		at += n
		if from >= to || m.chunk[from] == '#' {
			continue
		}
		switch {
		case indent == 0 && m.chunk[from] != '-':
			folded = false
			var value int
			key, value = matterKey(m.chunk[from:to])
			if key == "" || from+value >= to {
				continue
			}
			if c := m.chunk[from+value]; c == '|' || c == '>' {
				folded = true
				continue
			}
			m.matterValue(key, from+value, to)
		case folded && indent > 0:
			m.matterText(key, from, to)
		case bytes.HasPrefix(m.chunk[from:to], []byte("- ")):
			m.matterValue(key, skipSpace(m.chunk[:to], from+2), to)
		case m.chunk[from] == '"' || m.chunk[from] == '\'': // a list of TOML over several lines
			m.matterValue(key, from, to)
		}
	}
}

// matterKey returns the key of a line, in lower case, and where its value begins.
func matterKey(line []byte) (key string, value int) {
	i := bytes.IndexAny(line, ":=")
	if i <= 0 || i+1 < len(line) && line[i+1] != ' ' && line[i] == ':' {
		return "", 0
	}
	key = strings.ToLower(strings.Trim(string(line[:i]), " \t\"'"))
	if strings.ContainsAny(key, " {}[]") {
		return "", 0
	}
	return key, skipSpace(line, i+1)
}

// matterValue yields a scalar or the items of a list in brackets.
func (m *markdownReader) matterValue(key string, from, to int) {
	if from >= to {
		return
	}
	if m.chunk[from] != '[' {
		m.matterScalar(key, from, to)
		return
	}
	from++
	if m.chunk[to-1] == ']' {
		to--
	}
	for from < to {
		from = skipSpace(m.chunk[:to], from)
		end := from
		if from < to && (m.chunk[from] == '"' || m.chunk[from] == '\'') {
			if n := bytes.IndexByte(m.chunk[from+1:to], m.chunk[from]); n >= 0 {
				end = from + n + 2
			}
		}
		n := bytes.IndexByte(m.chunk[end:to], ',')
		if n < 0 {
			n = to - end
		}
		m.matterScalar(key, from, end+n)
		from = end + n + 1
	}
}

// matterScalar yields a plain or quoted value.
func (m *markdownReader) matterScalar(key string, from, to int) {
	for to > from && (space32(m.chunk[to-1]) || m.chunk[to-1] == ',') {
		to--
	}
	if from >= to {
		return
	}
	quote := m.chunk[from]
	if quote == '"' || quote == '\'' {
		n := bytes.LastIndexByte(m.chunk[from+1:to], quote)
		if n < 0 {
			return
		}
		from, to = from+1, from+1+n
	} else if i := bytes.Index(m.chunk[from:to], []byte(" #")); i >= 0 {
		to = from + len(bytes.TrimRight(m.chunk[from:from+i], " \t"))
	}
	m.matterText(key, from, to)
}

// matterText yields chunk[from:to] as the value of a key.
func (m *markdownReader) matterText(key string, from, to int) {
	kind, ok := matterKinds[key]
	if !ok || from >= to {
		return
	}
	b := &m.aside
	count := m.countAt(from)
	b.Begin(m.chunk[from:to], count.Position(), m.origin)
	f := flow{b: b}
	for at := 0; at < to-from; {
		raw := m.chunk[from:to]
		n := bytes.IndexByte(raw[at:], '\\')
		if n < 0 || at+n+1 >= len(raw) {
			f.text(raw, at, len(raw))
			break
		}
		f.text(raw, at, at+n)
		at += n
		if c := raw[at+1]; c == '"' || c == '\\' || c == '/' {
			f.decoded(string(raw[at+1:at+2]), at, at+2)
			at += 2
		} else {
			f.word(raw, at, at+1)
			at++
		}
	}
	s := b.Segment()
	if s.Text == "" {
		return
	}
	s.Kind, s.Name = kind, key
	if kind == source.Title {
		s.Name = ""
	}
	m.emit(s)
}
