package checker

import "strings"

// inconsistentNumber reports a document that is cited twice under one title with different issue
// numbers: 《通知》（国办函〔2019〕19号） and 《通知》（国办秘函〔2019〕19号）. GB/T 9704-2012 7.2.5.
var inconsistentNumber = &Rule{
	ID:      "structure/inconsistent-number",
	Whole:   true,
	On:      Prose,
	Anchors: anchors("》（"),
	Begin: func(p *Pass) Inspector {
		numbers := map[string]string{}
		return InspectFunc(func(seg *Segment, hits []Hit) {
			for _, h := range hits {
				title, number, at := cited(seg.Text, h)
				if number == "" {
					continue
				}
				first, again := numbers[title]
				switch {
				case !again && len(numbers) < 4096:
					numbers[strings.Clone(title)] = strings.Clone(number)
				case again && first != number:
					p.Report(seg, at, at+len(number), Problem{Args: []string{"title", title, "first", first}})
				}
			}
		})
	},
}

var citedNumber = lazy(`^(\p{Han}{2,14}〔(?:19|20)\d\d〕\d{1,5}号)）`)

// cited returns a title, the issue number in brackets behind it, and where the number begins.
func cited(text string, h Hit) (title, number string, at int) {
	m := citedNumber().FindStringSubmatch(text[h.To:min(len(text), h.To+96)])
	if m == nil {
		return "", "", 0
	}
	from := strings.LastIndex(text[max(0, h.From-180):h.From], "《")
	if from < 0 {
		return "", "", 0
	}
	return text[max(0, h.From-180)+from : h.From+len("》")], m[1], h.To
}
