package formats

import "bytes"

// plainBlock returns the length of the paragraph or heading at the beginning of b when nothing in it
// can be markup, else 0.
func plainBlock(b []byte, eof bool) (n, level int) {
	if level = run(b, '#'); level > 0 {
		if level > 6 || level+1 >= len(b) || b[level] != ' ' {
			return 0, 0
		}
		end, ok := plainLine(b[level+1:])
		end += level + 1
		if !ok || end == len(b) && !eof || blank(b[level:end]) || bytes.HasSuffix(bytes.TrimRight(b[:end], " \t\r\n"), []byte("#")) {
			return 0, 0
		}
		return end, level
	}
	for n < len(b) {
		if blankTo, ok := blankLine(b[n:]); ok {
			// A definition may follow behind blank lines.
			for n += blankTo; n < len(b); n += blankTo {
				if blankTo, ok = blankLine(b[n:]); !ok {
					break
				}
			}
			if n == len(b) {
				if eof {
					return n, 0
				}
				return 0, 0
			}
			if b[n] == ':' {
				return 0, 0
			}
			return n, 0
		}
		if !plainStart(b[n:]) {
			return 0, 0
		}
		end, ok := plainLine(b[n:])
		if !ok {
			return 0, 0
		}
		n += end
	}
	if !eof {
		return 0, 0
	}
	return n, 0
}

// plainItems returns the length of the list at the beginning of b when each of its items is a line in
// which nothing can be markup, else 0.
func plainItems(b []byte, eof bool) int {
	n := 0
	for n < len(b) {
		if _, ok := blankLine(b[n:]); ok {
			break
		}
		mark := itemMark(b[n:])
		if mark == 0 || n+mark >= len(b) || !plainStart(b[n+mark:]) {
			return 0
		}
		end, ok := plainLine(b[n+mark:])
		if !ok {
			return 0
		}
		n += mark + end
	}
	for n < len(b) {
		blankTo, ok := blankLine(b[n:])
		if !ok {
			if b[n] == ' ' || b[n] == '\t' || b[n] == ':' {
				return 0 // it belongs to the last item
			}
			return n
		}
		n += blankTo
	}
	if !eof {
		return 0
	}
	return n
}

// itemMark returns the length of the mark of a list item at the beginning of a line, with the spaces
// behind it, 0 when there is none.
func itemMark(b []byte) int {
	if len(b) < 3 {
		return 0
	}
	n := 1
	switch c := b[0]; {
	case c == '-' || c == '+' || c == '*':
	case c >= '0' && c <= '9':
		for n < len(b) && n < 9 && b[n] >= '0' && b[n] <= '9' {
			n++
		}
		if n == len(b) || b[n] != '.' && b[n] != ')' {
			return 0
		}
		n++
	default:
		return 0
	}
	spaces := run(b[n:], ' ')
	if spaces == 0 || spaces > 4 {
		return 0
	}
	return n + spaces
}

// closedFence returns the length of the fenced code at the beginning of b, its last line included, 0
// when there is none or no end of it.
func closedFence(b []byte) int {
	if b[0] != '`' && b[0] != '~' {
		return 0
	}
	marks := run(b, b[0])
	first := bytes.IndexByte(b, '\n') + 1
	if marks < 3 || first == 0 || b[0] == '`' && bytes.IndexByte(b[marks:first], '`') >= 0 {
		return 0
	}
	for at := first; at < len(b); {
		n := bytes.IndexByte(b[at:], '\n') + 1
		if n == 0 {
			return 0
		}
		line := b[at : at+n]
		body := bytes.Trim(line, " \t\r\n")
		if k := run(body, b[0]); k >= marks && k == len(body) && run(line, ' ') < 4 && line[0] != '\t' {
			return at + n
		}
		at += n
	}
	return 0
}

// blankLine returns the length of the line that b begins with when it is blank.
func blankLine(b []byte) (int, bool) {
	for i, c := range b {
		switch c {
		case '\n':
			return i + 1, true
		case ' ', '\t', '\r', '\v', '\f':
		default:
			return 0, false
		}
	}
	return len(b), true
}

// plainStart reports whether a line that begins with b belongs to a paragraph.
func plainStart(b []byte) bool {
	switch c := b[0]; {
	case c <= ' ', c == '#', c == '-', c == '+', c == '=', c == '>', c == ':', c == '%':
		return false
	case c >= '0' && c <= '9':
		for i := 1; i < len(b); i++ {
			if b[i] < '0' || b[i] > '9' {
				return b[i] != '.' && b[i] != ')'
			}
		}
	}
	return true
}

// codeSpan returns the length of the code between two single marks on a line that b begins with, else 0.
func codeSpan(b []byte) int {
	n := bytes.IndexByte(b[1:], '`')
	if n <= 0 || n+2 < len(b) && b[n+2] == '`' || bytes.IndexByte(b[1:n+1], '\n') >= 0 {
		return 0
	}
	return n + 2
}

// plainLine returns the length of the first line of b, its end included, and whether it has no markup
// but letters and marks, and code.
func plainLine(b []byte) (int, bool) {
	for i := 0; i < len(b); i++ {
		switch markupBytes[b[i]] {
		case 0:
		case codeMark:
			n := codeSpan(b[i:])
			if n == 0 {
				return 0, false
			}
			i += n - 1
		case lineEnd:
			if i > 0 && b[i-1] == ' ' || i > 1 && b[i-1] == '\r' && b[i-2] == ' ' {
				return 0, false // perhaps a hard line break
			}
			return i + 1, true
		case colon:
			if n, _ := schemeMark(b[i:]); n > 0 {
				return 0, false
			}
		case letterW:
			if i+2 < len(b) && b[i+1] == 'w' && b[i+2] == 'w' {
				return 0, false
			}
		case returned:
			if i+1 < len(b) && b[i+1] != '\n' {
				return 0, false
			}
		default:
			return 0, false
		}
	}
	return len(b), true
}

const (
	mark = 1 + iota
	lineEnd
	colon
	letterW
	returned
	codeMark
)

// markupBytes are the bytes that may be markup inside of a line.
var markupBytes = [256]uint8{
	'\\': mark, '`': codeMark, '*': mark, '_': mark, '[': mark, ']': mark, '<': mark, '&': mark, '~': mark, '|': mark,
	'$': mark, '{': mark, '@': mark, blot: mark, '\v': mark, '\f': mark, 0: mark,
	'\n': lineEnd, ':': colon, wideLead: colon, 'w': letterW, '\r': returned,
}
