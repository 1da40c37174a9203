package source

import (
	"slices"
	"sort"
)

// Origin leads from offsets in the view (UTF-8) to offsets in the file (its own
// encoding). A nil Origin is the identity. One goroutine may use it at a time.
type Origin struct {
	runs []originRun
	view int64 // end of what was added
	file int64
}

// An originRun is n characters that each take v bytes of the view and f of the file.
type originRun struct {
	view, file int64
	n          int64
	v, f       int32
}

// Add appends a character of v bytes in the view and f bytes in the file. Either may be
// zero: a byte order mark is v = 0.
func (o *Origin) Add(v, f int) { o.AddRun(1, v, f) }

// AddRun appends n characters that take v bytes of the view and f bytes of the file each.
func (o *Origin) AddRun(n, v, f int) {
	if n == 0 {
		return
	}
	if k := len(o.runs) - 1; k >= 0 && o.runs[k].v == int32(v) && o.runs[k].f == int32(f) {
		o.runs[k].n += int64(n)
	} else {
		o.runs = append(o.runs, originRun{o.view, o.file, int64(n), int32(v), int32(f)})
	}
	o.view += int64(n) * int64(v)
	o.file += int64(n) * int64(f)
}

// Discard forgets what lies before an offset of the view, to bound memory.
func (o *Origin) Discard(view int64) {
	if o == nil {
		return
	}
	i := 0
	for i < len(o.runs) && o.runs[i].view+o.runs[i].n*int64(o.runs[i].v) < view {
		i++
	}
	// Moving the rest down each time would be quadratic.
	if i > 256 || i > len(o.runs)/2 {
		o.runs = slices.Delete(o.runs, 0, i)
	}
}

// File returns the offset in the file of a place in the view. Inside a character it
// returns the start of the character.
func (o *Origin) File(view int64) int64 {
	if o == nil {
		return view
	}
	// The last run that begins at or before view: at a place where something of the file
	// has no counterpart in the view, this is the place after it.
	i := sort.Search(len(o.runs), func(i int) bool { return o.runs[i].view > view }) - 1
	if i < 0 {
		return 0
	}
	r := o.runs[i]
	if r.v == 0 {
		return r.file + r.n*int64(r.f)
	}
	k := min((view-r.view)/int64(r.v), r.n)
	return r.file + k*int64(r.f)
}

// View returns the offset in the view of a place in the file: the inverse of File.
func (o *Origin) View(file int64) int64 {
	if o == nil {
		return file
	}
	i := sort.Search(len(o.runs), func(i int) bool { return o.runs[i].file > file }) - 1
	if i < 0 {
		return 0
	}
	r := o.runs[i]
	if r.f == 0 {
		return r.view + r.n*int64(r.v)
	}
	k := min((file-r.file)/int64(r.f), r.n)
	return r.view + k*int64(r.v)
}

// clip returns a copy of what concerns the view from start to end.
func (o *Origin) clip(start, end int64) *Origin {
	if o == nil {
		return nil
	}
	c := &Origin{view: o.view, file: o.file}
	for _, r := range o.runs {
		if r.view <= end && r.view+r.n*int64(r.v) >= start {
			c.runs = append(c.runs, r)
		}
	}
	return c
}
