package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"proofcheck/internal/testserver"
	"proofcheck/lexicon"
)

func TestMain(m *testing.M) { testserver.Main(m) }

// onBoth runs a test on SQLite and on a real PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, s *Store)) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			dsn := filepath.Join(t.TempDir(), "a b%?#.db")
			if name == "postgres" {
				dsn = testserver.Postgres(t)
			}
			s, err := Open(t.Context(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			test(t, s)
			if err := s.Check(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// begin begins a run.
func begin(t *testing.T, s *Store) *Run {
	t.Helper()
	r := &Run{Kind: "scan", Plan: "p", Command: "proofcheck scan", Ruleset: Ruleset{Tool: "1", Rules: "r", Lexicons: []string{"a", "b"}}}
	if err := s.Begin(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// checked is a result with findings of some words.
func checked(r *Run, key, hash string, words ...string) Result {
	out := Result{Document: Document{Source: "web", Key: key, URL: "https://a.example/" + key, Title: "标题" + key, Date: 20200102, Column: "政务公开/通知", Unit: "办公室",
		Format: "html", Hash: []byte(hash), Bytes: 100, Characters: 30, Weighted: 1, Ruleset: r.Ruleset.ID}, Sketch: []byte{1, 2, 0}}
	for i, w := range words {
		out.Findings = append(out.Findings, Finding{Fingerprint: w, Rule: "typo/word", Level: lexicon.Error, Clause: lexicon.Deduct, Text: w, Before: "请先", After: "系统",
			Message: "应为", Standard: "GB/T 15834", Suggest: []string{"登录", `"`}, Confidence: 0.5, Start: int64(10 * i), End: int64(10*i + 6), Line: 3, Column: 4})
	}
	return out
}

func commitAll(t *testing.T, s *Store, r *Run, list ...Result) Counts {
	t.Helper()
	c, err := s.Commit(t.Context(), &Batch{Run: r.ID, Results: list})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// dump writes all findings in short.
func dump(t *testing.T, s *Store, f Filter) string {
	t.Helper()
	var out []string
	for r, err := range s.Findings(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		text := r.Document.Key + ":" + r.Finding.Text + ":" + r.Finding.State.String()
		if !r.Finding.Present {
			text += ":gone"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestFindingsAppearStayAndAreFixed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		first := begin(t, s)
		if c := commitAll(t, s, first, checked(first, "1", "h1", "登陆", "帐号"), checked(first, "2", "h2", "工做")); c.New != 3 || c.Fixed != 0 {
			t.Errorf("counted %+v", c)
		}
		if got, want := dump(t, s, Filter{}), "1:登陆:open 1:帐号:open 2:工做:open"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		second := begin(t, s)
		if c := commitAll(t, s, second, checked(second, "1", "h3", "帐号", "象")); c.New != 1 || c.Fixed != 1 {
			t.Errorf("counted %+v", c)
		}
		if got, want := dump(t, s, Filter{}), "1:帐号:open 1:登陆:fixed:gone 1:象:open 2:工做:open"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		third := begin(t, s)
		commitAll(t, s, third, checked(third, "1", "h1", "登陆"))
		if got, want := dump(t, s, Filter{}), "1:帐号:fixed:gone 1:登陆:open 1:象:fixed:gone 2:工做:open"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		var history []string
		for e, err := range s.History(t.Context(), Ref{1, "登陆"}) {
			if err != nil {
				t.Fatal(err)
			}
			history = append(history, fmt.Sprint(e.Run, e.New, e.From, e.To))
		}
		if want := []string{"1 true open open", "2 false open fixed", "3 false fixed open"}; !slices.Equal(history, want) {
			t.Errorf("history %q, want %q", history, want)
		}
	})
}

func TestEverythingThatIsKeptComesBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		want := checked(r, "1", "h\x00\xff", "登陆")
		commitAll(t, s, r, want)
		row, err := s.Finding(t.Context(), Ref{1, "登陆"})
		if err != nil {
			t.Fatal(err)
		}
		doc := want.Document
		doc.ID, doc.FirstRun, doc.CheckedRun = 1, r.ID, r.ID
		if !reflect.DeepEqual(row.Document, doc) {
			t.Errorf("document\n%+v, want\n%+v", row.Document, doc)
		}
		f := want.Findings[0]
		f.State, f.Present, f.FirstRun, f.LastRun, f.Revision, f.Changed = StateOpen, true, r.ID, r.ID, 1, row.Finding.Changed
		if !reflect.DeepEqual(row.Finding, f) || f.Changed.IsZero() {
			t.Errorf("finding\n%+v, want\n%+v", row.Finding, f)
		}
		known, err := s.Known(t.Context(), "web", []string{"0", "1"})
		if err != nil || len(known) != 1 || string(known["1"].Hash) != "h\x00\xff" {
			t.Errorf("known %v, %v", known, err)
		}
		sketches, err := s.Sketches(t.Context(), []int64{1, 2})
		if err != nil || len(sketches) != 1 || string(sketches[1]) != "\x01\x02\x00" {
			t.Errorf("sketches %v, %v", sketches, err)
		}
	})
}

func TestTextThatDatabasesRefuseIsKept(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		bad := checked(r, "a\x00\xff", "h", "登\x00\xfe陆")
		bad.Findings[0].Fingerprint = "f"
		commitAll(t, s, r, bad)
		commitAll(t, s, r, bad)
		if got, want := dump(t, s, Filter{}), "a\uFFFD\uFFFD:登\uFFFD\uFFFD陆:open"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestCommittingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		commitAll(t, s, r, checked(r, "1", "h", "登陆"))
		before := rows(t, s)
		if c := commitAll(t, s, r, checked(r, "1", "h", "登陆")); c.New != 0 {
			t.Errorf("counted %+v", c)
		}
		if after := rows(t, s); after != before {
			t.Errorf("got\n%s\nwant\n%s", after, before)
		}
	})
}

// rows writes everything about findings and their history.
func rows(t *testing.T, s *Store) string {
	t.Helper()
	var out []string
	for r, err := range s.Findings(t.Context(), Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%+v", r))
		for e, err := range s.History(t.Context(), r.Ref()) {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, fmt.Sprintf("%+v", e))
		}
	}
	return strings.Join(out, "\n")
}

func TestManyWorkersMayCommitTheSame(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		var list []Result
		for i := range 150 {
			list = append(list, checked(r, fmt.Sprint(i), "h", "登陆", "帐号"))
		}
		var group sync.WaitGroup
		errs := make([]error, 6)
		for w := range errs {
			group.Go(func() {
				mine := slices.Clone(list)
				if w%2 == 1 {
					slices.Reverse(mine)
				}
				_, errs[w] = s.Commit(context.Background(), &Batch{Run: r.ID, Results: mine})
			})
		}
		group.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		n := 0
		for g, err := range s.Totals(t.Context(), Filter{}, 0) {
			if err != nil {
				t.Fatal(err)
			}
			n = int(g.Findings)
		}
		run, err := s.Run(t.Context(), r.ID)
		if err != nil || n != 300 || run.New != 300 {
			t.Errorf("%d findings, %d counted as new, want 300; %v", n, run.New, err)
		}
	})
}

func TestAStateIsKeptAndConflictsAreTold(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		commitAll(t, s, r, checked(r, "1", "h", "登陆", "帐号"))
		remark, unit := "已核", "信息科"
		row, err := s.SetState(t.Context(), Change{Ref: Ref{1, "登陆"}, State: StateFalseAlarm, Remark: &remark, Unit: &unit, Actor: "甲", Revision: 1})
		if err != nil || row.Finding.Revision != 2 || row.Finding.Remark != remark || row.Unit() != unit {
			t.Fatalf("%+v, %v", row, err)
		}
		_, err = s.SetState(t.Context(), Change{Ref: Ref{1, "登陆"}, State: StateAccepted, Actor: "乙", Revision: 1})
		var conflict *ConflictError
		if !errors.As(err, &conflict) || conflict.Current.Finding.State != StateFalseAlarm {
			t.Fatalf("got %v, want a conflict", err)
		}
		if _, err := s.SetState(t.Context(), Change{Ref: Ref{1, "登陆"}, State: StateFalseAlarm, Actor: "乙", Revision: 1}); err != nil {
			t.Errorf("the same decision is no conflict: %v", err)
		}
		if _, err := s.SetState(t.Context(), Change{Ref: Ref{1, "没有"}, State: StateFixed}); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		second := begin(t, s)
		commitAll(t, s, second, checked(second, "1", "h2", "帐号"))
		commitAll(t, s, second, checked(second, "1", "h3", "帐号", "登陆"))
		if got, want := dump(t, s, Filter{}), "1:帐号:open 1:登陆:false_alarm"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestFiltersAndPages(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		other := checked(r, "2", "h", "工做")
		other.Document.Column, other.Document.Date, other.Document.Unit = "政务公开x", 20210304, "信息科"
		other.Findings[0].Level, other.Findings[0].Rule = lexicon.Info, "number/x"
		commitAll(t, s, r, checked(r, "1", "h", "登陆", "帐号"), other)
		for _, c := range []struct {
			name string
			f    Filter
			want string
		}{
			{"column", Filter{Documents: DocumentFilter{Column: "政务公开"}}, "1:登陆:open 1:帐号:open"},
			{"dates", Filter{Documents: DocumentFilter{From: 20210101, Until: 20211231}}, "2:工做:open"},
			{"category", Filter{Rules: []string{"number"}}, "2:工做:open"},
			{"rule", Filter{Rules: []string{"typo/word"}, Limit: 1}, "1:登陆:open"},
			{"level", Filter{Level: lexicon.Warning}, "1:登陆:open 1:帐号:open"},
			{"unit", Filter{Unit: "信息科"}, "2:工做:open"},
			{"states", Filter{States: []State{StateFixed, StateAccepted}}, ""},
			{"clause", Filter{Clauses: []lexicon.Clause{lexicon.Deduct}, Text: "工做"}, "2:工做:open"},
			{"newest first", Filter{NewestFirst: true}, "2:工做:open 1:登陆:open 1:帐号:open"},
			{"source", Filter{Documents: DocumentFilter{Sources: []string{"web"}, Run: r.ID}, FirstRun: r.ID, LastRun: r.ID, Present: true}, "1:登陆:open 1:帐号:open 2:工做:open"},
			{"no source", Filter{Documents: DocumentFilter{Sources: []string{"other"}}}, ""},
		} {
			if got := dump(t, s, c.f); got != c.want {
				t.Errorf("%s: got %s, want %s", c.name, got, c.want)
			}
		}
		for _, newest := range []bool{false, true} {
			var pages []string
			f := Filter{Limit: 1, NewestFirst: newest}
			var last *Row
			for {
				f.After = last
				last = nil
				for row, err := range s.Findings(t.Context(), f) {
					if err != nil {
						t.Fatal(err)
					}
					last = row
					pages = append(pages, row.Document.Key+":"+row.Finding.Text+":open")
				}
				if last == nil {
					break
				}
			}
			if got, want := strings.Join(pages, " "), dump(t, s, Filter{NewestFirst: newest}); got != want {
				t.Errorf("pages %s, want %s", got, want)
			}
		}
		var groups []string
		for g, err := range s.Totals(t.Context(), Filter{}, 0, ByUnit, ByLevel, ByYear) {
			if err != nil {
				t.Fatal(err)
			}
			groups = append(groups, fmt.Sprint(g.Values, g.Findings, g.Documents))
		}
		if want := []string{"[办公室 error 2020] 2 1", "[信息科 info 2021] 1 1"}; !slices.Equal(groups, want) {
			t.Errorf("groups %q, want %q", groups, want)
		}
		groups = nil
		for e, err := range s.Extents(t.Context(), DocumentFilter{}, ByYear, BySource) {
			if err != nil {
				t.Fatal(err)
			}
			groups = append(groups, fmt.Sprint(e.Values, e.Documents, e.Characters, e.Bytes, e.Weighted))
		}
		if want := []string{"[2020 web] 1 30 100 1", "[2021 web] 1 30 100 1"}; !slices.Equal(groups, want) {
			t.Errorf("extents %q, want %q", groups, want)
		}
	})
}
