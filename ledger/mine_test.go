package ledger

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"proofcheck/internal/teststore"
	"proofcheck/lexicon"
	"proofcheck/store"
)

func TestEntriesAreProposedFromDecisions(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		type decided struct {
			rule, before, text, after, suggest string
			state                              store.State
		}
		list := []decided{
			// Never a mistake: the word itself.
			{"typo/context", "在", "白水寨", "景区", "白水赛", store.StateFalseAlarm}, {"typo/context", "去", "白水寨", "游玩", "白水赛", store.StateAccepted},
			// A mistake elsewhere: what stands beside it.
			{"typo/word", "可以", "登陆", "艇演练", "登录", store.StateFalseAlarm}, {"typo/word", "参加", "登陆", "艇训练", "登录", store.StateFalseAlarm}, {"typo/word", "请", "登陆", "系统", "登录", store.StateFixed},
			// Mended again and again, and no lexicon knows it.
			{"typo/context", "", "开花区", "管委会", "开发区", store.StateFixed}, {"typo/context", "高新", "开花区", "", "开发区", store.StateFixed},
			// Known to a lexicon already; only once; contradicted; no word.
			{"typo/word", "", "帐号", "", "账号", store.StateFixed}, {"typo/word", "", "帐号", "", "账号", store.StateFixed},
			{"typo/context", "", "一次", "", "依次", store.StateFalseAlarm},
			{"typo/word", "甲", "座落", "乙", "坐落", store.StateFalseAlarm}, {"typo/word", "甲", "座落", "乙", "坐落", store.StateFalseAlarm}, {"typo/word", "甲", "座落", "乙", "坐落", store.StateFixed},
			{"punctuation/repeated-marks", "", "。。", "", "。", store.StateFalseAlarm}, {"punctuation/repeated-marks", "", "。。", "", "。", store.StateFalseAlarm},
		}
		doc := store.Result{Document: store.Document{Source: "s", Key: "k"}}
		for i, d := range list {
			doc.Findings = append(doc.Findings, store.Finding{Fingerprint: fmt.Sprint(i), Rule: d.rule, Level: lexicon.Error, Text: d.text, Before: d.before, After: d.after, Suggest: []string{d.suggest}, Start: int64(i)})
		}
		put(t, s, doc)
		for i, d := range list {
			if _, err := s.SetState(t.Context(), store.Change{Ref: store.Ref{Document: 1, Fingerprint: fmt.Sprint(i)}, State: d.state}); err != nil {
				t.Fatal(err)
			}
		}
		entries, err := Mine(t.Context(), s, MineOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, fmt.Sprint(e.Category, " ", e.Form, " ", e.Suggest, " ", e.Note))
		}
		want := []string{
			"typo 开花区 [开发区] 2 处已改正，如：开花区管委会",
			"allow 白水寨 [] 2 处判为误报或予以保留，如：在白水寨景区",
			"allow 登陆艇 [] 2 处判为误报或予以保留，如：可以登陆艇演练",
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("proposed\n%q, want\n%q", got, want)
		}
		// What is proposed is a lexicon.
		var out bytes.Buffer
		if err := lexicon.Write(&out, lexicon.TSV, entries); err != nil {
			t.Fatal(err)
		}
		back, err := lexicon.Parse("mined.tsv", &out, lexicon.Defaults{})
		if err != nil || len(back) != len(entries) {
			t.Fatalf("%d entries, %v", len(back), err)
		}
		for _, issue := range lexicon.Lint(back, lexicon.LintOptions{With: []*lexicon.Set{lexicon.Builtin()}}) {
			if issue.Level == lexicon.Error {
				t.Errorf("%s: %s", issue.Form, issue.Message("zh"))
			}
		}
	})
}
