package formats

import "bytes"

// blot stands for each byte of what is no text: templates, shortcodes and formulas. The parser takes
// it for a letter.
const blot = 0x1A

// margin stands for each byte between the lines of HTML that belongs to the quotation or list around
// it.
const margin = 0x1C

// longestMask is the longest template or formula, in bytes.
const longestMask = 4096

// mask appends to masked what the parser is to see of Markdown: the same bytes, but templates,
// shortcodes and formulas blotted out and no marks of emphasis in bare addresses. It appends to urls
// where these are.
func mask(masked []byte, urls [][2]int, b []byte) ([]byte, [][2]int) {
	out := append(masked, b...)
	for _, ours := range [...]byte{blot, margin} {
		for i := bytes.IndexByte(out, ours); i >= 0; i = bytes.IndexByte(out, ours) {
			out[i] = 0x7F // it stands in the file
		}
	}
	flatten(out[len(masked):])
	for i := 0; i < len(b); i++ {
		switch maskBytes[b[i]] {
		case 0:
		case '\\':
			if n := formula(b[i:], `\(`, `\)`); n > 0 {
				i += blotOut(out, i, n)
			} else if n := formula(b[i:], `\[`, `\]`); n > 0 {
				i += blotOut(out, i, n)
			} else {
				i++ // an escape
			}
		case '`', '~':
			i += codeLength(b, i) - 1
		case ']':
			if i+1 < len(b) && b[i+1] == '(' && tooNested(b[i+1:min(len(b), i+1+longestMask)]) {
				out[i+1] = 'x'
			}
		case '{':
			if n := template(b[i:]); n > 0 {
				i += blotOut(out, i, n)
			}
		case '$':
			if n := dollars(b, i); n > 0 {
				i += blotOut(out, i, n)
			}
		default:
			last := 0
			if len(urls) > 0 {
				last = urls[len(urls)-1][1]
			}
			if from, to := bareAddress(b, i, last); to > 0 {
				urls = append(urls, [2]int{from, to})
				for k := from; k < to; k++ {
					if b[k] == '_' || b[k] == '~' {
						out[k] = 'x'
					}
				}
				i = to - 1
			}
		}
	}
	return out, urls
}

// maskBytes are the bytes at which mask has to look.
var maskBytes = [256]byte{'\\': '\\', '`': '`', '~': '~', '{': '{', '$': '$', ']': ']', ':': ':', 'w': 'w', '@': '@', wideLead: wideLead}

// deepest is how deep quotations and brackets may stand in each other: the parser needs time that
// grows with the square of it. CommonMark asks for 32 pairs of brackets.
const deepest = 32

// tooNested reports whether more brackets open at the beginning of b than a target may have.
func tooNested(b []byte) bool {
	depth := 0
	for _, c := range b {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 || depth > deepest {
			break
		}
	}
	return depth > deepest
}

// flatten makes letters of the marks of quotations, lists and footnotes that stand too deep in others.
func flatten(b []byte) {
	for line := range bytes.Lines(b) {
		body := bytes.TrimLeft(line, " \t")
		for depth := 0; ; depth++ {
			n := containerMark(body)
			if n == 0 {
				break
			}
			if depth >= deepest {
				body[0] = 'x'
				break
			}
			body = bytes.TrimLeft(body[n:], " \t")
		}
	}
}

// blotOut keeps line ends, so that the lines stay what they are, and returns n-1.
func blotOut(out []byte, from, n int) int {
	for k := from; k < from+n; k++ {
		if out[k] != '\n' && out[k] != '\r' {
			out[k] = blot
		}
	}
	return n - 1
}

// codeLength returns how many bytes at offset i are code: to the end of a fenced block, or to as many
// marks in the same paragraph. It is the number of marks when they begin no code.
func codeLength(b []byte, i int) int {
	c := b[i]
	marks := run(b[i:], c)
	if marks >= 3 {
		// Only indentation and the marks of lists and quotations stand before a fence.
		const deepest = 256
		near := b[max(0, i-deepest):i]
		begin := bytes.LastIndexByte(near, '\n') + 1
		if body, _ := uncontained(b[i-len(near)+begin:]); (begin > 0 || i <= deepest) && len(body) == len(b)-i {
			return fenced(b[i:], c, marks)
		}
	}
	if c == '~' {
		return marks
	}
	rest := b[i+marks : min(len(b), i+marks+longestMask)]
	for at := 0; at < len(rest); {
		switch n := run(rest[at:], c); {
		case n == marks:
			return at + 2*marks
		case n > 0:
			at += n
		case rest[at] == '\n' && at+1 < len(rest) && rest[at+1] == '\n':
			return marks
		default:
			at++
		}
	}
	return marks
}

// fenced returns the length of the fenced code at the beginning of b, that of its first line when
// nothing closes it.
func fenced(b []byte, c byte, marks int) int {
	first := bytes.IndexByte(b, '\n') + 1
	if first == 0 {
		return marks
	}
	for at := first; at < len(b); {
		n := bytes.IndexByte(b[at:], '\n') + 1
		if n == 0 {
			n = len(b) - at
		}
		body := bytes.Trim(b[at:at+n], " \t\r\n>")
		if k := run(body, c); k >= marks && k == len(body) {
			return at + n
		}
		at += n
	}
	return first
}

// template returns the length of {{…}} or {%…%} at the beginning of b.
func template(b []byte) int {
	for _, pair := range [...][2]string{{"{{", "}}"}, {"{%", "%}"}} {
		if bytes.HasPrefix(b, []byte(pair[0])) {
			return enclosed(b, pair[0], pair[1])
		}
	}
	return 0
}

// enclosed returns the length of what begins with open and ends with shut in the same paragraph.
func enclosed(b []byte, open, shut string) int {
	window := b[:min(len(b), longestMask)]
	if i := bytes.Index(window, []byte("\n\n")); i >= 0 {
		window = window[:i]
	}
	if len(window) < len(open) {
		return 0
	}
	if i := bytes.Index(window[len(open):], []byte(shut)); i >= 0 {
		return len(open) + i + len(shut)
	}
	return 0
}

// formula returns the length of a formula between open and shut. Escaped brackets around Chinese are
// brackets.
func formula(b []byte, open, shut string) int {
	if !bytes.HasPrefix(b, []byte(open)) {
		return 0
	}
	n := enclosed(b, open, shut)
	if n == 0 || chineseText(b[len(open):n-len(shut)]) {
		return 0
	}
	return n
}

// dollars returns the length of $…$ or $$…$$ at offset i. Prices are no formulas: a closing dollar has
// no digit behind it, and no space stands inside of either.
func dollars(b []byte, i int) int {
	if bytes.HasPrefix(b[i:], []byte("$$")) {
		return enclosed(b[i:], "$$", "$$")
	}
	window := b[i+1 : min(len(b), i+1+512)]
	if k := bytes.IndexByte(window, '\n'); k >= 0 {
		window = window[:k]
	}
	end := bytes.IndexByte(window, '$')
	if end <= 0 || space32(window[0]) || space32(window[end-1]) || window[end-1] == '\\' {
		return 0
	}
	if end+1 < len(window) && (window[end+1] >= '0' && window[end+1] <= '9' || window[end+1] == '$') {
		return 0
	}
	if inner := window[:end]; chineseText(inner) && !command(inner) {
		return 0
	}
	return end + 2
}

// command reports whether TeX is in b, such as \text.
func command(b []byte) bool {
	for i := 0; i+1 < len(b); i++ {
		if b[i] == '\\' && b[i+1]|0x20 >= 'a' && b[i+1]|0x20 <= 'z' {
			return true
		}
	}
	return false
}

func chineseText(b []byte) bool {
	for i := 0; i+2 < len(b); i++ {
		if b[i] >= 0xE3 && b[i] <= 0xE9 {
			return true
		}
	}
	return false
}
