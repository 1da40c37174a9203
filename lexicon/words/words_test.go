package words_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"proofcheck/lexicon/words"
)

func TestHas(t *testing.T) {
	for w, want := range map[string]bool{"法律": true, "已经": true, "政务服务": true, "的": true, "自已": false, "峻工": false, "时侯": false, "": false, "abc": false, "法": true, "法律a": false} {
		if got := words.Has(w); got != want {
			t.Errorf("Has(%q) = %v", w, got)
		}
	}
	if a, b := words.Frequency("我们"), words.Frequency("缥缈"); a < 1000*b/10 || b == 0 {
		t.Errorf("Frequency: 我们 %d, 缥缈 %d", a, b)
	}
	var got []string
	words.Prefixes("中华人民共和国成立", func(end, _ int) bool {
		got = append(got, "中华人民共和国成立"[:end])
		return true
	})
	if want := []string{"中", "中华", "中华人民共和国"}; !slices.Equal(got, want) {
		t.Errorf("Prefixes: got %q, want %q", got, want)
	}
}

func TestSegment(t *testing.T) {
	for text, want := range map[string]string{
		"法律已经生效":          "法律|已经|生效",
		"绿色采购制度":          "绿色|采购|制度",
		"":                "",
		"Go语言1.26版":       "Go|语言|1|.|26|版",
		"发展转型，严峻工作。":      "发展|转型|，|严峻|工作|。",
		"\xff法律\xffab  c": "\xff|法律|\xff|ab|  |c",
	} {
		var parts []string
		at := 0
		for _, end := range words.Segment(nil, text) {
			parts = append(parts, text[at:end])
			at = end
		}
		if got := strings.Join(parts, "|"); got != want {
			t.Errorf("Segment(%q) = %q, want %q", text, got, want)
		}
	}
}

// Each row is a wrong form and texts in which good words make it by meeting.
func TestBetterExplained(t *testing.T) {
	for form, texts := range map[string]string{
		"律已": "法律已经生效", "色采": "绿色采购制度", "峻工": "严峻工作形势", "展转": "发展转型的路子", "分付": "部分付款 部分付清",
		"定婚": "法定婚龄", "以经": "以经济建设为中心 所以经常检查", "己经": "自己经营 自己经历", "决对": "坚决对待", "周未": "", "复盖": "反复盖章",
		"直经": "一直经过", "收人": "", "投人": "", "份内": "月份内完成", "光采": "阳光采购平台", "平空": "水平空间",
		"影象": "电影象征着", "加热": "", "部份": "", "成份": "完成份额", "过份": "超过份额", "至电": "", "设制": "建设制造基地", "位制": "单位制定方案",
		"处制": "各处制定", "消售": "", "代动": "替代动力", "热中": "加热中心", "人材": "工人材料", "联接": "互联接入",
		"作崇": "工作崇高", "末来": "周末来访", "输人": "", "必竟": "", "会报": "社会报告", "关连": "有关连接",
	} {
		for text := range strings.FieldsSeq(texts) {
			at := strings.Index(text, form)
			if at < 0 {
				t.Fatalf("%s is not in %s", form, text)
			}
			if !words.BetterExplained(text, at, at+len(form)) {
				t.Errorf("%s in %s is not explained by %q", form, text, split(text))
			}
		}
	}
}

func split(text string) []string {
	var parts []string
	at := 0
	for _, end := range words.Segment(nil, text) {
		parts = append(parts, text[at:end])
		at = end
	}
	return parts
}

// Each sentence has a wrong form in brackets that really stands there.
func TestNotExplained(t *testing.T) {
	for line := range strings.Lines(`
领导以身[做则]，群众看在眼里。
工程[峻工]验收合格。
我们[因该]努力工作。
他[己经]走了。
各部门认真[布署]下一阶段任务。
项目已[竣功]投产。
要[倍受]关注的问题。
请按时[交纳]费用，切勿[托延]。
会议[记要]已经印发。
此事[必需]认真对待。
[既使]下雨也要开会。
他[以经]完成任务。
群众[反应]强烈。
工作取得了[显注]成效。
加强[宜传]教育。
切实[题高]服务水平。
双方[签定]合同。
[再接再励]，争取更大成绩。
让人[按奈]不住。
市场[需救]旺盛。
严禁[涣散]队伍的[渎值]行为。
抓好安全生产[检察]工作中的[遗露]。
请[尽块]报送材料。
确保[按全]生产。
推动经济[发占]。
提高工作[效绿]。
认真[贯切]落实。
加大[执发]力度。
做好[防讯]抗旱工作。
`) {
		for {
			open := strings.Index(line, "[")
			if open < 0 {
				break
			}
			shut := strings.Index(line, "]")
			line = line[:open] + line[open+1:shut] + line[shut+1:]
			form := line[open : shut-1]
			plain := strings.NewReplacer("[", "", "]", "").Replace(line)
			if at := strings.Index(plain, form); words.BetterExplained(plain, at, at+len(form)) {
				t.Errorf("%s in %s is explained by %q", form, strings.TrimSpace(plain), split(plain))
			}
		}
	}
}

func TestWhole(t *testing.T) {
	for _, test := range []struct {
		text, word string
		want       bool
	}{
		{"他喜欢赌博网站", "赌博", true},
		{"路口交通信号", "口交", false},
		{"法律已经生效", "律已", false},
		{"法律已经生效", "法律", true},
		{"abc法律", "法律", true},
	} {
		at := strings.Index(test.text, test.word)
		if got := words.Whole(test.text, at, at+len(test.word)); got != test.want {
			t.Errorf("Whole(%s in %s) = %v", test.word, test.text, got)
		}
	}
}

func TestDictionaryIsUpToDate(t *testing.T) {
	shared := os.Getenv("PROOFCHECK_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	dict := filepath.Join(shared, "dict")
	if _, err := os.Stat(dict); err != nil {
		t.Skip("the dictionaries are not here; set PROOFCHECK_SHARED")
	}
	out := filepath.Join(t.TempDir(), "words.bin")
	if b, err := exec.Command("go", "run", "./internal/gen", "-dict", dict, "-out", out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	got, err := os.ReadFile(out)
	want, err2 := os.ReadFile("words.bin")
	if err != nil || err2 != nil || string(got) != string(want) {
		t.Errorf("words.bin is not what the generator makes; run go generate ./lexicon/words (%v, %v)", err, err2)
	}
}

func FuzzSegment(f *testing.F) {
	f.Add("法律已经abc 1.2\xff𠀀", 3, 9)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		at := 0
		for _, end := range words.Segment(nil, text) {
			if end <= at || end > len(text) {
				t.Fatalf("Segment(%q): end %d after %d", text, end, at)
			}
			at = end
		}
		if at != len(text) {
			t.Fatalf("Segment(%q) ends at %d", text, at)
		}
		words.BetterExplained(text, from, to)
		words.Whole(text, from, to)
	})
}

func BenchmarkSegment(b *testing.B) {
	text := strings.Repeat("各级行政机关应当依照法律规定的权限和程序履行职责，提高行政效能，保障公民、法人和其他组织的合法权益。", 100)
	b.SetBytes(int64(len(text)))
	var ends []int
	for b.Loop() {
		ends = words.Segment(ends[:0], text)
	}
}

func BenchmarkBetterExplained(b *testing.B) {
	text := "各级机关的法律已经生效并且执行"
	at := strings.Index(text, "律已")
	b.ReportAllocs()
	for b.Loop() {
		words.BetterExplained(text, at, at+6)
	}
}
