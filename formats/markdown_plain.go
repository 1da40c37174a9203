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

// plainLine returns the length of the first line of b, its end included, and whether it has no markup
// but letters and marks.
func plainLine(b []byte) (int, bool) {
	for i, c := range b {
		switch markupBytes[c] {
		case 0:
		case lineEnd:
			if i > 0 && b[i-1] == ' ' || i > 1 && b[i-1] == '\r' && b[i-2] == ' ' {
				return 0, false // perhaps a hard line break
			}
			return i + 1, true
		case colon:
			if i+1 < len(b) && b[i+1] == '/' {
				return 0, false
			}
		case letterW:
			if i+3 < len(b) && b[i+1] == 'w' && b[i+2] == 'w' && b[i+3] == '.' {
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
)

// markupBytes are the bytes that may be markup inside of a line.
var markupBytes = [256]uint8{
	'\\': mark, '`': mark, '*': mark, '_': mark, '[': mark, ']': mark, '<': mark, '&': mark, '~': mark, '|': mark,
	'$': mark, '{': mark, '@': mark, blot: mark, '\v': mark, '\f': mark, 0: mark,
	'\n': lineEnd, ':': colon, 'w': letterW, '\r': returned,
}
