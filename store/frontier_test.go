package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestAFrontierIsKeptUntilItsSourceHasBeenRead(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		long := "https://a.example/" + strings.Repeat("长", 3000)
		commit := func(c Cursor, w Walked) {
			t.Helper()
			w.Source, c.Source = "web", "web"
			if _, err := s.Commit(t.Context(), &Batch{Run: r.ID, Walked: []Walked{w}, Cursors: []Cursor{c}}); err != nil {
				t.Fatal(err)
			}
		}
		commit(Cursor{}, Walked{Addresses: []Address{{"a", 0, true}, {"b", 1, false}, {long, 1, false}, {"b", 2, true}}, Notes: [][]byte{{1}, {2, 0}}})
		commit(Cursor{}, Walked{Addresses: []Address{{"a", 3, false}, {long, 1, true}, {"c", 2, false}}, Notes: [][]byte{{3}}})
		known, err := s.Frontier(t.Context(), r.ID, "web")
		slices.SortFunc(known, func(a, b Address) int { return strings.Compare(a.Address, b.Address) })
		want := []Address{{"a", 0, true}, {"b", 1, true}, {"c", 2, false}, {long, 1, true}}
		if err != nil || !slices.Equal(known, want) {
			t.Errorf("got %.200s, want %.200s; %v", fmt.Sprint(known), fmt.Sprint(want), err)
		}
		notes := func() (out [][]byte) {
			for n, err := range s.Notes(t.Context(), r.ID, "web") {
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, n)
			}
			return out
		}
		if got := notes(); !reflect.DeepEqual(got, [][]byte{{1}, {2, 0}, {3}}) {
			t.Errorf("notes %v", got)
		}
		for _, other := range []struct {
			run    int64
			source string
		}{{r.ID + 1, "web"}, {r.ID, "elsewhere"}} {
			if known, err := s.Frontier(t.Context(), other.run, other.source); len(known) > 0 || err != nil {
				t.Errorf("%v has %v, %v", other, known, err)
			}
		}
		commit(Cursor{Cursor: "9", Done: true}, Walked{})
		known, err = s.Frontier(t.Context(), r.ID, "web")
		if len(known) > 0 || len(notes()) > 0 || err != nil {
			t.Errorf("after the end: %v, %v, %v", known, notes(), err)
		}
	})
}

func TestWhoIsOvertakenCommitsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		r := begin(t, s)
		commit := func(after, cursor, key string) error {
			_, err := s.Commit(t.Context(), &Batch{Run: r.ID, Results: []Result{checked(r, key, "h")}, Counts: Counts{Documents: 1},
				Cursors: []Cursor{{Source: "web", Cursor: cursor, After: &after}}})
			return err
		}
		for _, c := range []struct {
			after, cursor, key string
			want               error
		}{
			{"", "1.a", "first", nil},
			{"", "1.a", "first", nil}, // its answer was lost
			{"", "1.b", "other", ErrOvertaken},
			{"1.a", "2.b", "second", nil},
			{"1.a", "2.a", "other", ErrOvertaken},
			{"2.b", "3.b", "third", nil},
		} {
			if err := commit(c.after, c.cursor, c.key); !errors.Is(err, c.want) {
				t.Errorf("%s after %s: %v, want %v", c.cursor, c.after, err, c.want)
			}
		}
		var keys []string
		for d, err := range s.Documents(t.Context(), DocumentFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, d.Key)
		}
		run, err := s.Run(t.Context(), r.ID)
		if want := []string{"first", "second", "third"}; !slices.Equal(keys, want) || err != nil || run.Documents != 3 {
			t.Errorf("%q were kept and %d counted, want %q; %v", keys, run.Documents, want, err)
		}
	})
}
