package formats_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"proofcheck/formats"
	"proofcheck/source"
)

// charsets are the encodings of Chinese pages, by the name that the readers give them.
var charsets = []struct {
	name     string
	encoding encoding.Encoding
	mark     string // byte order mark, if the encoding has one
	text     string // that it can write
}{
	{"utf-8", encoding.Nop, "\xEF\xBB\xBF", "请登录系统𠮷野家，重启“账号”。"},
	{"gb18030", simplifiedchinese.GBK, "", "请登录系统，重启“账号”。"},
	{"gb18030", simplifiedchinese.GB18030, "\x84\x31\x95\x33", "请登录系统𠮷野家㐂，重启“账号”。"},
	{"big5", traditionalchinese.Big5, "", "請登錄系統，重啓帳號。資訊安全與個人資料保護。"},
	{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\xFF\xFE", "请登录系统𠮷野家，重启“账号”。"},
	{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "\xFE\xFF", "请登录系统𠮷野家，重启“账号”。"},
}

func encode(tb testing.TB, e encoding.Encoding, s string) []byte {
	tb.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		tb.Fatalf("%q: %v", s, err)
	}
	return b
}

// texts returns the texts of a draft, one line each, and its encoding; every segment is checked.
func texts(tb testing.TB, f *formats.Format, file []byte, opt formats.Options) (string, *source.Document) {
	tb.Helper()
	var b strings.Builder
	for s := range checkedSegments(tb, f, file, opt) {
		fmt.Fprintf(&b, "%s\n", s.Text[s.Lead:])
	}
	return b.String(), f.Split("draft", bytes.NewReader(file), opt)
}

// TestEncodingIsFound reads the same page in every encoding, told of it in every way that there is.
func TestEncodingIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range charsets {
		page := "<title>" + c.text + "</title>\n<p>第一段" + c.text + "<p>a&amp;b<b>" + c.text + "</b>\r\n"
		if c.name == "big5" {
			page = strings.ReplaceAll(page, "第一段", "第一節")
		}
		want := c.text + "\n" + strings.TrimSuffix(strings.SplitAfter(page, "<p>")[1], "<p>") + "\na&b" + c.text + "\n"
		meta := `<meta http-equiv="Content-Type" content="text/html; charset=` + c.name + `">`
		ways := []struct {
			name string
			file []byte
			opt  formats.Options
			bom  bool
		}{
			{"detection", encode(t, c.encoding, page), formats.Options{}, false},
			{"transport", encode(t, c.encoding, page), formats.Options{Charset: strings.ToUpper(c.name)}, false},
			{"transport against meta", encode(t, c.encoding, `<meta charset="iso-8859-1">`+page), formats.Options{Charset: c.name}, false},
			{"meta", encode(t, c.encoding, meta+page), formats.Options{}, false},
			{"mark", append([]byte(c.mark), encode(t, c.encoding, page)...), formats.Options{}, true},
			{"mark against transport", append([]byte(c.mark), encode(t, c.encoding, page)...), formats.Options{Charset: "big5"}, true},
		}
		for _, w := range ways {
			if w.bom && c.mark == "" {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", c.encoding, w.name), func(t *testing.T) {
				got, doc := texts(t, formats.HTML, w.file, w.opt)
				if got != want || doc.Encoding != c.name || doc.BOM != w.bom {
					t.Errorf("read as %s, mark %v:\n got %q\nwant %q", doc.Encoding, doc.BOM, got, want)
				}
			})
		}
	}
}

func TestUnknownEncodingIsAnError(t *testing.T) {
	t.Parallel()
	for _, f := range formats.All {
		var last error
		n := 0
		for s, err := range f.Split("draft", strings.NewReader("text"), formats.Options{Charset: "ebcdic"}).Segments {
			n++
			last = err
			if s != nil {
				t.Errorf("%s: segment %q", f.Name, s.Text)
			}
		}
		if n != 1 || last == nil || !strings.Contains(last.Error(), `"ebcdic"`) {
			t.Errorf("%s: %d values, error %v", f.Name, n, last)
		}
	}
}

func TestBinaryFilesAreRefused(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"PK\x03\x04\x14\x00rest", "%PDF-1.7\n", "\x89PNG\r\n\x1a\n\x00", strings.Repeat("\x00\x01\x02\x03\x04\x05abc\x00\x07", 99)} {
		for _, f := range formats.All {
			var last error
			for _, err := range f.Split("draft", strings.NewReader(data), formats.Options{}).Segments {
				last = err
			}
			if !errors.Is(last, formats.ErrBinary) {
				t.Errorf("%s: %q: error %v", f.Name, data[:8], last)
			}
		}
	}
}

// TestOddBytesDoNotShiftPositions puts what goes wrong in files between words: the oracle checks the
// place of each character behind it.
func TestOddBytesDoNotShiftPositions(t *testing.T) {
	t.Parallel()
	odd := []string{
		"\r\n", "\r", "\n", "\r\r\n", "\n\r", "\x00", "\x1a", "\x0b", "\x0c", "\x7f", "\u0085", "\u2028", "\u2029", "\ufeff", "\u3000", "\u00a0",
		"\xff", "\xfe\xff", "\xe4\xb8", "\xe4", "\xf0\x9f\x98", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xa1", "\x81\x30", "\x81\x30\x81", "\x81\x30\x81\x20",
		"&#0;", "&#x110000;", "&#xFFFE;", "&#13;", "&#10;", "&NotEqualTilde;", "&ampx", "&", "&#", "&#x", "&;", "\\", "\\*", "\\\\",
		"<b>", "</b>", "<!-- x -->", "`x`", "{{x}}", "$x$", "![a](b)", "[a](b \"c\")", "<br>", "<img alt='a\r\nb'>",
	}
	for _, c := range charsets {
		for _, o := range odd {
			for _, f := range formats.All {
				word := encode(t, c.encoding, c.text)
				piece := []byte(o)
				if o[0] < 0x80 || strings.HasPrefix(c.name, "utf-16") {
					if b, err := c.encoding.NewEncoder().Bytes([]byte(strings.ToValidUTF8(o, "\uFFFD"))); err == nil {
						piece = b
					}
				}
				file := bytes.Join([][]byte{word, piece, word, piece, piece, word}, nil)
				got, doc := texts(t, f, file, formats.Options{Charset: c.name})
				if doc.Encoding != c.name {
					t.Fatalf("read as %s, want %s", doc.Encoding, c.name)
				}
				if n := strings.Count(strings.ReplaceAll(got, "\n", ""), c.text); n != 3 && o[0] < 0x80 {
					t.Errorf("%s in %s: %q between words: %d words in %q", f.Name, c.name, o, n, got)
				}
			}
		}
	}
}

// TestStrayZerosAreNoWideText reads files with a zero byte in them, which is no sign of UTF-16.
func TestStrayZerosAreNoWideText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"<p>plain\x00text of a page</p>", "<p class=wide>请登录\x00系统</p>", "<div class=\"article\" id=\"content\">文\x00</div>"} {
		for _, pad := range []string{"", " "} {
			for _, e := range []encoding.Encoding{encoding.Nop, simplifiedchinese.GBK} {
				file := encode(t, e, pad+text)
				got, doc := texts(t, formats.HTML, file, formats.Options{})
				if strings.HasPrefix(doc.Encoding, "utf-16") {
					t.Errorf("%q is read as %s: %q", file, doc.Encoding, got)
				}
			}
		}
	}
}

// TestDetectionOnShortTexts reads a few words in each encoding without any declaration.
func TestDetectionOnShortTexts(t *testing.T) {
	t.Parallel()
	for _, c := range charsets {
		for _, text := range []string{"关于开展祭扫活动的通知\n", "各县人民政府，市政府各部门：\n现将有关事项通知如下。\n"} {
			if c.name == "big5" {
				text = "關於開展祭掃活動的通知，請各位市民注意安全。\n"
			}
			got, doc := texts(t, formats.Markdown, encode(t, c.encoding, text), formats.Options{})
			if doc.Encoding != c.name {
				t.Errorf("%q in %s is read as %s: %q", text, c.name, doc.Encoding, got)
			}
		}
	}
}

// TestDecodeLeadsFromTheFileToTheText looks up each character of the text by its bytes in the file.
func TestDecodeLeadsFromTheFileToTheText(t *testing.T) {
	t.Parallel()
	for _, c := range charsets {
		for _, mark := range []string{"", c.mark} {
			file := []byte(mark)
			var starts []int64
			for _, r := range c.text {
				starts = append(starts, int64(len(file)))
				file = append(file, encode(t, c.encoding, string(r))...)
			}
			opt := formats.Options{Charset: c.name}
			if mark != "" {
				opt.Charset = ""
			}
			d, err := formats.Decode(formats.Text, file, opt)
			if err != nil || string(d.Text) != c.text || d.Encoding != c.name {
				t.Errorf("%s: got %q in %s, %v", c.name, d.Text, d.Encoding, err)
				continue
			}
			i := 0
			for at := range c.text {
				if got := d.Offset(starts[i]); got != int64(at) {
					t.Errorf("%s, mark %q: byte %d is at %d of the text, want %d", c.name, mark, starts[i], got, at)
				}
				i++
			}
			if got := d.Offset(int64(len(file))); got != int64(len(c.text)) {
				t.Errorf("%s: the end is at %d, want %d", c.name, got, len(c.text))
			}
		}
	}
	if _, err := formats.Decode(formats.Text, []byte("%PDF-1.7\n"), formats.Options{}); !errors.Is(err, formats.ErrBinary) {
		t.Errorf("a PDF file: %v", err)
	}
}
