package formats

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"proofcheck/source"
)

// ErrBinary is the error for a file that holds no text: a picture, an archive, a program.
var ErrBinary = errors.New("binary file")

// sample is how much of a file decides its encoding.
const sample = 64 << 10

// A view is a file as UTF-8. It is an io.Reader; origin leads from its bytes to those of the file.
type view struct {
	encoding string // IANA name
	bom      bool
	origin   *source.Origin // nil where view and file are the same bytes

	in     *bufio.Reader
	decode transcoder // nil for UTF-8
	out    []byte     // decoded and not yet read
	next   int        // in out
	buf    []byte     // of decoded chunks
	err    error
}

// openView decides the encoding of a file: a byte order mark goes before what the transport
// declared, that before what the file says of itself, and that before the look of its bytes; but
// a file that is UTF-8 through and through is UTF-8 whatever it says of itself.
func openView(r io.Reader, opt Options, declared func([]byte) string) (*view, error) {
	v := &view{in: readers.Get().(*bufio.Reader)}
	v.in.Reset(r)
	head, err := v.in.Peek(sample)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return nil, err
	}
	name, mark := byteOrderMark(head)
	if name == "" {
		name = opt.Charset
	}
	if name == "" {
		if kind := binaryKind(head); kind != "" {
			return nil, fmt.Errorf("%w (%s)", ErrBinary, kind)
		}
		name = guess(head, declared)
	}
	v.encoding, v.decode, err = transcoderFor(name)
	if err != nil {
		return nil, err
	}
	if mark > 0 {
		v.bom = true
		v.origin = &source.Origin{}
		v.origin.Add(0, mark)
		if _, err := v.in.Discard(mark); err != nil {
			return nil, err
		}
	} else if v.decode != nil {
		v.origin = &source.Origin{}
	}
	return v, nil
}

// readers holds the buffers of files that have been read.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, sample) }}

// release gives the buffer back; nothing can be read any more.
func (v *view) release() {
	v.in.Reset(nil)
	readers.Put(v.in)
	v.in, v.err = nil, io.EOF
}

// Read implements io.Reader.
func (v *view) Read(p []byte) (int, error) {
	if v.in == nil {
		return 0, io.EOF // released
	}
	if v.decode == nil {
		n, err := v.in.Read(p)
		if v.origin != nil {
			v.origin.AddRun(n, 1, 1)
		}
		return n, err
	}
	for v.next == len(v.out) {
		if v.err != nil {
			return 0, v.err
		}
		v.fill()
	}
	n := copy(p, v.out[v.next:])
	v.next += n
	return n, nil
}

// fill decodes the next chunk of the file.
func (v *view) fill() {
	chunk, err := v.in.Peek(32 << 10)
	if err != nil && err != bufio.ErrBufferFull {
		v.err = err
	}
	if len(chunk) == 0 {
		if v.err == nil {
			v.err = io.EOF
		}
		v.out, v.next = nil, 0
		return
	}
	out, used := v.decode(v.buf[:0], chunk, v.err != nil, v.origin)
	v.buf, v.out, v.next = out, out, 0
	if used == 0 { // an incomplete character, and more to come
		if v.err == nil {
			v.err = io.ErrUnexpectedEOF
		}
		return
	}
	if _, err := v.in.Discard(used); err != nil {
		v.err = err
	}
	if used < len(chunk) && v.err == io.EOF {
		v.err = nil // what is left is decoded in the next round
	}
}

// byteOrderMark returns the encoding that a mark at the beginning names, and its length.
func byteOrderMark(b []byte) (string, int) {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		return "utf-8", 3
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		return "utf-16le", 2
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return "utf-16be", 2
	case bytes.HasPrefix(b, []byte("\x84\x31\x95\x33")):
		return "gb18030", 4
	}
	return "", 0
}

var magics = []struct{ prefix, kind string }{
	{"PK\x03\x04", "ZIP, DOCX or XLSX"}, {"%PDF-", "PDF"}, {"\x89PNG", "PNG"}, {"\xFF\xD8\xFF", "JPEG"}, {"GIF8", "GIF"},
	{"\xD0\xCF\x11\xE0", "DOC or XLS"}, {"\x7FELF", "program"}, {"Rar!", "RAR"}, {"7z\xBC\xAF", "7z"}, {"\x1F\x8B", "gzip"},
	{"BM", ""}, {"RIFF", "RIFF"}, {"ID3", "MP3"}, {"SQLite format 3", "SQLite"}, {"\x00\x00\x01\x00", "ICO"}, {"OggS", "Ogg"},
	{"{\\rtf", "RTF"}, {"wOF", "font"},
}

// binaryKind returns what kind of binary file begins so, "" for text.
func binaryKind(b []byte) string {
	for _, m := range magics {
		if m.kind != "" && bytes.HasPrefix(b, []byte(m.prefix)) {
			return m.kind
		}
	}
	controls := 0
	for _, c := range b {
		if c < '\t' || c > '\r' && c < 0x1B || c == 0x7F {
			controls++
		}
	}
	if controls <= 4 || controls*50 <= len(b) || looksWide(b) != "" {
		return ""
	}
	return "data"
}

// guess returns the encoding that the bytes look like.
func guess(b []byte, declared func([]byte) string) string {
	if u := looksWide(b); u != "" {
		return u
	}
	name := ""
	if declared != nil {
		name = declared(b)
	}
	if utf8.Valid(b) && (name == "" || name == "utf-8") {
		return "utf-8"
	}
	high := 0
	for _, c := range b {
		if c >= 0x80 {
			high++
		}
	}
	if high == 0 {
		if known(name) {
			return name
		}
		return "utf-8"
	}
	// High bytes in valid sequences: a few invalid ones are mistakes in a UTF-8 file.
	if good := utf8Bytes(b); good*10 >= high*9 {
		return "utf-8"
	}
	if known(name) && name != "utf-8" {
		return name
	}
	if big5Score(b) > gbkScore(b) {
		return "big5"
	}
	return "gb18030"
}

func known(name string) bool {
	_, _, err := transcoderFor(name)
	return name != "" && err == nil
}

// utf8Bytes counts the bytes of valid sequences of two bytes and more.
func utf8Bytes(b []byte) int {
	n := 0
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r != utf8.RuneError || size > 1 {
			n += size
		} else if !utf8.FullRune(b[i:]) {
			n += len(b) - i // cut by the sample
			break
		}
		i += size
	}
	return n
}

// looksWide returns utf-16le or utf-16be for a text without a mark: there are zeros, as in ASCII
// characters and line ends, and nearly every two bytes are a character of Chinese texts.
func looksWide(b []byte) string {
	if bytes.IndexByte(b, 0) < 0 {
		return ""
	}
	units, ascii := len(b)/2, 0
	var common [2]int // by the order of bytes
	for i := 0; i+1 < len(b); i += 2 {
		if commonUnit(rune(b[i+1])<<8 | rune(b[i])) {
			common[0]++
		}
		if commonUnit(rune(b[i])<<8 | rune(b[i+1])) {
			common[1]++
		}
		if b[i] >= ' ' && b[i] < 0x7F && b[i+1] >= ' ' && b[i+1] < 0x7F {
			ascii++
		}
	}
	// Two letters of ASCII make a Chinese character, too; so would those of a text with a stray zero.
	switch best := max(common[0], common[1]); {
	case best*20 < units*19 || ascii*2 > units || common[0] == common[1]:
		return ""
	case best == common[1]:
		return "utf-16be"
	}
	return "utf-16le"
}

// commonUnit reports whether a unit of UTF-16 is one of a Chinese text.
func commonUnit(r rune) bool {
	switch {
	case r < ' ':
		return r == '\n' || r == '\r' || r == '\t'
	case r < 0x250:
		return r < 0x7F || r >= 0xA0
	case r >= 0x3400 && r <= 0x9FFF, r >= 0x2000 && r <= 0x27BF, r >= 0x3000 && r <= 0x30FF:
		return true
	}
	return utf16.IsSurrogate(r) || r >= 0xF900 && r <= 0xFAFF || r >= 0xFE30 && r <= 0xFFEF
}

// gbkScore and big5Score return the share, in per mille, of two-byte characters in the area of
// common characters and punctuation of either encoding.
func gbkScore(b []byte) int {
	common, all := 0, 0
	for i := 0; i+1 < len(b); i++ {
		if b[i] < 0x81 {
			continue
		}
		all++
		if t := b[i+1]; t >= 0xA1 && (b[i] >= 0xB0 && b[i] <= 0xD7 || b[i] >= 0xA1 && b[i] <= 0xA3) {
			common++
		}
		i++
	}
	return common * 1000 / max(1, all)
}

func big5Score(b []byte) int {
	common, all := 0, 0
	for i := 0; i+1 < len(b); i++ {
		if b[i] < 0x81 {
			continue
		}
		all++
		if t := b[i+1]; b[i] >= 0xA1 && b[i] <= 0xC6 && (t >= 0x40 && t <= 0x7E || t >= 0xA1 && t < 0xFF) {
			common++
		}
		i++
	}
	return common * 1000 / max(1, all)
}
