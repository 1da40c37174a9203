package ledger

import (
	"math"
	"testing"

	"proofcheck/checker"
	"proofcheck/internal/sample"
	"proofcheck/internal/teststore"
	"proofcheck/lexicon"
	"proofcheck/store"
)

func TestASummaryCountsWhatTheStoreHas(t *testing.T) {
	t.Parallel()
	teststore.Each(t, func(t *testing.T, s *store.Store) {
		found, err := sample.Fill(t.Context(), s, sample.Options{Documents: 500, Faulty: 0.3, Mended: 0.5})
		if err != nil {
			t.Fatal(err)
		}
		units := Units{{Unit: "a", Sections: []string{"教育/**"}}}
		sum, err := Summarize(t.Context(), s, SummaryOptions{Units: units, Score: DefaultScore()})
		if err != nil {
			t.Fatal(err)
		}
		if sum.All.Documents != 500 || sum.All.Found() != int64(found) || sum.All.States[store.StateFixed] != sum.Last.Fixed || sum.Last.Fixed == 0 {
			t.Errorf("%+v, want %d findings, %d fixed", sum.All, found, sum.Last.Fixed)
		}
		// Each dimension holds all.
		for name, list := range map[string][]*Group{"sections": sum.Sections, "units": sum.Units, "sites": sum.Sites, "years": sum.Years} {
			var all Group
			for _, g := range list {
				all.Rate.Merge(&g.Rate)
				all.States[store.StateOpen] += g.States[store.StateOpen]
				all.Points += g.Points
			}
			if all.Documents != 500 || all.Characters != sum.All.Characters || all.States[store.StateOpen] != sum.All.States[store.StateOpen] || math.Abs(all.Points-sum.All.Points) > 1e-6 {
				t.Errorf("%s: %+v, want %+v", name, all, sum.All)
			}
		}
		var cells Rate
		for _, c := range sum.Cells {
			cells.Merge(&c.Rate)
		}
		if cells.Documents != 500 || math.Abs(cells.Products-sum.All.Products) > 1 {
			t.Errorf("cells %+v, want %+v", cells, sum.All.Rate)
		}
		low, high := sum.All.Interval()
		if v := sum.All.Value(); !(0 < low && low < v && v < high && high < 2*v) {
			t.Errorf("rate %f, interval %f to %f", v, low, high)
		}
		for _, r := range sum.Vetoes {
			if r.Finding.Clause != lexicon.Veto || r.Finding.State != store.StateOpen {
				t.Errorf("veto %+v", r.Finding)
			}
		}
	})
}

func TestIntervals(t *testing.T) {
	t.Parallel()
	// Garwood's exact bounds of a Poisson mean: 0 → 3.69, 10 → 4.80 to 18.39; Byar's are near them.
	for _, c := range []struct{ x, low, high float64 }{{0, 0, 3.69}, {1, 0.0253, 5.57}, {10, 4.795, 18.39}, {100, 81.36, 121.6}} {
		low, high := byar(c.x, 1.959964)
		if math.Abs(low-c.low) > 0.05 || math.Abs(high-c.high) > 0.05 {
			t.Errorf("%v: %.3f to %.3f, want %.3f to %.3f", c.x, low, high, c.low, c.high)
		}
	}
	// Ten errors in one of a hundred documents say less than ten errors in ten.
	rate := func(errors ...float64) *Rate {
		var r Rate
		for i := range 100 {
			d := store.Document{Characters: 1000}
			if i < len(errors) {
				d.Weighted = errors[i]
			}
			r.Add(&d)
		}
		return &r
	}
	_, one := rate(10).Interval()
	_, ten := rate(1, 1, 1, 1, 1, 1, 1, 1, 1, 1).Interval()
	if one <= ten {
		t.Errorf("upper bounds %f and %f", one, ten)
	}
	if low, high := (&Rate{}).Interval(); low != 0 || high != 0 {
		t.Errorf("no documents: %f to %f", low, high)
	}
}

func TestScores(t *testing.T) {
	t.Parallel()
	score := DefaultScore()
	score.Other = map[checker.Category]float64{checker.Punctuation: 0.5}
	row := func(url, rule string, level lexicon.Level, state store.State) *store.Row {
		return &store.Row{Document: store.Document{URL: url}, Finding: store.Finding{Rule: rule, Level: level, State: state}}
	}
	for _, c := range []struct {
		row  *store.Row
		want float64
	}{
		{row("https://a.gov.cn/", "link/remote", lexicon.Warning, store.StateOpen), 1},
		{row("https://a.gov.cn/index.shtml", "link/remote", lexicon.Error, store.StateOpen), 1},
		{row("https://a.gov.cn/index.html?p=2", "link/remote", lexicon.Error, store.StateOpen), 0.1},
		{row("https://a.gov.cn/b/1.html", "link/remote", lexicon.Warning, store.StateOpen), 0.1},
		{row("https://a.gov.cn/b/1.html", "link/remote", lexicon.Info, store.StateOpen), 0},
		{row("https://a.gov.cn/", "typo/word", lexicon.Error, store.StateOpen), 0.1},
		{row("https://a.gov.cn/", "typo/word", lexicon.Error, store.StateFixed), 0},
		{row("https://a.gov.cn/", "typo/word", lexicon.Error, store.StateFalseAlarm), 0},
		{row("https://a.gov.cn/", "typo/context", lexicon.Warning, store.StateOpen), 0},
		{row("https://a.gov.cn/", "punctuation/x", lexicon.Error, store.StateOpen), 0.5},
		{row("https://a.gov.cn/", "number/x", lexicon.Error, store.StateOpen), 0},
	} {
		if got := score.Points(c.row); got != c.want {
			t.Errorf("%s %s %v %v costs %v, want %v", c.row.Document.URL, c.row.Finding.Rule, c.row.Finding.Level, c.row.Finding.State, got, c.want)
		}
	}
	if points, pass := score.Of(&Group{Points: 30, Vetoes: 1}); points != 70 || pass {
		t.Errorf("a veto item: %v %v", points, pass)
	}
	if points, pass := score.Of(&Group{Points: 300}); points != 0 || pass {
		t.Errorf("more than all: %v %v", points, pass)
	}
}
