package checker

import "sync"

// repeatedWords reports three to eight Chinese characters that are written twice in a row:
// 北京市北京市. Doubled verbs have two characters at most and are left alone. CY/T 266-2023.
var repeatedWords = &Rule{
	ID:    "expression/repeated-words",
	Needs: Han,
	Begin: func(p *Pass) Inspector { return &repeats{pass: p, table: lastSeen.Get().(*lastTable)} },
}

// repeats knows where each character stood last: what is repeated at once stood as far back as the words are
// long. Characters that share a place in the table only hide each other.
type repeats struct {
	pass  *Pass
	table *lastTable
}

// A lastTable goes on from one document to the next, since base only grows.
type lastTable struct {
	last [1 << 12]int32 // by character: its offset in the segment and the base of the segment, from 1
	base int32
}

var lastSeen = sync.Pool{New: func() any { return &lastTable{} }}

func (c *repeats) Inspect(seg *Segment, _ []Hit) {
	text := seg.Text
	if len(text) < 18 {
		return
	}
	t := c.table
	if t.base > 1<<30 {
		*t = lastTable{}
	}
	t.base += longestRepeat + 1 // nothing of the segment before is in reach
	end := 0
	for i := 0; i+3 <= len(text); {
		char := text[i : i+3]
		if char[0] < 0xE4 || char[0] > 0xE9 {
			i++ // no byte of another character lies between these
			continue
		}
		last := &t.last[int(char[1]&0x3F)<<6|int(char[2]&0x3F)]
		at := t.base + int32(i)
		d := at - *last
		*last = at
		if uint32(d-shortestRepeat) <= longestRepeat-shortestRepeat {
			// The first character may occur within the words again; then the second one tells.
			for _, from := range [...]int{i - int(d) - 3, i - int(d)} {
				if from < end {
					continue
				}
				n := repeatedAt(text, from)
				if n == 0 {
					continue
				}
				// 的通知的通知 is another rule's; garbled text is garbled.
				if !chant(text, from, n) && text[from:from+3] != "的" && text[from:from+3] != "锟" {
					c.pass.Report(seg, from, from+2*n, Problem{Suggest: []string{text[from : from+n]}})
				}
				end = from + 2*n
				break
			}
		}
		i += 3
	}
	t.base += int32(len(text))
}

func (c *repeats) End() { lastSeen.Put(c.table) }

// The words that are repeated have three to eight characters of three bytes.
const (
	shortestRepeat = 9
	longestRepeat  = 24
)

// repeatedAt returns the length in bytes of what is repeated at offset i, 0 for nothing.
func repeatedAt(text string, i int) int {
	for n := shortestRepeat; n <= longestRepeat && i+2*n <= len(text); n += 3 {
		if text[i+2] == text[i+n+2] && text[i+1] == text[i+n+1] && text[i:i+n] == text[i+n:i+2*n] {
			for k := i; k < i+n; k += 3 {
				if text[k] < 0xE4 || text[k] > 0xE9 {
					return 0
				}
			}
			return n
		}
	}
	return 0
}

// chant reports whether the words are a call or a sound: three times or more, or one character
// over and over.
func chant(text string, i, n int) bool {
	// The repetition goes on: 加油干加油干加油干, also read from its second character on.
	at := i + 2*n
	if at+6 <= len(text) && text[at:at+6] == text[i:i+6] || i >= 3 && text[i-3:i] == text[i+n-3:i+n] {
		return true
	}
	return text[i:i+3] == text[i+3:i+6]
}
