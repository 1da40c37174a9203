package formats

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"proofcheck/source"
)

// A transcoder appends the UTF-8 of a chunk to dst, tells the origin, and returns how many bytes of
// the chunk it has used; an incomplete character at the end is left unless the file ends there.
// Invalid bytes become U+FFFD one by one.
type transcoder func(dst, chunk []byte, last bool, origin *source.Origin) (out []byte, used int)

// transcoderFor returns the IANA name and the transcoder of an encoding, nil for UTF-8.
func transcoderFor(name string) (string, transcoder, error) {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "utf-8", "utf8", "us-ascii", "ascii", "unicode-1-1-utf-8":
		return "utf-8", nil, nil
	case "gbk", "gb2312", "gb_2312-80", "gb18030", "gb18030-2022", "x-gbk", "cp936", "ms936", "windows-936", "csgb2312", "chinese":
		return "gb18030", doubleByte(gbk, gbkLength), nil
	case "big5", "big5-hkscs", "x-x-big5", "cn-big5", "cp950", "csbig5":
		return "big5", doubleByte(big5, func([]byte) int { return 2 }), nil
	case "utf-16", "utf-16le", "utf16", "unicode", "ucs-2":
		return "utf-16le", wide(0), nil
	case "utf-16be":
		return "utf-16be", wide(1), nil
	}
	return "", nil, fmt.Errorf("unsupported encoding %q; use UTF-8, GB18030, GBK, Big5 or UTF-16", name)
}

// gbkLength returns how many bytes the character takes whose first two bytes are given.
func gbkLength(b []byte) int {
	if b[1] >= '0' && b[1] <= '9' {
		return 4
	}
	return 2
}

// A charTable holds the characters of two bytes. It is filled as they are met, by the encoding's
// own decoder, and shared by all files.
type charTable struct {
	encoding encoding.Encoding
	once     sync.Once
	chars    []string // by the two bytes; "" is invalid
}

var (
	gbk  = &charTable{encoding: simplifiedchinese.GB18030}
	big5 = &charTable{encoding: traditionalchinese.Big5}
)

// load decodes all pairs at once: some ten thousand characters, in a few milliseconds, and only
// when a file in this encoding is read.
func (t *charTable) load() []string {
	t.once.Do(func() {
		t.chars = make([]string, 1<<16)
		decoder := t.encoding.NewDecoder()
		var in [2]byte
		for lead := 0x81; lead <= 0xFE; lead++ {
			for trail := 0x40; trail <= 0xFE; trail++ {
				in[0], in[1] = byte(lead), byte(trail)
				out, err := decoder.Bytes(in[:])
				if err == nil && !strings.ContainsRune(string(out), utf8.RuneError) {
					t.chars[lead<<8|trail] = string(out)
				}
			}
		}
	})
	return t.chars
}

// doubleByte makes the transcoder of an encoding with characters of one, two and perhaps four bytes.
func doubleByte(table *charTable, length func([]byte) int) transcoder {
	return func(dst, chunk []byte, last bool, origin *source.Origin) ([]byte, int) {
		chars := table.load()
		i := 0
		for i < len(chunk) {
			if chunk[i] < 0x80 {
				from := i
				for i < len(chunk) && chunk[i] < 0x80 {
					i++
				}
				dst = append(dst, chunk[from:i]...)
				origin.AddRun(i-from, 1, 1)
				continue
			}
			n := 2
			if i+1 < len(chunk) {
				n = length(chunk[i : i+2])
			}
			if i+n > len(chunk) && !last {
				break
			}
			s := ""
			switch {
			case i+n > len(chunk):
			case n == 2:
				s = chars[int(chunk[i])<<8|int(chunk[i+1])]
			default:
				if out, err := table.encoding.NewDecoder().Bytes(chunk[i : i+4]); err == nil && utf8.RuneCount(out) == 1 && string(out) != "\uFFFD" {
					s = string(out)
				}
			}
			if s == "" {
				s, n = "\uFFFD", 1
			}
			dst = append(dst, s...)
			origin.Add(len(s), n)
			i += n
		}
		return dst, i
	}
}

// wide makes the transcoder of UTF-16; low is which of two bytes is the low one, 0 or 1.
func wide(low int) transcoder {
	unit := func(b []byte) rune { return rune(b[1-low])<<8 | rune(b[low]) }
	return func(dst, chunk []byte, last bool, origin *source.Origin) ([]byte, int) {
		i := 0
		for i+1 < len(chunk) {
			r, n := unit(chunk[i:]), 2
			if utf16.IsSurrogate(r) {
				if i+3 >= len(chunk) && !last {
					break
				}
				pair := utf8.RuneError
				if i+3 < len(chunk) {
					pair = utf16.DecodeRune(r, unit(chunk[i+2:]))
				}
				if r = pair; pair != utf8.RuneError {
					n = 4
				}
			}
			before := len(dst)
			dst = utf8.AppendRune(dst, r)
			origin.Add(len(dst)-before, n)
			i += n
		}
		if last && i+1 == len(chunk) {
			dst = append(dst, "\uFFFD"...)
			origin.Add(3, 1)
			i++
		}
		return dst, i
	}
}
