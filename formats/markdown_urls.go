package formats

import (
	"bytes"
	"strings"
)

// bareAddress returns where the address stands of which b[i] is the colon, the first letter (www.) or
// the @; to is 0 when there is none. It does not reach to before offset last. GFM 6.9, but Chinese
// letters and marks end an address, and none is needed before it; and addresses that were typed with
// full-width marks are addresses too, which nobody can follow.
func bareAddress(b []byte, i, last int) (from, to int) {
	switch b[i] {
	case ':', wideLead:
		n, wide := schemeMark(b[i:])
		if n == 0 {
			return 0, 0
		}
		from = i
		for from > last && b[from-1]|0x20 >= 'a' && b[from-1]|0x20 <= 'z' {
			from--
		}
		switch string(lowered(b[from:i])) {
		case "http", "https", "ftp":
		default:
			return 0, 0
		}
		to = addressEnd(b, i+n)
		if end := wideEnd(b, i+n, wide); end > 0 {
			to = end
		}
		if to <= i+n {
			return 0, 0
		}
	case 'w':
		if !bytes.HasPrefix(b[i:], []byte("www")) || i > 0 && strings.IndexByte("./@-_", b[i-1]) >= 0 {
			return 0, 0
		}
		from, to = i, wideEnd(b, i, false)
		if to > 0 {
			break
		}
		if !bytes.HasPrefix(b[i:], []byte("www.")) {
			return 0, 0
		}
		to = addressEnd(b, i+4)
		if to < i+4 || bytes.IndexByte(b[i+4:to], '.') <= 0 {
			return 0, 0
		}
	default:
		return mailAddress(b, i, last)
	}
	if from > 0 && (alphanumeric(b[from-1]) || b[from-1] == '<') || targeted(b[max(0, from-64):from]) {
		return 0, 0
	}
	return from, to
}

// targeted reports whether a target of a link follows behind b.
func targeted(b []byte) bool {
	b = bytes.TrimRight(b, " \t\r\n")
	return bytes.HasSuffix(b, []byte("](")) || bytes.HasSuffix(b, []byte("]:"))
}

// addressEnd returns where an address that has begun before offset i ends, without marks that belong
// to the sentence.
func addressEnd(b []byte, i int) int {
	start, depth := i, 0
	for i < len(b) && b[i] > ' ' && b[i] < 0x7F && strings.IndexByte("<>\"`|[]{}*\\^", b[i]) < 0 {
		if b[i] == '(' {
			depth++
		} else if b[i] == ')' {
			if depth == 0 {
				break
			}
			depth--
		}
		i++
	}
	for i > start {
		c := b[i-1]
		switch {
		case c == ';' && bytes.LastIndexByte(b[start:i], '&') >= 0:
			k := start + bytes.LastIndexByte(b[start:i], '&')
			if !entityName(b[k+1 : i-1]) {
				return i - 1
			}
			i = k
			continue
		case strings.IndexByte("?!.,:;_~'", c) < 0:
			return i
		}
		i--
	}
	return i
}

func entityName(b []byte) bool {
	for _, c := range b {
		if !alphanumeric(c) {
			return false
		}
	}
	return len(b) > 0
}

// mailAddress returns where the mail address stands whose @ is b[i].
func mailAddress(b []byte, i, last int) (from, to int) {
	from, to = i, i+1
	for from > last && (alphanumeric(b[from-1]) || strings.IndexByte(".+-_", b[from-1]) >= 0) {
		from--
	}
	for to < len(b) && (alphanumeric(b[to]) || b[to] == '.' || b[to] == '-' || b[to] == '_') {
		to++
	}
	for to > i && !alphanumeric(b[to-1]) {
		to--
	}
	if from == i || to <= i+1 || bytes.IndexByte(b[i:to], '.') <= 1 || from > 0 && strings.IndexByte("/:<@\\", b[from-1]) >= 0 {
		return 0, 0
	}
	return from, to
}

// addressTarget returns where a bare address leads.
func addressTarget(address string) string {
	switch {
	case strings.ContainsAny(address, wideMarks):
		return address // nobody knows yet what is meant
	case strings.HasPrefix(address, "www."):
		return "http://" + address
	case strings.Contains(address, "://"):
		return address
	}
	return "mailto:" + address
}
