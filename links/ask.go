package links

import (
	"context"
	"net/url"
	"sync"
)

// ask asks the network about references, each address once, and adds what it says. All pages that
// have a bad link are named.
func (r *Report) ask(ctx context.Context, p *Prober, base *url.URL, asked []asking) {
	type target struct {
		u    *url.URL
		refs []int
	}
	byKey := map[string]*target{}
	var order []*target
	for i := range asked {
		u, err := Resolve(base, asked[i].ref.Target)
		if err != nil {
			continue // the inspector has said so
		}
		if u.Scheme == "" {
			u.Scheme = "https"
		}
		key := Key(u)
		t := byKey[key]
		if t == nil {
			t = &target{u: u}
			byKey[key] = t
			order = append(order, t)
		}
		t.refs = append(t.refs, i)
	}
	order = spread(order, func(t *target) string { return t.u.Host })
	answers := make([]*Answer, len(order))
	// The prober limits what is under way; this only bounds the goroutines.
	queue := make(chan int)
	var wg sync.WaitGroup
	for range min(len(order), 8*p.opt.Global) {
		wg.Go(func() {
			for i := range queue {
				answers[i] = p.Probe(ctx, order[i].u)
			}
		})
	}
	for i := range order {
		queue <- i
	}
	close(queue)
	wg.Wait()
	for i, t := range order {
		r.Distinct++
		r.Verdicts[answers[i].Verdict]++
		for _, k := range t.refs {
			for _, problem := range Judge(&asked[k].ref, answers[i]) {
				r.Findings = append(r.Findings, Finding{Problem: problem, Page: asked[k].page, Title: asked[k].title, Ref: asked[k].ref, Answer: answers[i], First: answers[i].First, Times: answers[i].Times})
			}
		}
	}
}

// spread brings addresses into an order in which hosts take turns, so that the limit of one host
// does not hold up the others.
func spread[T any](list []T, host func(T) string) []T {
	var hosts []string
	byHost := map[string][]T{}
	for _, t := range list {
		h := host(t)
		if byHost[h] == nil {
			hosts = append(hosts, h)
		}
		byHost[h] = append(byHost[h], t)
	}
	out := make([]T, 0, len(list))
	for len(out) < len(list) {
		left := hosts[:0]
		for _, h := range hosts {
			rest := byHost[h]
			out = append(out, rest[0])
			if byHost[h] = rest[1:]; len(rest) > 1 {
				left = append(left, h)
			}
		}
		hosts = left
	}
	return out
}

// Judge returns what an answer means for a reference.
func Judge(ref *Reference, a *Answer) []Problem {
	if a.Verdict != OK {
		if a.Verdict == Skipped && a.Reason != "private" && a.Reason != "robots" {
			return nil // the user has asked for that
		}
		return []Problem{problem(a.Verdict.String(), append([]string{"reason", a.Reason}, a.Args...)...)}
	}
	var out []Problem
	_, fragment, _ := cutFragment(ref.Target)
	if a.Permanent {
		p := problem("moved", "address", a.Final)
		p.Suggest = a.Final
		if fragment != "" {
			p.Suggest += "#" + fragment
		}
		out = append(out, p)
	}
	if p, ok := elsewhere(a); ok {
		out = append(out, p)
	}
	if fragment = unescape(fragment); judged(fragment) {
		if has, known := a.HasAnchor(fragment); known && !has {
			out = append(out, problem("remote-anchor", "anchor", fragment))
		}
	}
	if followed(&ref.Link) && Unrelated(ref.Text, a) {
		out = append(out, problem("wrong", "reason", "title", "title", a.Title))
	}
	return out
}

// OfNetwork reports whether a problem is one that the network says.
func OfNetwork(id string) bool {
	switch id {
	case "dead", "suspect", "wrong", "hijacked", "moved", "off-host", "skipped", "remote-anchor":
		return true
	}
	return false
}

// OfFolder reports whether a problem is one of files and anchors in a folder.
func OfFolder(id string) bool {
	switch id {
	case "missing", "missing-page", "missing-anchor", "case", "case-anchor", "empty-file", "outside":
		return true
	}
	return false
}

func cutFragment(target string) (before, fragment string, found bool) {
	for i := 0; i < len(target); i++ {
		if target[i] == '#' {
			return target[:i], target[i+1:], true
		}
	}
	return target, "", false
}
