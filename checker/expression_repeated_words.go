package checker

import "unicode/utf8"

// repeatedWords reports three to eight Chinese characters that are written twice in a row:
// 北京市北京市. Doubled verbs have two characters at most and are left alone. CY/T 266-2023.
var repeatedWords = &Rule{
	ID:    "expression/repeated-words",
	Needs: Han,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			text := seg.Text
			for i := 0; i+18 <= len(text); {
				if text[i] < 0xE4 || text[i] > 0xE9 {
					_, n := utf8.DecodeRuneInString(text[i:])
					i += n
					continue
				}
				if n := repeatedAt(text, i); n > 0 {
					// 的通知的通知 is another rule's; garbled text is garbled.
					if !chant(text, i, n) && text[i:i+3] != "的" && text[i:i+3] != "锟" {
						p.Report(seg, i, i+2*n, Problem{Suggest: []string{text[i : i+n]}})
					}
					i += 2 * n
					continue
				}
				i += 3
			}
		})
	},
}

// repeatedAt returns the length in bytes of what is repeated at offset i, 0 for nothing.
func repeatedAt(text string, i int) int {
	for n := 9; n <= 24 && i+2*n <= len(text); n += 3 {
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
