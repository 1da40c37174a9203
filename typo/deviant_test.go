package typo

import "testing"

func TestOneDeviantAmongMany(t *testing.T) {
	m := Embedded()
	check := func(document []string) (found []string) {
		d := m.NewDetector(Options{})
		for _, text := range document {
			for s := range d.Check(text) {
				if s.Reason == "deviant" {
					found = append(found, text[s.Start:s.End]+"→"+s.Suggestions[0])
				}
			}
		}
		return found
	}
	village := []string{
		"记者在桑垭村见到了她。", "桑垭村有四百户人家。", "去年桑垭村通了公路。", "桑垭村的橘子卖到了省城。",
	}
	for _, x := range []struct {
		last, want string
	}{
		{"在桑娅村，她办起了合作社。", "桑娅村→桑垭村"},
		{"在桑垭村，她办起了合作社。", ""},
		{"在柳林村，她办起了合作社。", ""},
	} {
		got := check(append(village[:4:4], x.last))
		if x.want == "" && got != nil || x.want != "" && (len(got) != 1 || got[0] != x.want) {
			t.Errorf("%s: got %v, want %q", x.last, got, x.want)
		}
	}
	// Written twice itself, it is no slip.
	again := append(village[:4:4], "桑娅村在山的另一边。", "在桑娅村，她办起了合作社。")
	if got := check(again); len(got) > 1 {
		t.Errorf("what recurs is reported again: %v", got)
	}
	// A term, seen less often than it takes.
	if got := check([]string{"吡咯烷酮是一种溶剂。", "生产吡咯烷酮需要许可。", "吡咯浣酮泄漏时应当疏散人员。"}); got != nil {
		t.Errorf("got %v after two uses", got)
	}
	if got := check([]string{"吡咯烷酮是一种溶剂。", "生产吡咯烷酮需要许可。", "运输吡咯烷酮时要防火。", "吡咯烷酮有毒。", "吡咯浣酮泄漏时应当疏散人员。"}); len(got) != 1 {
		t.Errorf("got %v after four uses, want one", got)
	}
}
