package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"proofcheck/checker"
	"proofcheck/report"
	"proofcheck/source"
)

// output is one report to be written.
type output struct {
	form *report.Form
	path string // "" is standard output
}

// chooseOutputs pairs forms and files. A file's extension names its form, or "form=" before it
// does. A form that no file has goes to standard output; with files and no such form, nothing
// does.
func (p *program) chooseOutputs(names, files []string, s *settings) ([]output, error) {
	var forms []*report.Form
	for _, n := range names {
		f := report.ByName(n)
		if f == nil {
			return nil, p.fail("usage.choice", "flag", "--format", "value", n, "values", strings.Join(formNames(), ", "))
		}
		forms = append(forms, f)
	}
	var out []output
	for _, file := range files {
		form, path, ok := strings.Cut(file, "=")
		o := output{report.ByName(form), path}
		if !ok || o.form == nil {
			o = output{report.ByExtension(file), file}
		}
		if o.form == nil && len(forms) == 1 {
			o.form = forms[0]
		}
		if o.form == nil {
			return nil, p.fail("output.form", "path", shown(file), "values", strings.Join(formNames(), ", "))
		}
		if slices.ContainsFunc(out, func(other output) bool { return absolute(other.path) == absolute(o.path) }) {
			return nil, p.fail("output.twice", "path", shown(o.path))
		}
		out = append(out, o)
	}
	toStdout := slices.DeleteFunc(slices.Clone(forms), func(f *report.Form) bool {
		return slices.ContainsFunc(out, func(o output) bool { return o.form == f })
	})
	switch {
	case len(toStdout) > 1:
		return nil, p.fail("output.several", "a", toStdout[0].Name, "b", toStdout[1].Name)
	case len(toStdout) == 1:
		out = append(out, output{form: toStdout[0]})
	case len(out) == 0 && !s.diff && s.record == "":
		out = append(out, output{form: report.Forms[0]})
	}
	for _, o := range out {
		if o.path == "" && s.diff {
			return nil, p.fail("usage.both", "a", "--diff", "b", "--format "+o.form.Name)
		}
		if o.path == "" && o.form.Name == "xlsx" && isTerminal(p.stdout) {
			return nil, p.fail("output.binary", "form", o.form.Name)
		}
	}
	return out, nil
}

// reports writes all the reports of a run. After the first error, which the caller reports once,
// nothing more is written.
type reports struct {
	writers  []report.Writer
	segments []report.Writer // those that want segments
	files    []*atomicFile
	out      *bufio.Writer // standard output; nil when no report goes there
	seen     bool          // the text form is on the terminal, and so are its lines on failures
	progress *progress
}

// openReports creates the files. They take the place of older ones when the reports are complete.
func (p *program) openReports(s *settings, g *progress) (*reports, error) {
	r := &reports{progress: g}
	for _, o := range s.outputs {
		opt := report.Options{Lang: p.lang, Quiet: s.quiet, Verbose: s.verbose}
		var w io.Writer
		if o.path == "" {
			opt.Color, opt.Width = s.color, p.width()
			r.out = bufio.NewWriterSize(p.stdout, 32<<10)
			w = r.out
			r.seen = o.form == report.Forms[0] && isTerminal(p.stdout)
		} else {
			f, err := createAtomic(o.path)
			if err != nil {
				r.discard()
				return nil, p.fail("output.failed", "path", shown(o.path), "error", p.reason(err))
			}
			r.files = append(r.files, f)
			w = f
		}
		writer := o.form.New(w, opt)
		r.writers = append(r.writers, writer)
		if o.form.Segments {
			r.segments = append(r.segments, writer)
		}
	}
	return r, nil
}

// width returns the columns of the terminal, 0 when standard output is none.
func (p *program) width() int {
	if f, ok := p.stdout.(*os.File); ok && isTerminal(f) {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			return w
		}
	}
	return 0
}

func (r *reports) begin(run *report.Run) error {
	return r.each(func(w report.Writer) error { return w.Begin(run) })
}

func (r *reports) document(d *draft, doc *source.Document) error {
	return r.each(func(w report.Writer) error {
		return w.Document(&report.Document{Name: doc.Name, Format: doc.Format, Encoding: doc.Encoding, Escape: d.format.Escape})
	})
}

func (r *reports) segment(number int, seg *source.Segment) error {
	for _, w := range r.segments {
		if err := w.Segment(number, seg); err != nil {
			return err
		}
	}
	return nil
}

func (r *reports) finding(f *checker.Finding) error {
	return r.each(func(w report.Writer) error { return w.Finding(f) })
}

func (r *reports) failed(name string, err error) error {
	return r.each(func(w report.Writer) error { return w.Failed(name, err) })
}

// end completes the reports and puts the files into their places.
func (r *reports) end(stats *checker.Stats) error {
	err := r.each(func(w report.Writer) error { return w.End(stats) })
	if r.out != nil {
		err = errors.Join(err, r.flush())
	}
	for _, f := range r.files {
		if err == nil {
			err = f.commit()
		}
	}
	return err
}

// flush shows what has been written to standard output so far.
func (r *reports) flush() error {
	if r.out == nil || r.out.Buffered() == 0 {
		return nil
	}
	r.progress.clear()
	return r.out.Flush()
}

func (r *reports) discard() {
	for _, f := range r.files {
		f.discard()
	}
}

func (r *reports) each(do func(report.Writer) error) error {
	for _, w := range r.writers {
		if err := do(w); err != nil {
			return err
		}
	}
	return nil
}
