package typo

import "unicode/utf8"

// A token is a Chinese character, a mark, or a run of digits or of Latin letters; the
// commonest have the lowest numbers.
type token = uint16

// The tokens that are not characters.
const (
	boundary token = iota // beginning and end of a sentence
	unknown               // a character the model does not know
	digits
	latin
	symbol
	comma
	enumeration
	colon
	bracket
	title
	middleDot
	hanFirst token = 16
)

// A Vocabulary gives the characters from U+3400 to U+9FFF their tokens, 2 bytes each.
type Vocabulary string

// tokenOf classes a rune; skip is true for what is read over: spaces, quotation marks and
// invisible characters.
func (v Vocabulary) tokenOf(r rune) (t token, skip bool) {
	if d := uint32(r) - blockFirst; d <= blockLast-blockFirst {
		return get16(string(v), int(2*d)), false
	}
	if r >= 0xff01 && r <= 0xff5e {
		r -= 0xff01 - '!'
	}
	switch {
	case r >= '0' && r <= '9', r == '.', r == '%':
		return digits, false
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= 0xc0 && r < 0x250:
		return latin, false
	}
	switch r {
	case '。', '!', '?', ';', '\n':
		return boundary, false
	case ',':
		return comma, false
	case '、':
		return enumeration, false
	case ':':
		return colon, false
	case '(', ')', '[', ']', '【', '】', '〔', '〕':
		return bracket, false
	case '《', '》', '<', '>', '〈', '〉':
		return title, false
	case '·', '・', '•':
		return middleDot, false
	case '"', '\'', '“', '”', '‘', '’', '「', '」', '『', '』', ' ', '\t', '\r', '\u00a0', '\u3000', '\u200b', '\u200c', '\u200d', '\ufeff', '\u00ad':
		return 0, true
	case '〇':
		return digits, false
	}
	if r >= 0x20000 && r < 0x40000 {
		return unknown, false
	}
	return symbol, false
}

// Tokens appends the tokens of text and the byte at which each begins; runs of digits,
// letters and boundaries are one token.
func (v Vocabulary) Tokens(text string, ids []uint16, at []int32) ([]uint16, []int32) {
	last := ^token(0)
	for i := 0; i < len(text); {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		t, skip := v.tokenOf(r)
		if !skip {
			if t != last || t >= hanFirst || t > latin || t == unknown {
				ids, at = append(ids, t), append(at, int32(i))
			}
			last = t
		}
		i += n
	}
	return ids, at
}

// char returns the character of a token, 0 for those that are none.
func (m *Model) char(t token) rune {
	if i := 3 * int(t); t >= hanFirst && i+3 <= len(m.chars) {
		return rune(get24(m.chars, i))
	}
	return 0
}
