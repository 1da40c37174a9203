package server

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"proofcheck/checker"
	"proofcheck/formats"
	"proofcheck/lexicon"
)

// Bounds of what a request may ask for.
const (
	maxList     = 1000 // values of a list
	maxAllow    = 1000 // words
	maxOption   = 200  // characters of one value
	maxAddress  = 2048 // bytes of an address
	maxBaseline = 20_000
)

// draft is one text that a request brings.
type draft struct {
	name    string // as findings name it
	format  *formats.Format
	text    []byte
	charset string // that the request declared
}

// ask is what a request wants to be checked, and how. The zero value leaves all to the policy.
type ask struct {
	drafts   []draft
	several  bool // sent as an upload of files
	url      string
	title    string
	id       string // of the caller
	channel  string
	user     string // who asks, as the caller says
	policy   string // that a webhook names
	profile  string
	only     []string
	skip     []string
	minLevel checker.Level
	links    string
	lang     string
	allow    []string
	baseline map[string]bool
	store    bool

	fix          string
	fingerprints map[string]bool
}

// inputJSON is the body of a check or a fix.
type inputJSON struct {
	Content      *string  `json:"content"`
	Format       string   `json:"format"`
	URL          string   `json:"url"`
	Title        string   `json:"title"`
	ID           string   `json:"id"`
	Channel      string   `json:"channel"`
	User         string   `json:"user"`
	Profile      string   `json:"profile"`
	Only         []string `json:"only"`
	Skip         []string `json:"skip"`
	MinLevel     string   `json:"min-level"`
	Links        string   `json:"links"`
	Lang         string   `json:"lang"`
	Allow        []string `json:"allow"`
	Baseline     []string `json:"baseline"`
	Store        bool     `json:"store"`
	Fix          string   `json:"fix"`
	Fingerprints []string `json:"fingerprints"`
}

// parse reads what a request asks for. text is its body.
func (s *Server) parse(r *http.Request, text []byte) (*ask, *problem) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, fail("type-unsupported", "type", short(cmp.Or(r.Header.Get("Content-Type"), "—")))
	}
	switch {
	case media == "application/json":
		return parseJSON(text, r.URL.Query())
	case media == "multipart/form-data":
		return s.parseUpload(text, params["boundary"], r.URL.Query())
	}
	format := formats.ByMediaType(media)
	if format == nil {
		return nil, fail("type-unsupported", "type", short(media))
	}
	a := &ask{}
	if p := a.query(r.URL.Query()); p != nil {
		return nil, p
	}
	a.drafts = []draft{{name: a.name(), format: format, text: text, charset: params["charset"]}}
	return a, nil
}

func parseJSON(text []byte, query url.Values) (*ask, *problem) {
	var in inputJSON
	if p := decodeJSON(text, &in); p != nil {
		return nil, p
	}
	if in.Content == nil {
		return nil, fail("option-missing", "name", "content")
	}
	a := &ask{}
	// The query may say what the body leaves open.
	if p := a.query(query); p != nil {
		return nil, p
	}
	if p := a.options(&in); p != nil {
		return nil, p
	}
	format, p := formatOf(cmp.Or(in.Format, formats.HTML.Name))
	if p != nil {
		return nil, p
	}
	a.drafts = []draft{{name: a.name(), format: format, text: []byte(*in.Content), charset: "utf-8"}}
	return a, nil
}

// decodeJSON reads one JSON value and nothing after it. Unknown keys are errors: a gate must not
// silently leave out what a caller has misspelt.
func decodeJSON(text []byte, into any) *problem {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fail("bad-json", "error", jsonReason(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fail("bad-json", "error", "more than one value")
	}
	return nil
}

func jsonReason(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it ends early"
	}
	return short(strings.TrimPrefix(err.Error(), "json: "))
}

func formatOf(name string) (*formats.Format, *problem) {
	var names []string
	for _, f := range formats.All {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return nil, wrong("format", name, names)
}

// name returns what findings call the draft: its address, what the caller calls it, or "-".
func (a *ask) name() string { return cmp.Or(a.url, a.id, "-") }

// query reads the options in an address.
func (a *ask) query(q url.Values) *problem {
	in := inputJSON{
		URL: q.Get("url"), Title: q.Get("title"), ID: q.Get("id"), Channel: q.Get("channel"), User: q.Get("user"), Profile: q.Get("profile"),
		Only: split(q["only"]), Skip: split(q["skip"]), MinLevel: q.Get("min-level"), Links: q.Get("links"), Lang: q.Get("lang"),
		Allow: split(q["allow"]), Baseline: split(q["baseline"]), Fix: q.Get("fix"), Fingerprints: split(q["fingerprints"]),
	}
	if v := q.Get("store"); v != "" {
		store, err := strconv.ParseBool(v)
		if err != nil {
			return wrong("store", v, []string{"true", "false"})
		}
		in.Store = store
	}
	return a.options(&in)
}

// split splits values at commas.
func split(values []string) []string {
	var out []string
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// options takes over the options that are given.
func (a *ask) options(in *inputJSON) *problem {
	for _, o := range []struct {
		name, value string
		to          *string
		most        int
	}{
		{"url", in.URL, &a.url, maxAddress}, {"title", in.Title, &a.title, maxAddress}, {"id", in.ID, &a.id, maxOption},
		{"channel", in.Channel, &a.channel, maxOption}, {"user", in.User, &a.user, maxOption},
	} {
		if o.value == "" {
			continue
		}
		if len(o.value) > o.most {
			return fail("option-long", "name", o.name, "limit", strconv.Itoa(o.most))
		}
		*o.to = clean(o.value)
	}
	for _, o := range []struct {
		name, value string
		to          *string
		values      []string
	}{
		{"profile", in.Profile, &a.profile, checker.Profiles}, {"links", in.Links, &a.links, []string{"off", "local", "all"}},
		{"lang", in.Lang, &a.lang, []string{"zh", "en"}}, {"fix", in.Fix, &a.fix, []string{"safe", "all"}},
	} {
		if o.value == "" {
			continue
		}
		if !slices.Contains(o.values, o.value) {
			return wrong(o.name, o.value, o.values)
		}
		*o.to = o.value
	}
	if in.MinLevel != "" {
		level, ok := lexicon.ParseLevel(in.MinLevel)
		if !ok || level == checker.Off {
			return wrong("min-level", in.MinLevel, []string{"error", "warning", "info"})
		}
		a.minLevel = level
	}
	a.store = a.store || in.Store
	return a.lists(in)
}

// lists takes over the options that are lists.
func (a *ask) lists(in *inputJSON) *problem {
	for _, o := range []struct {
		name   string
		values []string
		to     *[]string
		most   int
	}{
		{"only", in.Only, &a.only, maxList}, {"skip", in.Skip, &a.skip, maxList}, {"allow", in.Allow, &a.allow, maxAllow},
	} {
		if len(o.values) > o.most {
			return fail("option-long", "name", o.name, "limit", strconv.Itoa(o.most))
		}
		for _, v := range o.values {
			if utf8.RuneCountInString(v) > maxOption {
				return fail("option-long", "name", o.name, "limit", strconv.Itoa(maxOption))
			}
		}
		if len(o.values) > 0 {
			*o.to = o.values
		}
	}
	// The order of words means nothing, and equal lists share a checker.
	if len(a.allow) > 0 {
		a.allow = slices.Compact(slices.Sorted(slices.Values(a.allow)))
	}
	for _, o := range []struct {
		name   string
		values []string
		to     *map[string]bool
	}{{"baseline", in.Baseline, &a.baseline}, {"fingerprints", in.Fingerprints, &a.fingerprints}} {
		if len(o.values) > maxBaseline {
			return fail("option-long", "name", o.name, "limit", strconv.Itoa(maxBaseline))
		}
		if len(o.values) > 0 {
			*o.to = map[string]bool{}
		}
		for _, v := range o.values {
			(*o.to)[v] = true
		}
	}
	return nil
}

func wrong(name, value string, values []string) *problem {
	return fail("option-wrong", "name", name, "value", short(value), "values", strings.Join(values, ", "))
}

// clean takes control characters out of what will stand in reports, logs and headers.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

// fileName returns the name of an uploaded file: its last part, which is only ever shown.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(clean(name), `\`, "/"))
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	if r := []rune(name); len(r) > maxOption {
		name = string(r[len(r)-maxOption:]) // the extension says what it is
	}
	return name
}
