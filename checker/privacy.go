package checker

import (
	"strconv"
	"strings"
)

// privacyRules are the rules of category privacy, in the order in which they run. None of their
// findings prints a whole number, nor the text around it.
var privacyRules = []*Rule{
	identityNumber,
	mobileNumber,
	bankCard,
	passportNumber,
	creditCode,
	privateMail,
	homeAddress,
	listedAddress,
}

// digitRuns calls f for each run of digits of Text, with what may end an identity number (X).
func digitRuns(seg *Segment, least, most int, f func(from, to int)) {
	text := seg.Text
	for i := 0; i < len(text); {
		if !isDigit(rune(text[i])) {
			i++
			continue
		}
		from := i
		for i < len(text) && isDigit(rune(text[i])) {
			i++
		}
		to := i
		if to-from == 17 && to < len(text) && (text[to] == 'X' || text[to] == 'x') {
			to++
			i++
		}
		if n := to - from; n >= least && n <= most && !partOfCode(text, from, to) {
			f(from, to)
		}
	}
}

// partOfCode reports whether a run of digits goes on in letters, a decimal or a path.
func partOfCode(text string, from, to int) bool {
	letter := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '/' || r == '=' || r == '*' || r == '#'
	}
	if letter(before(text, from)) || letter(after(text, to)) {
		return true
	}
	return to+1 < len(text) && text[to] == '.' && isDigit(rune(text[to+1])) || from > 1 && text[from-1] == '.' && isDigit(rune(text[from-2]))
}

// masked returns a number with its middle hidden.
func masked(number string, head, tail int) string {
	if len(number) <= head+tail {
		return strings.Repeat("*", len(number))
	}
	return number[:head] + strings.Repeat("*", len(number)-head-tail) + number[len(number)-tail:]
}

// nearby reports whether one of the words stands in the text shortly before offset at.
func nearby(text string, at int, words ...string) bool {
	lead := tail(text[:at], 16)
	for _, w := range words {
		if strings.Contains(lead, w) {
			return true
		}
	}
	return false
}

// identityNumber reports whole numbers of identity cards. GB 11643-1999; 个人信息保护法 第二十八条.
var identityNumber = &Rule{
	ID:    "privacy/id-number",
	On:    Words,
	Needs: Digit,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			digitRuns(seg, 18, 18, func(from, to int) {
				if number := seg.Text[from:to]; validIdentity(number) {
					p.Report(seg, from, to, Problem{Text: masked(number, 3, 4), Private: true})
				}
			})
		})
	},
}

// validIdentity checks region, date of birth and check character. GB 11643-1999 4.2.4.
func validIdentity(s string) bool {
	region, _ := strconv.Atoi(s[:2])
	year, _ := strconv.Atoi(s[6:10])
	month, _ := strconv.Atoi(s[10:12])
	day, _ := strconv.Atoi(s[12:14])
	if region < 11 || region > 82 || year < 1900 || year > 2100 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return false
	}
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	check := "10X98765432"[sum%11]
	return s[17] == check || check == 'X' && s[17] == 'x'
}

// mobileNumber reports whole mobile numbers. 个人信息保护法 第四条.
var mobileNumber = &Rule{
	ID:    "privacy/mobile",
	On:    Words,
	Needs: Digit,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			digitRuns(seg, 11, 11, func(from, to int) {
				number := seg.Text[from:to]
				if number[0] != '1' || number[1] < '3' || before(seg.Text, from) == '-' || after(seg.Text, to) == '-' || after(seg.Text, to) == '号' {
					return
				}
				if strings.Count(number, number[3:4]) > 7 {
					return // 13800000000: a sample
				}
				p.Report(seg, from, to, Problem{Text: masked(number, 3, 4), Private: true})
			})
		})
	},
}

// bankCard reports whole card numbers: a known prefix, the right length, the check digit of Luhn.
// ISO/IEC 7812-1; JR/T 0008-2000.
var bankCard = &Rule{
	ID:    "privacy/bank-card",
	On:    Words,
	Needs: Digit,
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, _ []Hit) {
			digitRuns(seg, 16, 19, func(from, to int) {
				number := seg.Text[from:to]
				if !luhn(number) || !strings.HasPrefix(number, "62") && !nearby(seg.Text, from, "卡号", "银行卡", "借记卡", "信用卡") || len(number) == 18 && validIdentity(number) {
					return
				}
				problem := Problem{Text: masked(number, 4, 4), Private: true}
				if !nearby(seg.Text, from, "卡号", "账号", "帐号", "银行", "开户", "账户", "卡") {
					problem.Level = Info
				}
				p.Report(seg, from, to, problem)
			})
		})
	},
}

// luhn reports whether the last digit is the check digit. ISO/IEC 7812-1 annex B.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// passportNumber reports passport numbers behind the word 护照. 护照法; the numbers of ordinary
// passports are E or G and eight digits, or E, a letter and seven digits.
var passportNumber = &Rule{
	ID:      "privacy/passport",
	On:      Words,
	Anchors: anchors("护照"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				window := seg.Text[h.To:min(len(seg.Text), h.To+48)]
				if m := passport().FindStringSubmatchIndex(window); m != nil {
					from, to := h.To+m[2], h.To+m[3]
					p.Report(seg, from, to, Problem{Text: masked(seg.Text[from:to], 2, 2), Private: true})
				}
			}
		})
	},
}

var passport = lazy(`^[^。；]{0,12}?\b([EGeg](?:[0-9]{8}|[A-Ha-h][0-9]{7}))\b`)

// creditCode reports unified social credit codes whose check character is wrong, and for
// information those of sole traders, which may lead to a person. GB 32100-2015.
var creditCode = &Rule{
	ID:      "privacy/credit-code",
	Rises:   true,
	On:      Words,
	Anchors: anchors("信用代码"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				window := seg.Text[h.To:min(len(seg.Text), h.To+40)]
				m := codeOfTrader().FindStringSubmatchIndex(window)
				if m == nil {
					continue
				}
				from, to := h.To+m[2], h.To+m[3]
				code := seg.Text[from:to]
				switch {
				case !validCreditCode(code):
					p.Report(seg, from, to, Problem{Message: ".invalid", Level: Warning})
				case strings.HasPrefix(code, "92"):
					p.Report(seg, from, to, Problem{Text: masked(code, 4, 4), Private: true})
				}
			}
		})
	},
}

var codeOfTrader = lazy(`^[^0-9A-Z。；]{0,9}([0-9A-HJ-NPQRTUWXY]{18})\b`)

// validCreditCode checks the last character. GB 32100-2015 5.4.
func validCreditCode(s string) bool {
	const set = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(set, s[i]) * weight
		weight = weight * 3 % 31
	}
	return s[17] == set[(31-sum%31)%31]
}

// privateMail reports addresses at the mail services that people use privately. 个人信息保护法 第四条.
var privateMail = &Rule{
	ID:      "privacy/email",
	On:      Words,
	Anchors: anchors("@qq.com", "@163.com", "@126.com", "@sina.com", "@139.com", "@gmail.com", "@hotmail.com", "@outlook.com", "@foxmail.com", "@yeah.net", "@sohu.com", "@189.cn", "@aliyun.com"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				from := h.From
				for from > 0 && (letterOrDigit(seg.Text[from-1]) || strings.IndexByte("._-+", seg.Text[from-1]) >= 0) {
					from--
				}
				if name := seg.Text[from:h.From]; name != "" && !strings.Contains(name, "*") {
					p.Report(seg, from, h.To, Problem{Text: masked(name, 1, 0) + seg.Text[h.From:h.To], Private: true})
				}
			}
		})
	},
}

func letterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
