package typo

import (
	"testing"

	"proofcheck/lexicon"
)

func TestKeysBeside(t *testing.T) {
	for _, x := range []struct {
		pair string
		want bool
	}{{"as", true}, {"sa", true}, {"ad", false}, {"aq", true}, {"sw", true}, {"se", true}, {"sq", false}, {"gv", true}, {"gb", true}, {"gn", false}, {"pl", true}, {"pa", false}, {"aa", false}, {"qz", false}} {
		if got := beside(x.pair[0], x.pair[1]); got != x.want {
			t.Errorf("%s: %v, want %v", x.pair, got, x.want)
		}
	}
}

func TestSlippedSyllables(t *testing.T) {
	m := Embedded()
	kinds := func(a, b rune) Kind {
		for c, kind := range m.Slipped(a) {
			if c == b {
				return kind
			}
		}
		return 0
	}
	for _, x := range []struct {
		pair string
		want Kind
	}{
		{"来老", Key},    // lai, lao
		{"度府", Key},    // du, fu
		{"了的", Letter}, // le, de
		{"班边", Letter}, // ban, bian
		{"多都", Letter}, // duo, dou
		{"加家", 0},      // the same syllable
		{"知资", 0},      // zhi, zi sound alike
		{"国大", 0},      // nothing to do with each other
		{"品凭", 0},      // pin, ping sound alike
		{"出数", Letter}, // chu, shu
	} {
		r := []rune(x.pair)
		if got := kinds(r[0], r[1]); got != x.want {
			t.Errorf("%s: kind %d, want %d", x.pair, got, x.want)
		}
		if got := kinds(r[1], r[0]); got != x.want {
			t.Errorf("%s the other way round: kind %d, want %d", x.pair, got, x.want)
		}
	}
}

func TestSlipsOfTheFingersAreFound(t *testing.T) {
	m := Embedded()
	for _, x := range []struct{ wrong, right, reason string }{
		{"要加强来年人权益保障工作。", "要加强老年人权益保障工作。", "key"},
		{"坚决打击网络犯罪后动。", "坚决打击网络犯罪活动。", "letter"},
	} {
		reason := ""
		for s := range m.NewDetector(Options{Least: -1}).Check(x.wrong) {
			if x.wrong[:s.Start]+s.Suggestions[0]+x.wrong[s.End:] == x.right {
				reason = s.Reason
			}
		}
		if reason != x.reason {
			t.Errorf("%s: reason %q, want %q", x.wrong, reason, x.reason)
		}
	}
}

func TestWordsThatMeetAreNotDoubled(t *testing.T) {
	m := Embedded()
	for _, text := range []string{
		"双方增进了了解和互信。", "城镇老年人年人均收入达到两万元。", "请干部们一条一条地看。", "救援人员一米一米地向前推进。",
		"国防部部长在会上讲话。", "车辆应当在非机动车车道内行驶。", "他参加了进军西藏和西藏和平解放的工作。",
	} {
		for s := range m.NewDetector(Options{}).Check(text) {
			if s.Kind&Doubled != 0 {
				t.Errorf("%s: %s is said to be doubled", text, text[s.Start:s.End])
			}
		}
	}
	for wrong, right := range map[string]string{
		"要切实提提高服务群众的能力和水平。": "要切实提高服务群众的能力和水平。",
		"各地要逐步逐步扩大试点范围。":    "各地要逐步扩大试点范围。",
	} {
		if got := apply(m.NewDetector(Options{}), wrong, lexicon.Info); got != right {
			t.Errorf("%s became %s, want %s", wrong, got, right)
		}
	}
}
