package links

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// maxMarkdown is how much of a Markdown file is kept to find its headings, in bytes.
const maxMarkdown = 8 << 20

// keptReader keeps what is read through it, up to a limit. Markdown is held as a whole while it is
// read anyway.
type keptReader struct {
	r    io.Reader
	kept []byte
	over bool
}

// Read implements io.Reader.
func (k *keptReader) Read(p []byte) (int, error) {
	n, err := k.r.Read(p)
	if len(k.kept)+n <= maxMarkdown {
		k.kept = append(k.kept, p[:n]...)
	} else {
		k.over = true
	}
	return n, err
}

// headings calls each for the text of every Markdown heading, and with the identifier that the author
// gives it, if any. It reads the file and not its segments, since publishers make anchors of headings
// that are nothing but code too, which no reader proofreads.
func headings(text []byte, each func(raw, id string)) {
	if !utf8.Valid(text) {
		if t, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text); err == nil {
			text = t
		}
	}
	rest := skipFrontMatter(string(text))
	fence := ""
	comment := false
	var before string // the paragraph's last line, for headings that are underlined
	for len(rest) > 0 {
		line := rest
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			line, rest = rest[:i], rest[i+1:]
		} else {
			rest = ""
		}
		line = strings.TrimRight(line, " \t\r")
		body := strings.TrimLeft(line, " \t")
		for strings.HasPrefix(body, ">") {
			body = strings.TrimLeft(body[1:], " ")
		}
		switch {
		case fence != "":
			if strings.HasPrefix(body, fence) && strings.Trim(body, fence[:1]) == "" {
				fence = ""
			}
			before = ""
		case comment:
			comment = !strings.Contains(body, "-->")
			before = ""
		case strings.HasPrefix(body, "```"), strings.HasPrefix(body, "~~~"):
			n := len(body) - len(strings.TrimLeft(body, body[:1]))
			if body[0] == '~' || !strings.Contains(body[n:], "`") {
				fence = body[:n]
			}
			before = ""
		case strings.HasPrefix(body, "<!--") && !strings.Contains(body, "-->"):
			comment, before = true, ""
		case strings.HasPrefix(body, "#"):
			before = ""
			n := len(body) - len(strings.TrimLeft(body, "#"))
			if n > 6 || n < len(body) && body[n] != ' ' && body[n] != '\t' || strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") {
				continue
			}
			heading(strings.Trim(body[n:], " \t"), true, each)
		case before != "" && (strings.Trim(body, "=") == "" || strings.Trim(body, "-") == "") && body != "":
			heading(before, false, each)
			before = ""
		default:
			before = body
			if body != "" && strings.IndexByte("-*+|<", body[0]) >= 0 {
				before = "" // a list, a table or a tag: the line below is no underline
			}
		}
	}
}

// heading takes the closing marks and the identifier off a heading.
func heading(raw string, atx bool, each func(raw, id string)) {
	if atx {
		if trimmed := strings.TrimRight(raw, "#"); trimmed != raw && (trimmed == "" || strings.HasSuffix(trimmed, " ")) {
			raw = strings.TrimRight(trimmed, " \t")
		}
	}
	id := ""
	if i := strings.LastIndex(raw, "{"); i >= 0 && strings.HasSuffix(raw, "}") {
		inner := raw[i+1 : len(raw)-1]
		if j := strings.IndexByte(inner, '#'); j == 0 || j > 0 && inner[j-1] == ' ' {
			id, _, _ = strings.Cut(inner[j+1:], " ")
			raw = strings.TrimRight(raw[:i], " \t")
		}
	}
	each(raw, id)
}

// skipFrontMatter returns what follows the front matter.
func skipFrontMatter(text string) string {
	text = strings.TrimPrefix(text, "\ufeff")
	for _, mark := range [...]string{"---", "+++"} {
		if rest, ok := strings.CutPrefix(text, mark+"\n"); ok {
			if i := strings.Index(rest, "\n"+mark); i >= 0 {
				after := rest[i+1+len(mark):]
				if j := strings.IndexByte(after, '\n'); j >= 0 && len(bytes.TrimSpace([]byte(after[:j]))) == 0 {
					return after[j+1:]
				}
			}
		}
	}
	return text
}
