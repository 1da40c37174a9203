package main

import (
	"testing"

	"proofcheck/lexicon"
	"proofcheck/typo"
)

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		wrong, right string
		want         []edit
	}{
		{"认真执行", "认真执行", nil},
		{"认针执行", "认真执行", []edit{{3, 6, "真"}}},
		{"认执行", "认真执行", []edit{{3, 3, "真"}}},
		{"认真真执行", "认真执行", []edit{{3, 6, ""}}},
		{"需要要", "要需要", []edit{{0, 0, "要"}, {6, 9, ""}}},
	} {
		got := pair{c.wrong, c.right}.edits()
		ok := len(got) == len(c.want)
		for i := range got {
			ok = ok && got[i].meant == c.want[i].meant
		}
		if c.wrong == "需要要" {
			ok = len(got) == 2 // two ways of the same cost
		}
		if !ok {
			t.Errorf("%s → %s: got %v, want %v", c.wrong, c.right, got, c.want)
		}
		// Applied from the end, the edits give the right side.
		text := c.wrong
		for i := len(got) - 1; i >= 0; i-- {
			text = text[:got[i].start] + got[i].meant + text[got[i].end:]
		}
		if text != c.right {
			t.Errorf("%s: edits %v give %s, want %s", c.wrong, got, text, c.right)
		}
	}
}

func TestJudge(t *testing.T) {
	p := pair{"严格尊守规定", "严格遵守规定"}
	suspect := func(start, end int, s string) typo.Suspect {
		return typo.Suspect{Start: start, End: end, Suggestions: []string{s}, Level: lexicon.Error}
	}
	for _, c := range []struct {
		s                     typo.Suspect
		changed, found, right int
	}{
		{suspect(6, 9, "遵"), 1, 1, 1},
		{suspect(6, 12, "遵守"), 1, 1, 1},
		{suspect(6, 9, "樽"), 1, 1, 0},
		{suspect(0, 3, "言"), 1, 0, 0},
		{suspect(3, 9, "个遵"), 2, 1, 1},
	} {
		if got := judge(c.s, 0, p, p.edits()); got.changed != c.changed || got.found != c.found || got.right != c.right {
			t.Errorf("%v: changed %d, found %d, right %d; want %d, %d, %d", c.s, got.changed, got.found, got.right, c.changed, c.found, c.right)
		}
	}
}

func TestFiguresAddUp(t *testing.T) {
	pairs := []pair{{"甲方尊守规定", "甲方遵守规定"}, {"天气很好", "天气很好"}}
	f := &figures{pairs: pairs, errors: 1, wrong: 1, edits: [][]edit{pairs[0].edits(), nil}, proposals: []proposal{
		{Suspect: typo.Suspect{Level: lexicon.Error, Score: 3}, sentence: 0, changed: 1, found: 1, right: 1},
		{Suspect: typo.Suspect{Level: lexicon.Warning, Score: 2}, sentence: 1, changed: 1},
		{Suspect: typo.Suspect{Level: lexicon.Info, Score: 1}, sentence: 1, changed: 1},
	}}
	if n := f.best(); n != 1 {
		t.Errorf("best F1 with %d findings, want 1", n)
	}
	if _, r := f.at(f.level(lexicon.Warning)); r.precision != 0.5 || r.recall != 1 {
		t.Errorf("at level warning %+v, want precision 0.5 and recall 1", r)
	}
	if r, touched := f.sentences(2); touched != 1 || r.recall != 1 || r.precision != 0.5 {
		t.Errorf("sentences %+v, clean touched %v; want precision 0.5, recall 1, touched 1", r, touched)
	}
}

func TestReviewedFindingsAreSetAside(t *testing.T) {
	if _, err := verdicts(reviewed); err != nil {
		t.Fatal(err)
	}
	if _, err := verdicts("0123456789abcdef\t侯\t候\tperhaps\n"); err == nil {
		t.Error("a verdict that is none was accepted")
	}
	f := &figures{pairs: []pair{{"全球气侯变化", "全球气侯变化"}, {"万象耕新", "万象耕新"}}}
	for i, start := range []int{9, 6} {
		p := proposal{sentence: i, was: f.pairs[i].wrong[start : start+3]}
		p.Start, p.Suggestions, p.Level = start, []string{"候"}, lexicon.Warning
		f.proposals = append(f.proposals, p)
	}
	list := map[string]verdict{f.fingerprint(&f.proposals[0]): mistake}
	if alarms, open := f.alarms(list, lexicon.Warning); alarms != 1 || open != 1 {
		t.Errorf("%d alarms, %d of them unread; want 1 and 1", alarms, open)
	}
	list[f.fingerprint(&f.proposals[1])] = alarm
	if alarms, open := f.alarms(list, lexicon.Warning); alarms != 1 || open != 0 {
		t.Errorf("%d alarms, %d of them unread; want 1 and 0", alarms, open)
	}
}
