package store

import (
	"encoding/json"
	"slices"

	"proofcheck/lexicon"
)

const findingInsert = "INSERT INTO findings (document, fingerprint, rule, level, clause, pack, text, before, after, message, standard, suggest, " +
	"confidence, hidden, start_byte, end_byte, line, col, state, present, first_run, last_run, revision, changed, unit, remark) VALUES "

// The right side of state is what it was.
const findingUpdate = " ON CONFLICT (document, fingerprint) DO UPDATE SET rule = excluded.rule, level = excluded.level, clause = excluded.clause, pack = excluded.pack, " +
	"text = excluded.text, before = excluded.before, after = excluded.after, message = excluded.message, standard = excluded.standard, suggest = excluded.suggest, " +
	"confidence = excluded.confidence, hidden = excluded.hidden, start_byte = excluded.start_byte, end_byte = excluded.end_byte, line = excluded.line, col = excluded.col, " +
	"revision = findings.revision + CASE findings.state WHEN 1 THEN 1 ELSE 0 END, changed = CASE findings.state WHEN 1 THEN excluded.changed ELSE findings.changed END, " +
	"state = CASE findings.state WHEN 1 THEN 0 ELSE findings.state END, present = 1, last_run = excluded.last_run"

const findingValues = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, ?, ?, 1, ?, '', '')"

// findings notes what was found in documents, and what no longer was.
func (c *commit) findings(list []*Result, docs []*known) error {
	var args, events []any
	rows := 0
	flush := func() error {
		if rows == 0 {
			return nil
		}
		err := c.exec(findingInsert+tuples(rows, findingValues)+findingUpdate, args...)
		args, rows = args[:0], 0
		return err
	}
	for i, r := range list {
		d := docs[i]
		now := make(map[string]bool, len(r.Findings))
		for k := range r.Findings {
			f := &r.Findings[k]
			if now[f.Fingerprint] {
				continue
			}
			now[f.Fingerprint] = true
			was, known := d.findings[f.Fingerprint]
			switch {
			case !known:
				c.counts.New++
				events = append(events, c.event(d.id, f.Fingerprint, -1, StateOpen)...)
			case was.state == StateFixed:
				events = append(events, c.event(d.id, f.Fingerprint, StateFixed, StateOpen)...)
			}
			values, err := c.values(d.id, f)
			if err != nil {
				return err
			}
			args = append(args, values...)
			if rows++; rows == rowsAtOnce {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		if err := c.gone(d, now, &events); err != nil {
			return err
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return c.note(events)
}

func (c *commit) values(document int64, f *Finding) ([]any, error) {
	suggest, err := json.Marshal(append([]string{}, f.Suggest...))
	if err != nil {
		return nil, err
	}
	hidden := 0
	if f.Hidden {
		hidden = 1
	}
	return []any{
		document, f.Fingerprint, f.Rule, int64(f.Level), int64(f.Clause), Clean(f.Pack), Clean(f.Text), Clean(f.Before), Clean(f.After), Clean(f.Message),
		Clean(f.Standard), Clean(string(suggest)), f.Confidence, hidden, f.Start, f.End, f.Line, f.Column, c.run, c.run, c.now,
	}, nil
}

// gone notes the findings that a document had and has no longer.
func (c *commit) gone(d *known, now map[string]bool, events *[]any) error {
	var prints []string
	for print, was := range d.findings {
		if !now[print] && was.present {
			prints = append(prints, print)
		}
	}
	slices.Sort(prints)
	for _, print := range prints {
		query := "UPDATE findings SET present = 0 WHERE document = ? AND fingerprint = ?"
		args := []any{d.id, print}
		if d.findings[print].state == StateOpen {
			c.counts.Fixed++
			*events = append(*events, c.event(d.id, print, StateOpen, StateFixed)...)
			query = "UPDATE findings SET present = 0, state = 1, revision = revision + 1, changed = ? WHERE document = ? AND fingerprint = ?"
			args = []any{c.now, d.id, print}
		}
		if err := c.exec(query, args...); err != nil {
			return err
		}
	}
	return nil
}

// event is a row of the history.
func (c *commit) event(document int64, print string, from, to State) []any {
	return []any{document, print, c.now, c.run, int64(from), int64(to)}
}

// note writes rows of the history.
func (c *commit) note(events []any) error {
	const columns = 6
	for chunk := range slices.Chunk(events, columns*rowsAtOnce) {
		if err := c.exec("INSERT INTO history (document, fingerprint, at, run, from_state, to_state, actor, unit, remark) VALUES "+
			tuples(len(chunk)/columns, "(?, ?, ?, ?, ?, ?, '', '', '')"), chunk...); err != nil {
			return err
		}
	}
	return nil
}

// move takes findings out of documents. What the run has found is no longer counted for them.
func (c *commit) move(list []Moved) error {
	for _, m := range list {
		id, err := c.source(m.Source)
		if err != nil {
			return err
		}
		args := []any{id, Clean(m.Key)}
		for _, print := range m.Fingerprints {
			args = append(args, print)
		}
		where := " WHERE document IN (SELECT id FROM documents WHERE source = ? AND key = ?) AND fingerprint IN (" + marks(len(m.Fingerprints)) + ")"
		if err := c.uncount(where, args); err != nil {
			return err
		}
		if err := c.exec("DELETE FROM history"+where, args...); err != nil {
			return err
		}
	}
	return nil
}

// uncount deletes findings and takes those of this run out of its counts.
func (c *commit) uncount(where string, args []any) error {
	rows, err := c.tx.QueryContext(c.ctx, c.bind("DELETE FROM findings"+where+" RETURNING level, first_run, last_run"), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var level lexicon.Level
		var first, last int64
		if err := rows.Scan(&level, &first, &last); err != nil {
			return err
		}
		if first == c.run {
			c.counts.New--
		}
		if last == c.run {
			c.counts.Found(level, -1)
		}
	}
	return rows.Err()
}
