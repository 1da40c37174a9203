package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"proofcheck/lexicon"
)

// maxWords is how many words the list takes.
const maxWords = 20_000

// Words are the words that nothing is reported in: what editors have decided to ignore for good.
// They are a lexicon of entries of category allow, kept where Read and Write say.
type Words struct {
	Read  func() ([]lexicon.Entry, error) // none when there is no list yet
	Write func([]lexicon.Entry) error     // takes the place of the old list at once, or not at all

	mu sync.Mutex
}

type wordJSON struct {
	Word   string `json:"word"`
	Reason string `json:"reason"`
	By     string `json:"by"`
}

// allowed answers GET /v1/allow.
func (s *Server) allowed(_ *call, w http.ResponseWriter, _ *http.Request) *problem {
	if s.opt.Words == nil {
		return fail("allow-off")
	}
	entries, err := s.opt.Words.Read()
	if err != nil {
		s.log.Error("allow list", "error", err)
		return fail("allow-unwritable")
	}
	s.writeWords(w, entries)
	return nil
}

func (s *Server) writeWords(w http.ResponseWriter, entries []lexicon.Entry) {
	out := []wordJSON{}
	for i := range entries {
		out = append(out, wordJSON{entries[i].Form, entries[i].Note, entries[i].Source})
	}
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, struct {
		Words []wordJSON `json:"words"`
	}{out})
}

// allow answers POST /v1/allow: a word is put on the list.
func (s *Server) allow(c *call, w http.ResponseWriter, r *http.Request) *problem {
	return s.changeWords(c, w, r, func(entries []lexicon.Entry, in wordJSON) ([]lexicon.Entry, *problem) {
		i := slices.IndexFunc(entries, func(e lexicon.Entry) bool { return e.Form == in.Word })
		if i < 0 {
			if len(entries) >= maxWords {
				return nil, fail("option-long", "name", "words", "limit", strconv.Itoa(maxWords))
			}
			entries, i = append(entries, lexicon.Entry{}), len(entries)
		}
		entries[i] = lexicon.Entry{Form: in.Word, Category: lexicon.Allow, Pack: "allow", Note: in.Reason, Source: in.By}
		if _, err := lexicon.Compile(entries[i : i+1]); err != nil {
			return nil, fail("option-wrong", "name", "word", "value", short(in.Word), "values", short(err.Error()))
		}
		return entries, nil
	})
}

// disallow answers DELETE /v1/allow: a word is taken from the list.
func (s *Server) disallow(c *call, w http.ResponseWriter, r *http.Request) *problem {
	return s.changeWords(c, w, r, func(entries []lexicon.Entry, in wordJSON) ([]lexicon.Entry, *problem) {
		return slices.DeleteFunc(entries, func(e lexicon.Entry) bool { return e.Form == in.Word }), nil
	})
}

// changeWords changes the list; what is checked from then on follows it.
func (s *Server) changeWords(c *call, w http.ResponseWriter, r *http.Request, change func([]lexicon.Entry, wordJSON) ([]lexicon.Entry, *problem)) *problem {
	words := s.opt.Words
	if words == nil {
		return fail("allow-off")
	}
	b, p := s.readBody(w, r)
	if p != nil {
		return p
	}
	defer b.close()
	var in wordJSON
	if p := decodeJSON(b.bytes, &in); p != nil {
		return p
	}
	in.Word, in.Reason = strings.TrimSpace(clean(in.Word)), strings.TrimSpace(clean(in.Reason))
	if in.By = clean(in.By); c.who != nil {
		in.By = strings.TrimSuffix(c.who.Name+"/"+in.By, "/")
	}
	switch {
	case in.Word == "":
		return fail("option-missing", "name", "word")
	case utf8.RuneCountInString(in.Word) > maxOption:
		return fail("option-long", "name", "word", "limit", strconv.Itoa(maxOption))
	case utf8.RuneCountInString(in.Reason) > maxReason || utf8.RuneCountInString(in.By) > maxReason:
		return fail("option-long", "name", "reason", "limit", strconv.Itoa(maxReason))
	}
	words.mu.Lock()
	defer words.mu.Unlock()
	entries, err := words.Read()
	if err == nil {
		if entries, p = change(entries, in); p != nil {
			return p
		}
		err = words.Write(entries)
	}
	if err != nil {
		s.log.Error("allow list", "error", err)
		return fail("allow-unwritable")
	}
	if err := s.Reload(r.Context()); err != nil {
		s.log.Error("reload", "error", err)
	}
	s.writeWords(w, entries)
	return nil
}
