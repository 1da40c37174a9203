package batch

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"proofcheck/formats"
)

// readJSONL reads a file with one JSON object in each line. Keys are the id or url fields, or else
// the numbers of lines. A line that is no object, or too long, is a record with Err. A cursor is the
// number of lines that have been passed.
func readJSONL(in *packed, cursor string, opt SourceOptions, yield func(*Record) bool) error {
	from, _ := strconv.Atoi(cursor)
	lines := lineReader{in: bufio.NewReaderSize(in, 64<<10), limit: opt.maxSize() + 64<<10}
	for n := 1; ; n++ {
		lines.skip = n <= from
		line, err := lines.next()
		if err == io.EOF {
			return nil
		}
		var r *Record
		switch size := (*TooLargeError)(nil); {
		case n <= from:
			continue
		case errors.As(err, &size):
			r = &Record{Err: err}
		case err != nil:
			return fmt.Errorf("line %d: %w", n, broken(err))
		case len(bytes.TrimSpace(line)) == 0:
			continue
		default:
			r = objectRecord(line, opt)
		}
		finish(r, fmt.Sprintf("line %d", n))
		if r.Cursor = strconv.Itoa(n); !yield(r) {
			return nil
		}
	}
}

// finish gives a record of a table what it lacks.
func finish(r *Record, place string) {
	if r.Key == "" {
		r.Key = place
	}
	if r.Format == nil {
		r.Format = formats.Text
	}
	if r.Err != nil {
		r.Err = fmt.Errorf("%s: %w", place, r.Err)
	}
}

// lineReader reads lines of bounded length.
type lineReader struct {
	in    *bufio.Reader
	limit int64
	skip  bool // the next line is not wanted
	line  []byte
}

// next returns the next line without its end, valid until the next call. A longer line is passed over
// and gives a *TooLargeError; io.EOF ends.
func (l *lineReader) next() ([]byte, error) {
	l.line = l.line[:0]
	var size int64
	for {
		part, err := l.in.ReadSlice('\n')
		size += int64(len(part))
		if !l.skip && size <= l.limit {
			l.line = append(l.line, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err == io.EOF && size > 0 {
			err = nil
		}
		if err == nil && size > l.limit && !l.skip {
			l.line = nil // it may have grown to the limit
			return nil, &TooLargeError{size, l.limit}
		}
		return bytes.TrimRight(l.line, "\r\n"), err
	}
}

// ErrNotObject says that a line of a JSONL file is not one JSON object.
var ErrNotObject = errors.New("no JSON object")

// objectRecord makes a record of a JSON object. Values that are no texts are taken as they are written.
func objectRecord(line []byte, opt SourceOptions) *Record {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(line, []byte("\ufeff"))))
	var object map[string]json.RawMessage
	if err := decoder.Decode(&object); err != nil {
		return &Record{Err: fmt.Errorf("%w: %w", ErrNotObject, err)}
	}
	if _, err := decoder.Token(); err != io.EOF {
		return &Record{Err: fmt.Errorf("%w: more than one value", ErrNotObject)}
	}
	columns := make([]string, 0, len(object))
	values := make([]string, 0, len(object))
	for name, raw := range object {
		columns = append(columns, name)
		var text string
		switch {
		case string(raw) == "null":
		case json.Unmarshal(raw, &text) != nil:
			text = string(raw)
		}
		values = append(values, text)
	}
	b, err := opt.Fields.bind(columns)
	if err != nil {
		return &Record{Err: err}
	}
	return b.record(opt, func(i int) string { return values[i] })
}

// decodeTable finds the encoding of a table: what is declared, a byte order mark, or GB 18030 when its
// beginning is not UTF-8.
func decodeTable(in io.Reader, charset string) (io.Reader, error) {
	buffered := bufio.NewReaderSize(in, 64<<10)
	head, err := buffered.Peek(64 << 10)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if len(head) >= 2 && (head[0] == 0xFF && head[1] == 0xFE || head[0] == 0xFE && head[1] == 0xFF) {
		return transform.NewReader(buffered, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), nil
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		_, err := buffered.Discard(3)
		return buffered, err
	}
	for i := len(head) - 1; i >= max(0, len(head)-4); i-- { // a character that is cut at the end says nothing
		if utf8.RuneStart(head[i]) {
			if !utf8.FullRune(head[i:]) {
				head = head[:i]
			}
			break
		}
	}
	if strings.HasPrefix(strings.ToLower(charset), "gb") || !utf8.Valid(head) {
		return transform.NewReader(buffered, simplifiedchinese.GB18030.NewDecoder()), nil
	}
	return buffered, nil
}
