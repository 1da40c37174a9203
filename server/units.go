package server

import (
	"cmp"
	"container/list"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"proofcheck/checker"
	"proofcheck/lexicon"
	"proofcheck/links"
)

// maxUnits is how many checkers are kept. Making one takes milliseconds, and callers use few.
const maxUnits = 24

// proberLife is how long an answer of the network is believed.
const proberLife = 10 * time.Minute

// units keeps the checkers of one Config, the least used making room.
type units struct {
	network *links.ProbeOptions // nil where the network is not asked

	mu     sync.Mutex
	byKey  map[string]*list.Element
	recent *list.List // of *unit, the last used first
}

// unit is a checker, made once.
type unit struct {
	key     string
	make    sync.Once
	checker *checker.Checker
	prober  atomic.Pointer[links.Prober] // nil where the network is not asked
	err     error
}

func newUnits(network *links.ProbeOptions) *units {
	return &units{network: network, byKey: map[string]*list.Element{}, recent: list.New()}
}

// get returns the checker for a policy and the options of a request. The error says which of them is
// wrong.
func (us *units) get(p *Policy, a *ask) (*checker.Checker, error) {
	opt := p.Check
	if a.profile != "" {
		opt.Profile = a.profile
	}
	if len(a.only) > 0 {
		opt.Only = a.only
	}
	opt.Skip = slices.Concat(opt.Skip, a.skip)
	if a.minLevel != checker.Off {
		opt.MinLevel = a.minLevel
	}
	if a.lang != "" {
		opt.Lang = a.lang
	}
	mode := cmp.Or(a.links, p.Links)
	if mode == "off" {
		opt.Skip = append(slices.Clip(opt.Skip), string(checker.Link))
	}
	// A Prober asks about each address once, so it is not used for long.
	age := ""
	if mode == "all" && us.network != nil {
		age = time.Now().Truncate(proberLife).Format(time.RFC3339)
	}
	u := us.find(strings.Join([]string{
		p.Name, opt.Profile, strings.Join(opt.Only, "\x01"), strings.Join(opt.Skip, "\x01"), opt.MinLevel.String(), opt.Lang, mode, age, strings.Join(a.allow, "\x01"),
	}, "\x00"))
	u.make.Do(func() {
		if age != "" {
			prober := links.NewProber(*us.network)
			opt.Links.Prober = prober
			u.prober.Store(prober)
		}
		u.checker, u.err = newChecker(opt, a.allow)
	})
	if u.err != nil {
		us.drop(u)
	}
	return u.checker, u.err
}

// newChecker makes a checker with words that nothing is reported in.
func newChecker(opt checker.Options, allow []string) (*checker.Checker, error) {
	if len(allow) > 0 {
		entries := make([]lexicon.Entry, len(allow))
		for i, word := range allow {
			entries[i] = lexicon.Entry{Form: word, Category: lexicon.Allow, Pack: "allow"}
		}
		set, err := lexicon.Compile(entries)
		if err != nil {
			return nil, err
		}
		opt.Lexicons = append(slices.Clip(opt.Lexicons), set)
	}
	return checker.New(opt)
}

func (us *units) find(key string) *unit {
	us.mu.Lock()
	defer us.mu.Unlock()
	if e := us.byKey[key]; e != nil {
		us.recent.MoveToFront(e)
		return e.Value.(*unit)
	}
	u := &unit{key: key}
	us.byKey[key] = us.recent.PushFront(u)
	if us.recent.Len() > maxUnits {
		old := us.recent.Remove(us.recent.Back()).(*unit)
		delete(us.byKey, old.key)
		if prober := old.prober.Load(); prober != nil {
			prober.Close() // connections that nobody uses
		}
	}
	return u
}

// drop forgets a checker that could not be made.
func (us *units) drop(u *unit) {
	us.mu.Lock()
	defer us.mu.Unlock()
	if e := us.byKey[u.key]; e != nil && e.Value == u {
		us.recent.Remove(e)
		delete(us.byKey, u.key)
	}
}
