package main

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"proofcheck/typo"
)

// TestBoostLearnsAnInteraction fits a rule that no sum of single features can express.
func TestBoostLearnsAnInteraction(t *testing.T) {
	samples := interaction(4000)
	quiet := func(string, ...any) {}
	opt := boostOptions{trees: 60, depth: 3, rate: 0.3, least: 1}
	b := boost(samples, opt, quiet)
	wrong := 0
	for i := range samples {
		if (b.sum[i] > 0) != samples[i].right {
			wrong++
		}
	}
	if wrong > len(samples)/50 {
		t.Errorf("%d of %d samples on the wrong side", wrong, len(samples))
	}
	if again := boost(interaction(4000), opt, quiet); !bytes.Equal(b.pack(), again.pack()) {
		t.Error("the same samples give other trees")
	}
}

func interaction(n int) []sample {
	rng := rand.New(rand.NewPCG(3, 4))
	out := make([]sample, n)
	for i := range out {
		for f := range out[i].features {
			out[i].features[f] = int32(rng.IntN(200)) - 100
		}
		out[i].right = (out[i].features[2] > 10) != (out[i].features[7] > -20)
		out[i].weight = 1
	}
	return out
}

func TestSlipsAreFew(t *testing.T) {
	m := typo.Embedded()
	s := newSlips(m, charsOf(typo.Disassemble(m)), 1)
	const line = "各级人民政府应当加强对安全生产工作的领导，及时协调、解决安全生产监督管理中存在的重大问题，不能掉以轻心。"
	changed := 0
	for range 200 {
		p := s.pairOf(line, 60)
		if p.right != line || !utf8.ValidString(p.wrong) {
			t.Fatalf("%s became %s", line, p.wrong)
		}
		if n := newJudge(p).errors; n > 9 {
			t.Errorf("%d characters changed: %s", n, p.wrong)
		} else if n > 0 {
			changed++
		}
	}
	if changed < 180 {
		t.Errorf("%d of 200 lines changed", changed)
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		wrong, right string
		place, with  string
		want         bool
	}{
		{"严格尊守规定", "严格遵守规定", "尊", "遵", true},
		{"严格尊守规定", "严格遵守规定", "尊守", "遵守", true},
		{"严格尊守规定", "严格遵守规定", "尊", "樽", false},
		{"严格尊守规定", "严格遵守规定", "严格", "严各", false},
		{"严格遵守规定", "严格遵守规定", "遵", "尊", false},
		{"严格的的规定", "严格的规定", "的的", "的", true},
		{"严格的的规定", "严格的规定", "规定", "规", false},
		{"严格守规定", "严格遵守规定", "守", "遵守", true},
		{"严格守规定", "严格遵守规定", "格", "格遵", true},
		{"严格守规定", "严格遵守规定", "守", "守遵", false},
		{"严格守规订", "严格遵守规定", "订", "定", true},
		{"严格守遵规定", "严格遵守规定", "守遵", "遵守", true},
	} {
		start := strings.Index(c.wrong, c.place)
		if got := newJudge(pair{c.wrong, c.right}).right(start, start+len(c.place), c.with); got != c.want {
			t.Errorf("%s, %s for %s: %v, want %v", c.wrong, c.with, c.place, got, c.want)
		}
	}
}

func TestTruthNamesWhatWasMeant(t *testing.T) {
	got := pair{"请认真惯彻", "请认真贯彻"}.truth()
	if len(got) != 1 || got[9] != '贯' {
		t.Errorf("got %v, want 贯 at byte 9", got)
	}
}

// TestGramsAreProbabilities sums what the model gives to all tokens after a context.
func TestGramsAreProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const tokens = 40
	stream := []uint16{0}
	for len(stream) < 60_000 {
		last := int(stream[len(stream)-1])
		next := uint16((last*7 + rng.IntN(5)*rng.IntN(3)) % tokens)
		stream = append(stream, next)
	}
	stream = append(stream, 0)
	g := trainGrams(stream, tokens, func(string, ...any) {})
	for _, most := range []int{1 << 20, 300} {
		g.prune(most)
		for _, before := range []uint64{3, 11, 3*typo.Radix + 21} {
			n := 2
			if before >= typo.Radix {
				n = 3
			}
			sum := 0.0
			for w := range uint64(tokens) {
				sum += math.Exp(float64(g.p(before*typo.Radix+w, n)))
			}
			if sum < 0.9 || sum > 1.1 {
				t.Errorf("%d n-grams: probabilities after %d sum to %.3f", most, before, sum)
			}
		}
	}
}

func TestFoldsHaveTheirShare(t *testing.T) {
	var count [3]int
	for i := range 20_000 {
		count[typo.FoldOf(strings.Repeat("字", i%7)+string(rune('一'+i)))]++
	}
	if m, c := count[typo.Measured], count[typo.Teaching]; m < 1800 || m > 2200 || c < 3800 || c > 4200 {
		t.Errorf("%d measured and %d teaching of 20,000; want a tenth and a fifth", m, c)
	}
}

// TestShiftsPutClassesOnOneScale makes two classes of the same scores, one of which is right less often.
func TestShiftsPutClassesOnOneScale(t *testing.T) {
	var hits, alarms []scored
	for i := range int32(400) {
		score := 10 * i
		for class, right := range map[int]int32{4: 10, 0: 1} {
			hits = append(hits, scored{score: score, right: true, class: class, weight: float64(right*i) / 400})
			alarms = append(alarms, scored{score: score, class: class, weight: 10 * float64(400-i) / 400})
		}
	}
	shifts := fitShifts(hits, alarms)
	if d := shifts[4] - shifts[0]; d < 1000 || d > 8000 {
		t.Errorf("the class that is right ten times as often gains %d over the other; want 1000 to 8000", d)
	}
	if shifts[2] != 0 {
		t.Errorf("a class without samples gets %d, want 0", shifts[2])
	}
}
