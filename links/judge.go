package links

import (
	"bytes"
	"context"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"proofcheck/formats"
)

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, s)
	return h.Sum64()
}

const (
	maxAnswerAnchors = 4096
	maxAnswerLead    = 1024 // bytes
	maxPageRefs      = 20000
)

// page reads a page and judges what it says. What cannot be read as a page says nothing.
func (t *try) page(u *url.URL, body *bytes.Buffer, charset string) {
	a := t.answer
	var each func(*Reference)
	if t.read != nil {
		a.refs = references.Get().(*[]Reference)
		each = func(r *Reference) {
			if len(*a.refs) < maxPageRefs {
				*a.refs = append(*a.refs, *r)
			}
		}
	}
	length := int64(body.Len())
	if utf8.Valid(body.Bytes()) {
		charset = "utf-8"
	}
	page, err := ReadPage(a.URL, body, formats.HTML, PageOptions{Charset: knownCharset(charset), Screen: true}, each)
	if a.Size < 0 {
		a.Size = length
	}
	a.Title = page.Title
	a.Lead = strings.Clone(shorten(page.Lead, maxAnswerLead))
	if err == nil && !page.Partial && len(page.Anchors) <= maxAnswerAnchors && length < t.p.opt.MaxBody {
		a.anchors = make(map[uint64]struct{}, len(page.Anchors))
		for id := range page.Anchors {
			a.anchors[hash(id)] = struct{}{}
		}
	}
	if t.read != nil {
		a.page = page
	}
	switch {
	case page.Parked != nil:
		t.fail(Hijacked, "parked", "words", strings.Join(page.Parked, "、"))
	case page.Hijacked, len(page.Words) >= 2 && page.Score >= 10 && offHost(a.URL, u):
		t.fail(Hijacked, "words", "words", strings.Join(page.Words, "、"))
	default:
		if phrase := notFound(page); phrase != "" {
			t.fail(Wrong, "soft-404", "title", phrase)
		}
	}
}

// knownCharset returns a charset that can be read, or "".
func knownCharset(charset string) string {
	switch strings.ToLower(charset) {
	case "utf-8", "utf8", "gbk", "gb2312", "gb18030", "big5":
		return charset
	}
	return ""
}

var notFoundPhrases = sync.OnceValue(func() []string {
	var out []string
	for _, row := range readTable("notfound", 1) {
		out = append(out, row[0])
	}
	return out
})

// lower is strings.ToLower for ASCII only, which is all that the tables have besides Chinese.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if c := b[i]; c >= 'A' && c <= 'Z' {
					b[i] = c + 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// shortPage is how long a page may be, in bytes of text, that says nothing but that there is none.
const shortPage = 1500

// notFound returns what a page says when it says that it is not there.
func notFound(page *Page) string {
	title := lower(page.Title)
	if title == "404" || strings.HasPrefix(title, "404 ") && len(title) < 60 {
		return page.Title
	}
	lead := ""
	if page.Length < shortPage {
		lead = lower(page.Lead)
	}
	if b := notFoundBeginnings(); !b.in(title) && !b.in(lead) {
		return ""
	}
	for _, phrase := range notFoundPhrases() {
		if strings.Contains(title, phrase) && len(title) <= len(phrase)+60 {
			return page.Title
		}
		if lead != "" && strings.Contains(lead, phrase) {
			return phrase
		}
	}
	return ""
}

// soft compares a page that looks poor with the site's answer to an address that cannot exist.
func (t *try) soft(ctx context.Context, u *url.URL, h *host) {
	a := t.answer
	if (u.Path == "" || u.Path == "/") && len(a.Chain) < 2 {
		return
	}
	redirected := len(a.Chain) > 1
	home := redirected && u.RawQuery == "" && strings.HasSuffix(a.Final, "/") && strings.Count(a.Final, "/") == 3
	if first, err := url.Parse(a.URL); home && err == nil && strings.Count(first.Path, "/") >= 3 && !offHost(a.URL, u) {
		t.fail(Wrong, "home") // an article that has become the home page is gone
		return
	}
	if !home && len(a.Lead) > 600 {
		return
	}
	h.mu.Lock()
	known := h.random
	if known == nil {
		h.random = make(chan struct{})
	}
	h.mu.Unlock()
	if known == nil {
		h.soft = t.p.random(ctx, u)
		close(h.random)
	} else {
		select {
		case <-known:
		case <-ctx.Done():
			return
		}
	}
	if h.soft == nil || h.soft.Verdict != OK {
		return
	}
	if h.soft.Title == a.Title && h.soft.Lead == a.Lead && a.Title+a.Lead != "" && !(t.read != nil && t.shell(ctx, u)) {
		t.fail(Wrong, "random")
	}
}

// shell reports whether the home page is the same page again: such a site is drawn by scripts, and what
// its server sends for a path says nothing.
func (t *try) shell(ctx context.Context, u *url.URL) bool {
	a := t.answer
	home := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
	if Key(home) == a.URL {
		return true
	}
	first := t.p.probe(ctx, home, t.read)
	return first.Verdict != OK || first.Title == a.Title && first.Lead == a.Lead
}

// random asks a host for an address that cannot exist.
func (p *Prober) random(ctx context.Context, u *url.URL) *Answer {
	at := p.host(HostKey(u))
	if p.enter(ctx, at) != nil {
		return nil
	}
	defer p.leave(at)
	ctx, cancel := context.WithTimeout(ctx, p.opt.Timeout)
	defer cancel()
	v := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/" + strconv.FormatUint(rand.Uint64(), 36) + "/" + strconv.FormatUint(rand.Uint64(), 36) + ".html"}
	h := &host{opt: &HostOptions{}}
	for range 4 {
		req, err := p.request(ctx, v, h)
		if err != nil {
			return nil
		}
		resp, err := p.transport.RoundTrip(req)
		if err != nil {
			return nil
		}
		next := v
		answer := func() *Answer {
			defer resp.Body.Close()
			if location := resp.Header.Get("Location"); resp.StatusCode >= 300 && resp.StatusCode < 400 && location != "" {
				if next, err = Resolve(v, location); err != nil || next.Host != v.Host {
					next = nil
				}
				return nil
			}
			next = nil
			if resp.StatusCode != http.StatusOK || formats.ByMediaType(resp.Header.Get("Content-Type")) != formats.HTML {
				return nil
			}
			body, close, err := decoded(resp, p.opt.MaxBody)
			if err != nil {
				return nil
			}
			defer close()
			page, err := ReadPage("", body, formats.HTML, PageOptions{Screen: true}, nil)
			if err != nil {
				return nil
			}
			return &Answer{Verdict: OK, Title: page.Title, Lead: shorten(page.Lead, maxAnswerLead)}
		}()
		if answer != nil || next == nil {
			return answer
		}
		v = next
	}
	return nil
}

// Unrelated reports whether a page has nothing of the words of a link: not one pair of Chinese
// characters stands in its title or the beginning of its text. It is false where
// there are too few words to tell.
func Unrelated(text string, a *Answer) bool {
	if a.Title == "" || a.Verdict != OK {
		return false
	}
	tokens := 0
	last := -1 // where the Chinese character before stands; -1 when there is none
	for at, r := range text {
		if !unicode.Is(unicode.Han, r) {
			last = -1
			continue
		}
		if last >= 0 {
			tokens++
			pair := text[last : at+utf8.RuneLen(r)]
			if strings.Contains(a.Title, pair) || strings.Contains(a.Lead, pair) {
				return false
			}
		}
		last = at
	}
	if tokens < 3 {
		return false
	}
	// A page in another script may be its translation.
	return strings.ContainsFunc(a.Title, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
