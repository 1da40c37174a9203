package formats

import (
	"bytes"
	"io"

	"proofcheck/source"
)

// Decoded is a file as UTF-8, as Split sees it: for callers that show the text or count its
// characters. It does not change once made.
type Decoded struct {
	Text     []byte // without a byte order mark; where the file is UTF-8, a part of it
	Encoding string // IANA name, lower case
	shift    int64  // bytes of the mark of a UTF-8 file
	origin   *source.Origin
}

// Decode decodes a whole file in memory as f.Split would. It fails with ErrBinary or an error of
// opt.Charset, as Split does.
func Decode(f *Format, file []byte, opt Options) (*Decoded, error) {
	var declared func([]byte) string
	if f == HTML {
		declared = declaredCharset
	}
	v, err := openView(bytes.NewReader(file), opt, declared)
	if err != nil {
		return nil, err
	}
	defer v.release()
	d := &Decoded{Encoding: v.encoding}
	if v.decode == nil {
		if v.bom {
			d.shift = int64(len(utf8Mark))
		}
		d.Text = file[d.shift:]
		return d, nil
	}
	if d.Text, err = io.ReadAll(v); err != nil {
		return nil, err
	}
	d.origin = v.origin
	return d, nil
}

const utf8Mark = "\xEF\xBB\xBF"

// Offset returns where in Text a byte of the file stands.
func (d *Decoded) Offset(file int64) int64 {
	at := d.origin.View(file) - d.shift
	return max(0, min(at, int64(len(d.Text))))
}
