package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"

	"proofcheck/lexicon"
)

// Dimension is what totals are counted by.
type Dimension string

// The dimensions. Their values in a Group are texts.
const (
	ByRule   Dimension = "rule"
	ByLevel  Dimension = "level" // error, warning, info
	ByClause Dimension = "clause"
	ByState  Dimension = "state"
	BySource Dimension = "source"
	ByColumn Dimension = "column" // the whole path
	ByUnit   Dimension = "unit"   // of the finding, or else of its document
	ByYear   Dimension = "year"   // of publication, "" when not known
	ByText   Dimension = "text"   // the words at fault
	ByRun    Dimension = "run"    // the run that found it first
)

// expressions holds what each dimension groups by.
var expressions = map[Dimension]string{
	ByRule: "f.rule", ByLevel: "f.level", ByClause: "f.clause", ByState: "f.state", BySource: "s.name", ByColumn: "d.column_path",
	ByUnit: "COALESCE(NULLIF(f.unit, ''), d.unit)", ByYear: "d.date / 10000", ByText: "f.text", ByRun: "f.first_run",
}

// Group counts the findings that have the same values.
type Group struct {
	Values    []string // in the order of the dimensions
	Findings  int64
	Documents int64 // that have such findings
}

// Totals counts the findings of a filter by dimensions and yields the groups, the largest first; limit
// 0 means all. After, Limit and NewestFirst of the filter do not count.
func (s *Store) Totals(ctx context.Context, f Filter, limit int, by ...Dimension) iter.Seq2[*Group, error] {
	f.After, f.Limit = nil, 0
	var exprs []string
	for _, d := range by {
		e, ok := expressions[d]
		if !ok {
			return func(yield func(*Group, error) bool) { yield(nil, fmt.Errorf("store: no such dimension: %q", d)) }
		}
		exprs = append(exprs, e)
	}
	w := f.where()
	query := "SELECT " + strings.Join(append(exprs, "COUNT(*)", "COUNT(DISTINCT d.id)"), ", ") +
		" FROM findings f JOIN documents d ON d.id = f.document JOIN sources s ON s.id = d.source " + w.text()
	if len(exprs) > 0 {
		list := strings.Join(exprs, ", ")
		query += " GROUP BY " + list + " ORDER BY COUNT(*) DESC, " + list
	}
	query += w.limit(limit)
	return stream(ctx, s, query, w.args, func(rows *sql.Rows) (*Group, error) {
		g := &Group{Values: make([]string, len(by))}
		numbers := make([]int64, len(by))
		var fields []any
		for i, d := range by {
			switch d {
			case ByLevel, ByClause, ByState, ByYear:
				fields = append(fields, &numbers[i])
			default:
				fields = append(fields, &g.Values[i])
			}
		}
		if err := rows.Scan(append(fields, &g.Findings, &g.Documents)...); err != nil {
			return nil, err
		}
		for i, d := range by {
			switch d {
			case ByLevel:
				g.Values[i] = lexicon.Level(numbers[i]).String()
			case ByClause:
				g.Values[i] = lexicon.Clause(numbers[i]).String()
			case ByState:
				g.Values[i] = State(numbers[i]).String()
			case ByYear:
				if numbers[i] > 0 {
					g.Values[i] = fmt.Sprint(numbers[i])
				}
			}
		}
		return g, nil
	})
}

// Extent is how much text documents hold.
type Extent struct {
	Values     []string
	Documents  int64
	Failed     int64 // that could not be checked the last time
	Characters int64
	Bytes      int64
	Weighted   float64 // findings by their weights in CY/T 266-2023: with Characters, the error rate
}

// Extents counts documents by dimensions, of which BySource, ByColumn, ByUnit (of the document) and
// ByYear are taken. It is what rates are relative to.
func (s *Store) Extents(ctx context.Context, f DocumentFilter, by ...Dimension) iter.Seq2[*Extent, error] {
	f.After, f.Limit = 0, 0
	exprs := []string{}
	for _, d := range by {
		e := expressions[d]
		switch d {
		case ByUnit:
			e = "d.unit"
		case BySource, ByColumn, ByYear:
		default:
			return func(yield func(*Extent, error) bool) {
				yield(nil, fmt.Errorf("store: not a dimension of documents: %q", d))
			}
		}
		exprs = append(exprs, e)
	}
	w := f.where()
	query := "SELECT " + strings.Join(append(exprs, "COUNT(*)", "COALESCE(SUM(CASE WHEN d.error <> '' THEN 1 ELSE 0 END), 0)",
		"COALESCE(SUM(d.characters), 0)", "COALESCE(SUM(d.bytes), 0)", "COALESCE(SUM(d.weighted), 0)"), ", ") +
		" FROM documents d JOIN sources s ON s.id = d.source " + w.text()
	if len(exprs) > 0 {
		query += " GROUP BY " + strings.Join(exprs, ", ") + " ORDER BY " + strings.Join(exprs, ", ")
	}
	return stream(ctx, s, query, w.args, func(rows *sql.Rows) (*Extent, error) {
		e := &Extent{Values: make([]string, len(by))}
		var fields []any
		var year int64
		for i, d := range by {
			if d == ByYear {
				fields = append(fields, &year)
			} else {
				fields = append(fields, &e.Values[i])
			}
		}
		// Sums are decimals in PostgreSQL; all of these fit in a float64 exactly.
		var characters, bytes float64
		err := rows.Scan(append(fields, &e.Documents, &e.Failed, &characters, &bytes, &e.Weighted)...)
		e.Characters, e.Bytes = int64(characters), int64(bytes)
		for i, d := range by {
			if d == ByYear && year > 0 {
				e.Values[i] = fmt.Sprint(year)
			}
		}
		return e, err
	})
}
