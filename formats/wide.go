package formats

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// wideMarks are the full-width marks that are typed for those of an address.
const wideMarks = "．。／：？＝＆＃－＿％"

// wideLead is the first byte of all of them but 。 in UTF-8.
const wideLead = 0xEF

// schemeMark returns the length of what stands between a scheme and a host, 0 for nothing; wide says that it has
// full-width marks.
func schemeMark(b []byte) (n int, wide bool) {
	colon := markLength(b, ":：")
	if colon == 0 {
		return 0, false
	}
	for _, slashes := range [...]string{"//", "／／"} {
		if bytes.HasPrefix(b[colon:], []byte(slashes)) {
			return colon + len(slashes), colon+len(slashes) > len("://")
		}
	}
	return 0, false
}

// wideEnd returns where an address ends whose host begins at offset i and that has full-width marks: in its host,
// or, when wide is set, before it. It is 0 for any other.
func wideEnd(b []byte, i int, wide bool) int {
	to, dotted := hostEnd(b, i)
	if to == i || !dotted && !wide {
		return 0
	}
	if n := markLength(b[to:], ":："); n > 0 && to+n < len(b) && b[to+n] >= '0' && b[to+n] <= '9' { // a port
		for to += n; to < len(b) && b[to] >= '0' && b[to] <= '9'; {
			to++
		}
	}
	if n := markLength(b[to:], "/?#／？＃"); n == 0 || n > 1 && !goesOn(b[to+n:]) {
		return to
	}
	for {
		if end := addressEnd(b, to); end > to {
			to = end
		}
		n := markLength(b[to:], wideMarks)
		if n == 0 || bytes.HasPrefix(b[to:], []byte("。")) || !goesOn(b[to+n:]) {
			return to
		}
		to += n
	}
}

// hostEnd returns where the host at offset i ends; wide says that it has full-width dots. These may belong to the
// sentence, so they are dots only where the host would not be one without what follows.
func hostEnd(b []byte, i int) (to int, wide bool) {
	to = i
	var stops []int // where a 。 was taken for a dot
	for to < len(b) {
		start := to
		for to < len(b) && (alphanumeric(b[to]) || b[to] == '-') {
			to++
		}
		n := markLength(b[to:], ".．。")
		if to == start || n == 0 || !goesOn(b[to+n:]) {
			break
		}
		if n > 1 && topLevel(b[start:to]) && !bytes.HasPrefix(b[to+n:], []byte("cn")) {
			break
		}
		if bytes.HasPrefix(b[to:], []byte("。")) {
			stops = append(stops, to)
		}
		to += n
	}
	for len(stops) > 0 && !topLevel(b[lastLabel(b[:to]):to]) {
		to, stops = stops[len(stops)-1], stops[:len(stops)-1]
	}
	return to, bytes.ContainsAny(b[i:to], "．。")
}

// markLength returns the length of the character that b begins with when it is one of these, 0 for another.
func markLength(b []byte, marks string) int {
	if r, n := utf8.DecodeRune(b); n > 0 && strings.ContainsRune(marks, r) {
		return n
	}
	return 0
}

// goesOn reports whether b begins as what is behind a mark of an address does, not as a sentence behind it.
func goesOn(b []byte) bool { return len(b) > 0 && alphanumeric(b[0]) }

// lastLabel returns where the last label of a host begins.
func lastLabel(host []byte) int {
	from := len(host)
	for from > 0 && (alphanumeric(host[from-1]) || host[from-1] == '-') {
		from--
	}
	return from
}

// topLevel reports whether a label is one that hosts of Chinese sites end in.
func topLevel(label []byte) bool {
	switch string(lowered(label)) {
	case "cn", "com", "net", "org", "gov", "edu":
		return true
	}
	return false
}
