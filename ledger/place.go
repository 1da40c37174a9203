package ledger

import (
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"proofcheck/store"
)

// Address returns where a document is found: its URL, or else its key in its source.
func Address(d *store.Document) string {
	if d.URL != "" {
		return d.URL
	}
	return d.Key
}

// web returns the URL of a document when it is one that a browser may be sent to, or nil.
func web(d *store.Document) *url.URL {
	for _, s := range [...]string{d.URL, d.Key} {
		if u, err := url.Parse(s); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
			return u
		}
	}
	return nil
}

// Site returns the host that a document is published at, or the name of its source.
func Site(d *store.Document) string {
	if u := web(d); u != nil {
		return u.Host
	}
	return d.Source
}

// Section returns the section (栏目) of a document: what its source says, or else the first folder
// of its address; "" when there is none.
func Section(d *store.Document) string {
	if d.Column != "" {
		return d.Column
	}
	p := d.Key
	if u := web(d); u != nil {
		p = u.Path
	}
	dir, _, found := strings.Cut(strings.TrimLeft(strings.ReplaceAll(p, `\`, "/"), "/"), "/")
	if !found || dir == "." || dir == ".." {
		return ""
	}
	return dir
}

// Home reports whether a document is the front page of its site.
func Home(d *store.Document) bool {
	u := web(d)
	if u == nil {
		return false
	}
	p := strings.ToLower(strings.Trim(u.Path, "/"))
	base := strings.TrimSuffix(p, path.Ext(p))
	return u.RawQuery == "" && (p == "" || base == "index" || base == "default" || base == "home")
}

// Link returns the address of a finding's page with the place in it as a text fragment (the
// browser scrolls there and marks the words), "" when the page is not on the web.
func Link(r *store.Row) string {
	u := web(&r.Document)
	if u == nil {
		return ""
	}
	fragment := TextFragment(r.Finding.Before, r.Finding.Text, r.Finding.After)
	address := u.String()
	switch {
	case fragment == "":
		return address
	case strings.Contains(address, "#"):
		return address + fragment
	}
	return address + "#" + fragment
}

// Characters of a text fragment: enough context to be the only such place, little enough to fit.
const (
	fragmentContext = 10
	fragmentText    = 80
)

// TextFragment returns ":~:text=…" for words with what stands around them, "" when there is nothing
// to point at (WICG, URL Fragment Text Directives). Long words are given by their beginning and
// their end.
func TextFragment(before, text, after string) string {
	text = strings.TrimSpace(text)
	prefix, suffix := lastRunes(strings.TrimSpace(before), fragmentContext), firstRunes(strings.TrimSpace(after), fragmentContext)
	if text == "" { // something is missing here: point at what stands around it
		if prefix == "" {
			prefix, suffix = suffix, ""
		}
		text, prefix = prefix, ""
	}
	if text == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString(":~:text=")
	if prefix != "" {
		b.WriteString(escapeFragment(prefix) + "-,")
	}
	if utf8.RuneCountInString(text) > fragmentText {
		b.WriteString(escapeFragment(firstRunes(text, fragmentText/4)) + "," + escapeFragment(lastRunes(text, fragmentText/4)))
	} else {
		b.WriteString(escapeFragment(text))
	}
	if suffix != "" {
		b.WriteString(",-" + escapeFragment(suffix))
	}
	return b.String()
}

// escapeFragment percent-encodes everything but letters and digits of ASCII: the directive gives a
// meaning to - , and &.
func escapeFragment(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(strings.ToValidUTF8(s, "")) {
		if c < utf8.RuneSelf && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c))) {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func lastRunes(s string, n int) string {
	for i := len(s); i > 0; n-- {
		if n == 0 {
			return s[i:]
		}
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s
}

// WebAddress returns the address of a document when a browser may be sent to it, else "".
func WebAddress(d *store.Document) string {
	if u := web(d); u != nil {
		return u.String()
	}
	return ""
}
