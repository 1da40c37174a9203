package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"proofcheck/links"
)

// open returns where the report goes, and what to call when it is written or given up.
func (r *linkRun) open() (io.Writer, func(bool) error, error) {
	if r.file == "" {
		return r.stdout, func(bool) error { return nil }, nil
	}
	f, err := createAtomic(r.file)
	if err != nil {
		return nil, nil, r.fail("output.failed", "path", shown(r.file), "error", r.reason(err))
	}
	return f, func(good bool) error {
		if !good {
			f.discard()
			return nil
		}
		return f.commit()
	}, nil
}

// write writes the report.
func (r *linkRun) write(out io.Writer, report *links.Report) error {
	w := bufio.NewWriterSize(out, 64<<10)
	var err error
	switch r.form {
	case "json":
		err = r.writeJSON(w, report)
	case "csv":
		err = r.writeCSV(w, report)
	case "xlsx":
		err = r.writeXLSX(w, report)
	case "text":
		r.writeText(w, report)
	default:
		err = r.writeForm(w, r.form, report)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

// linkColumns are the keys of the headings of the tables.
var linkColumns = []string{
	"links.column.page", "links.column.title", "links.column.place", "links.column.target", "links.column.text", "links.column.level",
	"links.column.problem", "links.column.verdict", "links.column.chain", "links.column.suggest", "links.column.first", "links.column.times",
}

// row is a finding in the order of linkColumns.
func (r *linkRun) row(f *links.Finding) []string {
	row := []string{
		shown(f.Page), f.Title, "", f.Ref.Target, f.Ref.Text, r.say("level." + f.Level.String()), links.Message(r.lang, f.Problem), "", "", f.Suggest, "", "",
	}
	if f.Ref.At.Line > 0 {
		row[2] = f.Ref.At.String()
	}
	if a := f.Answer; a != nil {
		row[7], row[8] = r.say("verdict."+a.Verdict.String()), chain(a)
	}
	if f.Times > 0 {
		row[10], row[11] = f.First.Local().Format(time.DateTime), strconv.Itoa(f.Times)
	}
	return row
}

// chain writes the answers of the last attempt: 301 http://a/ → 404 http://b/.
func chain(a *links.Answer) string {
	var parts []string
	for _, h := range a.Chain {
		parts = append(parts, fmt.Sprintf("%d %s", h.Status, h.URL))
	}
	return strings.Join(parts, " → ")
}

// plain takes out what would confuse a terminal or a line.
func plain(s string) string {
	for i := 0; i < len(s); i++ {
		// Most have nothing but letters; spaces beyond ASCII begin with one of these bytes.
		if c := s[i]; c <= ' ' || c == 0x7F || c == 0xC2 || c == 0xE1 || c == 0xE2 || c == 0xE3 {
			return shown(strings.Join(strings.Fields(s), " "))
		}
	}
	return shown(s)
}

func (r *linkRun) writeText(w io.Writer, report *links.Report) {
	last := ""
	for i := range report.Findings {
		f := &report.Findings[i]
		if f.Page != last || i == 0 {
			if i > 0 {
				fmt.Fprintln(w)
			}
			title := ""
			if f.Title != "" {
				title = "  " + plain(f.Title)
			}
			fmt.Fprintf(w, "%s%s\n", shown(f.Page), title)
			last = f.Page
		}
		place := ""
		if f.Ref.At.Line > 0 {
			place = f.Ref.At.String() + "  "
		}
		fmt.Fprintf(w, "  %s%s  %s", place, r.say("level."+f.Level.String()), plain(links.Message(r.lang, f.Problem)))
		if f.Ref.Text != "" {
			fmt.Fprintf(w, "  “%s”", plain(f.Ref.Text))
		}
		fmt.Fprintln(w)
		if f.Ref.Target != "" {
			fmt.Fprintf(w, "      %s\n", plain(f.Ref.Target))
		}
		if f.Answer != nil && len(f.Answer.Chain) > 1 {
			fmt.Fprintf(w, "      %s\n", plain(chain(f.Answer)))
		}
		if f.Suggest != "" {
			fmt.Fprintf(w, "      → %s\n", plain(f.Suggest))
		}
		if f.Times > 1 || f.Times == 1 && f.Answer != nil { // a file that is missing for the first time is most usual in drafts
			fmt.Fprintf(w, "      %s\n", r.say("links.history", "first", f.First.Local().Format(time.DateTime), "times", strconv.Itoa(f.Times)))
		}
	}
	if r.quiet {
		return
	}
	var levels [3]int
	for i := range report.Findings {
		levels[report.Findings[i].Level]++
	}
	if len(report.Findings) > 0 {
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, r.say("links.summary", "pages", strconv.Itoa(report.Pages), "links", strconv.Itoa(report.Links),
		"error", strconv.Itoa(levels[links.Error]), "warning", strconv.Itoa(levels[links.Warning]), "info", strconv.Itoa(levels[links.Info])))
	if report.Distinct > 0 {
		var parts []string
		for v, n := range report.Verdicts {
			if n > 0 {
				parts = append(parts, r.say("verdict."+links.Verdict(v).String())+" "+strconv.Itoa(n))
			}
		}
		fmt.Fprintln(w, r.say("links.asked", "n", strconv.Itoa(report.Distinct), "verdicts", strings.Join(parts, r.say("links.comma"))))
	}
}

func (r *linkRun) writeCSV(w io.Writer, report *links.Report) error {
	// Spreadsheets take a file without the mark for the system's old encoding.
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(r.heads()); err != nil {
		return err
	}
	for i := range report.Findings {
		row := r.row(&report.Findings[i])
		for k, cell := range row {
			// A cell that begins so would be run as a formula.
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[k] = "'" + cell
			}
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func (r *linkRun) heads() []string {
	var out []string
	for _, key := range linkColumns {
		out = append(out, r.say(key))
	}
	return out
}

func (r *linkRun) writeJSON(w io.Writer, report *links.Report) error {
	type finding struct {
		Page      string      `json:"page"`
		Title     string      `json:"pageTitle,omitempty"`
		Line      int         `json:"line,omitempty"`
		Column    int         `json:"column,omitempty"`
		Offset    int64       `json:"offset"`
		Target    string      `json:"target"`
		Text      string      `json:"text,omitempty"`
		Element   string      `json:"element,omitempty"`
		ID        string      `json:"id"`
		Level     string      `json:"level"`
		Message   string      `json:"message"`
		Suggest   string      `json:"suggest,omitempty"`
		Verdict   string      `json:"verdict,omitempty"`
		Reason    string      `json:"reason,omitempty"`
		Chain     []links.Hop `json:"chain,omitempty"`
		Size      *int64      `json:"size,omitempty"`
		Type      string      `json:"type,omitempty"`
		Attempts  int         `json:"attempts,omitempty"`
		FirstSeen string      `json:"firstSeen,omitempty"`
		TimesSeen int         `json:"timesSeen,omitempty"`
	}
	out := struct {
		Pages    int            `json:"pages"`
		Links    int            `json:"links"`
		Distinct int            `json:"distinct"`
		Verdicts map[string]int `json:"verdicts,omitempty"`
		Findings []finding      `json:"findings"`
		Failed   []string       `json:"failed,omitempty"`
	}{report.Pages, report.Links, report.Distinct, nil, []finding{}, nil}
	for v, n := range report.Verdicts {
		if n > 0 {
			if out.Verdicts == nil {
				out.Verdicts = map[string]int{}
			}
			out.Verdicts[links.Verdict(v).String()] = n
		}
	}
	for _, f := range report.Failed {
		out.Failed = append(out.Failed, f.Page)
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		j := finding{
			Page: f.Page, Title: f.Title, Line: f.Ref.At.Line, Column: f.Ref.At.Column, Offset: f.Ref.At.Offset, Target: f.Ref.Target, Text: f.Ref.Text,
			Element: f.Ref.Element, ID: f.ID, Level: f.Level.String(), Message: links.Message(r.lang, f.Problem), Suggest: f.Suggest,
		}
		if a := f.Answer; a != nil {
			j.Verdict, j.Reason, j.Chain, j.Type, j.Attempts = a.Verdict.String(), a.Reason, a.Chain, a.Type, a.Attempts
			if a.Size >= 0 {
				j.Size = &a.Size
			}
		}
		if f.Times > 0 {
			j.FirstSeen, j.TimesSeen = f.First.Format(time.RFC3339), f.Times
		}
		out.Findings = append(out.Findings, j)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}
