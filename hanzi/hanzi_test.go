package hanzi_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"proofcheck/hanzi"
)

func TestFold(t *testing.T) {
	for in, want := range map[rune]rune{
		'汉': '汉', 'a': 'a', 'A': 'a', 'Ａ': 'a', '１': '1', '，': ',', '\u3000': ' ', '\u00a0': ' ', '\n': '\n',
		'\u200b': -1, '\u00ad': -1, '\ufeff': -1, '\ufe0f': -1, '\u202e': -1, 0x01: -1,
		'⼈': '人', '⺠': '民', '⽤': '用', '⻓': '长', '豈': '豈', '\uf900': '豈', '﨑': '﨑', '\U0002f800': '丽', 'Я': 'я', '國': '國',
	} {
		if got := hanzi.Fold(in); got != want {
			t.Errorf("Fold(%q %U) = %q %U, want %q", in, in, got, got, want)
		}
	}
}

func TestLevels(t *testing.T) {
	for r, want := range map[rune]int{'的': 1, '一': 1, '皙': 2, '瞋': 3, '噘': 2, '蹚': 3, '凓': 3, '勠': 3, '國': 0, '峯': 0, 'a': 0, '龘': 0, '㑇': 3} {
		if got := hanzi.Level(r); got != want && (want == 0 || got == 0) {
			t.Errorf("Level(%c) = %d, want %d", r, got, want)
		}
	}
	counts := [4]int{}
	for r := rune(0x3400); r < 0x30000; r++ {
		counts[hanzi.Level(r)]++
	}
	if counts[1] != 3500 || counts[2] != 3000 || counts[3] != 1605 {
		t.Errorf("the levels have %v characters, want 3500, 3000 and 1605", counts[1:])
	}
}

func TestForms(t *testing.T) {
	for _, r := range "國經濟學習書們說體" {
		if !hanzi.IsTraditional(r) || hanzi.IsVariant(r) {
			t.Errorf("%c: traditional %v, variant %v", r, hanzi.IsTraditional(r), hanzi.IsVariant(r))
		}
	}
	for _, r := range "峯羣勳畧" {
		if hanzi.IsTraditional(r) && r != '勳' || !hanzi.IsVariant(r) && r != '勳' {
			t.Errorf("%c: traditional %v, variant %v", r, hanzi.IsTraditional(r), hanzi.IsVariant(r))
		}
	}
	for _, r := range "国的乾著於瞭喆堃人" {
		if hanzi.IsTraditional(r) {
			t.Errorf("%c is not only a traditional form", r)
		}
	}
	for r, want := range map[rune]string{'乾': "干", '國': "国", '峯': "峰", '的': "", '後': "后"} {
		if got := hanzi.Standard(r); got != want {
			t.Errorf("Standard(%c) = %q, want %q", r, got, want)
		}
	}
	for r, want := range map[rune]rune{'國': '国', '峯': '峰', '乾': '乾', '著': '著', '的': '的', 'a': 'a', '發': '发', '髮': '发'} {
		if got := hanzi.Simplified(r); got != want {
			t.Errorf("Simplified(%c) = %c, want %c", r, got, want)
		}
	}
	if got := hanzi.Traditional('发'); !strings.ContainsRune(got, '發') || !strings.ContainsRune(got, '髮') {
		t.Errorf("Traditional(发) = %q", got)
	}
	for r := rune(0x3400); r < 0x30000; r++ {
		if s := hanzi.Simplified(r); hanzi.Simplified(s) != s {
			t.Errorf("Simplified(%c) = %c, which is simplified to %c", r, s, hanzi.Simplified(s))
		}
		if hanzi.Level(r) > 0 && hanzi.Simplified(r) != r {
			t.Errorf("Simplified changes %c, which the table holds", r)
		}
	}
}

func TestAlike(t *testing.T) {
	for pair := range strings.FieldsSeq("己已 己巳 未末 入人 戊戌 侯候 祟崇 析折 社杜 帐账 签鉴") {
		r := []rune(pair)
		if !strings.ContainsRune(hanzi.Alike(r[0]), r[1]) || !strings.ContainsRune(hanzi.Alike(r[1]), r[0]) {
			t.Errorf("Alike(%c) = %q, Alike(%c) = %q", r[0], hanzi.Alike(r[0]), r[1], hanzi.Alike(r[1]))
		}
	}
	if got := hanzi.Alike('a'); got != "" {
		t.Errorf("Alike(a) = %q", got)
	}
}

func TestReadings(t *testing.T) {
	for r, want := range map[rune]string{'行': "xing hang", '的': "de di", '女': "nv", '绿': "lv lu", '一': "yi", '中': "zhong"} {
		var got []string
		for s := range hanzi.Readings(r) {
			got = append(got, s.String())
		}
		for w := range strings.FieldsSeq(want) {
			if !slices.Contains(got, w) {
				t.Errorf("Readings(%c) = %v, want %s among them", r, got, w)
			}
		}
		if got[0] != strings.Fields(want)[0] {
			t.Errorf("Reading(%c) = %s, want %s", r, got[0], strings.Fields(want)[0])
		}
	}
	for _, s := range []string{"zhong", "lv", "a", "xing"} {
		if got, ok := hanzi.ParseSyllable(s); !ok || got.String() != s {
			t.Errorf("ParseSyllable(%s) = %s, %v", s, got, ok)
		}
	}
	if _, ok := hanzi.ParseSyllable("xyz"); ok {
		t.Error("xyz is no syllable")
	}
	for pair, want := range map[string]bool{"账帐": true, "布部": true, "订定": true, "知资": true, "因应": true, "人中": false} {
		r := []rune(pair)
		if got := hanzi.SoundNear(r[0], r[1]); got != want {
			t.Errorf("SoundNear(%s) = %v", pair, got)
		}
	}
	zhi, _ := hanzi.ParseSyllable("zhi")
	if s := zhi.Sounding(); !strings.HasPrefix(s, "之") && !strings.ContainsRune(s, '知') {
		t.Errorf("Sounding(zhi) = %q", s)
	}
}

func TestLooksLike(t *testing.T) {
	for in, want := range map[rune]rune{'а': 'a', 'С': 'c', 'ο': 'o', '①': '1', 'é': 'e', '𝐚': 'a', '\u0301': -1, '汉': '汉', '㊀': '一', '。': '。', '🅐': 'a', 'Ⓑ': 'b'} {
		if got := hanzi.LooksLike(in); got != want {
			t.Errorf("LooksLike(%c) = %c, want %c", in, got, want)
		}
	}
}

// The committed tables are what the generator makes.
func TestTablesAreUpToDate(t *testing.T) {
	shared := os.Getenv("PROOFCHECK_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	dict := filepath.Join(shared, "dict")
	if _, err := os.Stat(dict); err != nil {
		t.Skip("the dictionaries are not here; set PROOFCHECK_SHARED")
	}
	dir := t.TempDir()
	if out, err := exec.Command("go", "run", "./internal/gen", "-dict", dict, "-out", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, err := filepath.Glob("tables/*.bin")
	if err != nil || len(files) == 0 {
		t.Fatal("no tables: ", err)
	}
	for _, f := range files {
		want, _ := os.ReadFile(f)
		got, err := os.ReadFile(filepath.Join(dir, filepath.Base(f)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the generator makes; run go generate ./hanzi (%v)", f, err)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add(int32('國'))
	f.Fuzz(func(t *testing.T, n int32) {
		r := rune(n)
		once := hanzi.Fold(r)
		if once >= 0 && hanzi.Fold(once) != once {
			t.Errorf("Fold(%U) = %U, Fold of that = %U", r, once, hanzi.Fold(once))
		}
		hanzi.LooksLike(r)
		hanzi.Simplified(r)
		hanzi.Alike(r)
		for range hanzi.Readings(r) {
			continue
		}
	})
}
