package source

import "bytes"

// Counter follows lines and columns through a view. The zero value stands at the start
// of a file. Position().Offset counts bytes of the view.
type Counter struct {
	pos Position
	cr  bool // the last byte was a carriage return
}

// CounterAt returns a Counter that stands at p, whose Offset counts bytes of the view.
func CounterAt(p Position) Counter { return Counter{pos: p} }

// Position returns the place after all bytes given to Advance.
func (c *Counter) Position() Position {
	if c.pos.Line == 0 {
		c.pos.Line, c.pos.Column, c.pos.Byte = 1, 1, 1
	}
	return c.pos
}

// Advance moves over b. Characters may not be divided between two calls; a CR LF may.
func (c *Counter) Advance(b []byte) {
	if len(b) == 0 {
		return
	}
	c.Position()
	c.pos.Offset += int64(len(b))
	if c.cr && b[0] == '\n' {
		b = b[1:] // the line was ended by the CR
	}
	c.cr = false
	if bytes.IndexByte(b, '\r') >= 0 {
		c.returns(b)
		return
	}
	if n := bytes.Count(b, newline); n > 0 {
		c.pos.Line += n
		c.pos.Column, c.pos.Byte = 1, 1
		b = b[bytes.LastIndexByte(b, '\n')+1:]
	}
	c.within(b)
}

// within moves over b, which holds no line end.
func (c *Counter) within(b []byte) {
	for range string(b) { // utf8.RuneCount would copy what is long
		c.pos.Column++
	}
	if c.pos.Byte > 0 {
		c.pos.Byte += len(b)
	}
}

var newline = []byte{'\n'}

func (c *Counter) returns(b []byte) {
	last := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\r':
			if i+1 < len(b) && b[i+1] == '\n' {
				i++
			} else if i+1 == len(b) {
				c.cr = true
			}
		case '\n':
		default:
			continue
		}
		c.pos.Line++
		c.pos.Column, c.pos.Byte = 1, 1
		last = i + 1
	}
	c.within(b[last:])
}
