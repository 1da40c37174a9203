package near

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var phrases = []string{"中华人民共和国", "未成年人保护法", "精神文明创建", "全国人民代表大会常务委员会", "全面建成小康社会", "全面建设小康社会"}

func TestFind(t *testing.T) {
	m, err := Compile(phrases)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		text, match, phrase string
		kind                Kind
		at                  int
	}{
		{"中国人民共和国成立", "中国人民共和国", "中华人民共和国", Changed, 1},
		{"中华人民共合国宪法", "中华人民共合国", "中华人民共和国", Changed, 5},
		{"依据未成年保护法", "未成年保护法", "未成年人保护法", Missing, 3},
		{"中华人名民共和国", "中华人名民共和国", "中华人民共和国", Extra, 3},
		{"中人华民共和国", "中人华民共和国", "中华人民共和国", Swapped, 1},
		{"中华民人共和国", "中华民人共和国", "中华人民共和国", Swapped, 2},
		{"精神文明创造活动", "精神文明创造", "精神文明创建", Changed, 5},
		{"全国人民代表大会常务委会员", "全国人民代表大会常务委会员", "全国人民代表大会常务委员会", Swapped, 11},
		{"全国人民代大会常务委员会", "全国人民代大会常务委员会", "全国人民代表大会常务委员会", Missing, 5},
	} {
		var got []Match
		m.Find("前文"+test.text+"后文", func(f Match) bool { got = append(got, f); return true })
		if len(got) != 1 {
			t.Errorf("%s: found %v, want one", test.text, got)
			continue
		}
		f := got[0]
		if text := ("前文" + test.text + "后文")[f.Start:f.End]; text != test.match || phrases[f.Phrase] != test.phrase || f.Kind != test.kind || f.At != test.at {
			t.Errorf("%s: got %q for %s, kind %d at %d; want %q for %s, kind %d at %d", test.text, text, phrases[f.Phrase], f.Kind, f.At, test.match, test.phrase, test.kind, test.at)
		}
	}
}

func TestExact(t *testing.T) {
	m, err := Compile(phrases)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"中华人民共和国", "为全面建设小康社会而奋斗", "全面建成小康社会", "", "中华", "人民共和国", "中华人民共和", "全国人民代表大会",
	} {
		m.Find(text, func(f Match) bool {
			t.Errorf("%q: found %v", text, f)
			return true
		})
	}
}

func TestCompileErrors(t *testing.T) {
	for _, p := range []string{"", "人民政府", strings.Repeat("长", 65), "2030年GDP总量"} {
		if _, err := Compile([]string{p}); err == nil || !strings.Contains(err.Error(), "characters") {
			t.Errorf("%q: got %v", p, err)
		}
	}
}

// Every single edit that is not at the outer ends is found, and what is found is one edit away.
func TestEdits(t *testing.T) {
	phrase := []rune("甲乙丙丁戊己庚辛壬癸")
	m, err := Compile([]string{string(phrase)})
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		s := append([]rune(nil), phrase...)
		at := 1 + random.IntN(len(s)-2)
		switch random.IntN(4) {
		case 0:
			s[at] = '子'
		case 1:
			s = append(s[:at], s[at+1:]...)
		case 2:
			s = append(s[:at], append([]rune{'丑'}, s[at:]...)...)
		case 3:
			at = random.IntN(len(s) - 1)
			s[at], s[at+1] = s[at+1], s[at]
		}
		found := 0
		m.Find("前"+string(s)+"后", func(f Match) bool {
			found++
			if got := ("前" + string(s) + "后")[f.Start:f.End]; got != string(s) {
				t.Errorf("%s: found %s", string(s), got)
			}
			return true
		})
		if found == 0 {
			t.Errorf("%s was not found", string(s))
		}
	}
}

// What differs from one of many phrases, that share halves, in one place is found for this phrase, beside whatever
// else it is near to.
func TestEditsOfManyPhrases(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	letters := []rune("甲乙丙丁戊")
	word := func(n int) string {
		out := make([]rune, n)
		for i := range out {
			out[i] = letters[random.IntN(len(letters))]
		}
		return string(out)
	}
	starts := []string{word(3), word(4), word(3)}
	seen := map[string]bool{}
	var phrases []string
	for len(phrases) < 200 {
		if p := starts[random.IntN(len(starts))] + word(3+random.IntN(6)); !seen[p] {
			seen[p] = true
			phrases = append(phrases, p)
		}
	}
	m, err := Compile(phrases)
	if err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		i := random.IntN(len(phrases))
		s := []rune(phrases[i])
		at := 1 + random.IntN(len(s)-2)
		kind := Kind(random.IntN(4))
		switch kind {
		case Changed:
			s[at] = '子'
		case Missing:
			s = slices.Delete(s, at, at+1)
		case Extra:
			s = slices.Insert(s, at, '丑')
		case Swapped:
			if s[at] == s[at-1] {
				continue
			}
			s[at-1], s[at] = s[at], s[at-1]
		}
		edited, found := string(s), false
		text := "前" + edited + "后"
		covered := false // by a phrase that stands there
		for p := range seen {
			covered = covered || strings.Contains(text, p)
		}
		m.Find(text, func(f Match) bool {
			found = found || f.Phrase == i && text[f.Start:f.End] == edited
			return true
		})
		outer := strings.Contains(phrases[i], edited) // a doubled character at an end
		if !found && !covered && !outer {
			t.Errorf("%s with %d at %d: %s was not found", phrases[i], kind, at, edited)
		}
	}
}

func FuzzFind(f *testing.F) {
	m, err := Compile(phrases)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("中国人民共和国")
	f.Fuzz(func(t *testing.T, text string) {
		m.Find(text, func(f Match) bool {
			if f.Start < 0 || f.End > len(text) || f.Start >= f.End || text[f.Start:f.End] == phrases[f.Phrase] {
				t.Fatalf("%q: %v", text, f)
			}
			return true
		})
	})
}

func TestBinary(t *testing.T) {
	m, err := Compile(phrases)
	if err != nil {
		t.Fatal(err)
	}
	data := string(m.AppendBinary(nil))
	again, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	find := func(m *Matcher) (out []Match) {
		m.Find("中国人民共和国和社会主意核心价值观，全国人民代表大会常务委会员", func(f Match) bool {
			out = append(out, f)
			return true
		})
		return out
	}
	if want, got := find(m), find(again); !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("opened: %v, compiled: %v", got, want)
	}
	for i, p := range phrases {
		if again.Phrase(i) != p {
			t.Errorf("phrase %d is %s, want %s", i, again.Phrase(i), p)
		}
	}
	for n := range len(data) {
		if _, err := Open(data[:n]); err == nil {
			t.Errorf("no error for %d of %d bytes", n, len(data))
		}
	}
}

// FuzzOpen opens hostile data: an error, or a Matcher that does not fail.
func FuzzOpen(f *testing.F) {
	m, err := Compile(phrases)
	if err != nil {
		f.Fatal(err)
	}
	data := m.AppendBinary(nil)
	f.Add(data, 0, byte(0))
	f.Add(data, 9, byte(1))
	f.Fuzz(func(t *testing.T, data []byte, at int, to byte) {
		if at >= 0 && at < len(data) {
			data = bytes.Clone(data)
			data[at] = to
		}
		if m, err := Open(string(data)); err == nil {
			m.Find("中国人民共和国成立，全面建成小康社会", func(Match) bool { return true })
		}
	})
}

func BenchmarkFind(b *testing.B) {
	m, err := Compile(phrases)
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("中华人民共和国人民政府依照法律规定，全面建成小康社会，保护未成年人。", 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		m.Find(text, func(Match) bool { return true })
	}
}
