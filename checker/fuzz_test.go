package checker_test

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/formats"
)

// anchorsOfAll returns the literals that rules look for, and marks, digits and words around them.
var anchorsOfAll = sync.OnceValue(func() []string {
	seen := map[string]bool{}
	out := strings.Split("，。、；：？！“”‘’（）《》〈〉【】〔〕—…·～()[]{}<>\"'-,.:;?!/\\|*#_`~ \n", "")
	out = append(out, strings.Split("的地得一二三十百千万零〇年月日第条号和与及了是在中国人大会20251", "")...)
	out = append(out, "\n\n", "https://", "recieve", "欧阳", "2024年2月30日", "110101199001011234", "\u200b", "\u00ad", "国務院", "⽤", "\uFFFD", "&lt;", "星期三")
	for _, r := range checker.Rules() {
		if r.Anchors == nil {
			continue
		}
		for _, a := range r.Anchors() {
			if !seen[a] {
				seen[a] = true
				out = append(out, a)
			}
		}
	}
	return out
})

// FuzzRules puts the anchors of all rules together at random. Every finding must stand where it says, with
// the words that it says, and in order; the same draft gives the same findings.
func FuzzRules(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8})
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	f.Add(bytes.Repeat([]byte{0, 18, 0, 5}, 40))
	c, err := checker.New(checker.Options{Profile: "gov"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		anchors := anchorsOfAll()
		var b strings.Builder
		for i := 0; i+1 < len(data) && b.Len() < 20_000; i += 2 {
			b.WriteString(anchors[(int(data[i])<<8|int(data[i+1]))%len(anchors)])
		}
		draft := b.String()
		for _, format := range []*formats.Format{formats.Text, formats.Markdown, formats.HTML} {
			var first []string
			for round := range 2 {
				var found []string
				last := int64(-1)
				for finding, err := range c.Check(t.Context(), format.Split("draft", strings.NewReader(draft), formats.Options{Elements: c.Elements()}), nil) {
					if err != nil {
						t.Fatalf("%s: %v\n%q", format.Name, err, draft)
					}
					if finding.Start.Offset < last {
						t.Fatalf("%s: %s at %d after one at %d\n%q", format.Name, finding.Rule, finding.Start.Offset, last, draft)
					}
					last = finding.Start.Offset
					if finding.End.Offset < finding.Start.Offset || finding.End.Offset > int64(len(draft)) {
						t.Fatalf("%s: %s at %v–%v of %d bytes\n%q", format.Name, finding.Rule, finding.Start, finding.End, len(draft), draft)
					}
					if !utf8.ValidString(finding.Message) || strings.Contains(finding.Message, "{") && !strings.Contains(draft, "{") {
						t.Fatalf("%s: %s says %q\n%q", format.Name, finding.Rule, finding.Message, draft)
					}
					found = append(found, finding.Fingerprint)
				}
				if round == 0 {
					first = found
				} else if strings.Join(first, " ") != strings.Join(found, " ") {
					t.Fatalf("%s: two runs differ\n%q", format.Name, draft)
				}
			}
		}
	})
}

// BenchmarkPathological reads a quarter of a megabyte, and a megabyte, of what makes rules slow when they are
// quadratic: the speed of both must be the same.
func BenchmarkPathological(b *testing.B) {
	c, err := checker.New(checker.Options{Profile: "gov", Skip: []string{"typo/context"}}) // package typo has its own
	if err != nil {
		b.Fatal(err)
	}
	for _, unit := range []string{"《", "》", "（", "“", "一、", "的", "1", "１", "，", "。", "、", "一", "—", "http://", "<b>", "2024年", "第一条 ", "帐", "\u200b", "啊啊", "中华人民", "- ", "（一）\n\n", "&lt;", "，住", "以下三点：", "局长张晓明", "。（见", "《甲乙丙丁戊》", "（以下简称《甲》）", "新中国成立70周年", "2020.5.9 ", "附件：1、", "<div>", "1,", "1，", "省", "市、省、县三级", "recieve ", "邮编：1", "010-1", "据", "全国人民代表大会常务委", "秘书长欧阳文静"} {
		name := strings.Map(func(r rune) rune {
			if r <= ' ' || r == '/' || r == 0x200B {
				return '_'
			}
			return r
		}, unit)
		for _, size := range []int{1 << 18, 1 << 20} {
			b.Run(name+"/"+strconv.Itoa(size>>10)+"KiB", func(b *testing.B) {
				draft := strings.Repeat(unit, size/len(unit))
				b.SetBytes(int64(len(draft)))
				for b.Loop() {
					for _, err := range c.Check(b.Context(), formats.HTML.Split("draft.html", strings.NewReader(draft), formats.Options{}), nil) {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}
