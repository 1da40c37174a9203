package checker

import (
	"strings"
	"unicode/utf8"

	"proofcheck/source"
)

// homeAddress reports an address down to the door behind a word for somebody's home, and one behind 住 in the
// clause of a name: 张某某，男，住示例市和平路12号3单元502室. 个人信息保护法 第四条.
var homeAddress = &Rule{
	ID: "privacy/address",
	On: Words,
	Anchors: anchors("家庭住址", "家庭地址", "现住址", "户籍地址", "户籍所在地", "身份证住址", "居住地址", "住址：", "现住",
		"，住", "、住", "）住", "，家住", "居住在", "，现居"),
	Begin: func(p *Pass) Inspector {
		return InspectFunc(func(seg *Segment, hits []Hit) {
			end := 0
			for _, h := range hits {
				if h.From < end || h.Anchor >= firstHomeVerb && !nameBefore(seg.Text[:h.From]) {
					continue
				}
				window := seg.Text[h.To:min(len(seg.Text), h.To+160)]
				m := door().FindStringSubmatchIndex(window)
				if m == nil {
					continue
				}
				end = h.To + m[3]
				p.Report(seg, h.To+m[2], end, hidden(seg.Text[h.To+m[2]:end]))
			}
		})
	},
}

// firstHomeVerb is the anchor from which on a name must stand before it.
const firstHomeVerb = 9

var door = lazy(`^(?:为|是|在|于)?[：: ]?([^，。；：（）]{4,40}?(?:[0-9]+|[一二三四五六七八九十]+)(?:室|号楼|单元|栋|幢|组|号)[^，。；：（）]{0,12})`)

// hidden is the problem of an address, which it does not print.
func hidden(address string) Problem {
	return Problem{Text: head(address, 3) + strings.Repeat("*", max(1, utf8.RuneCountInString(address)-3)), Private: true}
}

// nameBefore reports whether a name stands among the last words of text, at the beginning of a clause: 张某某，男.
func nameBefore(text string) bool {
	clause := tail(text, 40)
	if i := strings.LastIndexAny(clause, "。；\n"); i >= 0 {
		_, n := utf8.DecodeRuneInString(clause[i:])
		clause = clause[i+n:]
	}
	for part := range strings.FieldsFuncSeq(clause, func(r rune) bool { return strings.ContainsRune("，、：:（）() 　", r) }) {
		for _, role := range [...]string{"原告", "被告", "被告人", "申请人", "被申请人", "当事人", "被执行人", "上诉人", "联系人", "户主", "姓名"} {
			part = strings.TrimPrefix(part, role)
		}
		if personLike(part) {
			return true
		}
	}
	return false
}

// personLike reports whether a text is nothing but a name: a surname and one or two more characters.
func personLike(text string) bool {
	n := utf8.RuneCountInString(text)
	first, size := utf8.DecodeRuneInString(text)
	if n < 2 || n > 3 || !readPosts().surnames[first] || strings.ContainsFunc(text, func(r rune) bool { return !isHan(r) }) {
		return false
	}
	return !strings.ContainsAny(text[size:], "省市县区镇乡村路街号楼")
}

// listedAddress reports an address down to the door in a cell of a table whose row has a name. 个人信息保护法
// 第四条.
var listedAddress = &Rule{
	ID:    "privacy/address-list",
	Whole: true,
	On:    Only(source.Cell),
	Begin: func(p *Pass) Inspector {
		since := maxRow // cells since the last name
		return InspectFunc(func(seg *Segment, _ []Hit) {
			text := strings.TrimSpace(seg.Text)
			if len(text) < 12 {
				if since++; personLike(strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), "　", "")) {
					since = 0
				}
				return
			}
			if since++; since > maxRow || seg.Class&Digit == 0 || len(text) > 180 {
				return
			}
			if m := doorInList().FindStringIndex(text); m != nil {
				p.Report(seg, 0, len(seg.Text), hidden(text))
				since = maxRow
			}
		})
	},
}

// maxRow is how many cells a row has at most between a name and an address.
const maxRow = 8

// Where people live, unlike an office, has a building and a door.
var doorInList = lazy(`^[\p{Han}0-9A-Za-z（）()、\-#]{4,60}(?:[0-9]+(?:号楼|栋|幢|座|单元)[\p{Han}0-9\-]{0,12}[0-9]+(?:室|号|户)|(?:村|屯|庄)[\p{Han}]{0,8}[0-9]+组?[0-9]*号)$`)
