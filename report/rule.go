package report

import (
	"proofcheck/checker"
	"proofcheck/lexicon"
)

// Rule is the JSON of what is known of a rule, in one language.
type Rule struct {
	ID       string  `json:"id"`
	Category string  `json:"category"`
	Title    string  `json:"title"`
	Reason   string  `json:"reason"`
	Level    string  `json:"level"`
	Quoted   string  `json:"quoted,omitempty"` // level inside quoted speech
	Clause   string  `json:"clause,omitempty"`
	Weight   float64 `json:"weight"`
	Whole    bool    `json:"whole,omitempty"` // judges a draft as a whole
	Standard string  `json:"standard,omitempty"`
	Wrong    string  `json:"wrong,omitempty"`
	Right    string  `json:"right,omitempty"`
}

// NewRule returns the JSON of i in a language, "zh" or "en".
func NewRule(i *checker.RuleInfo, lang string) Rule {
	r := Rule{
		ID: i.ID, Category: string(checker.CategoryOf(i.ID)), Title: i.Title(lang), Reason: i.Reason(lang), Level: i.Level.String(),
		Clause: i.Clause.String(), Weight: i.Weight, Standard: i.Standard, Wrong: i.Wrong, Right: i.Right,
	}
	for _, rule := range checker.Rules() {
		if rule.ID == i.ID {
			r.Whole = rule.Whole
		}
	}
	if i.Quoted != lexicon.Off {
		r.Quoted = i.Quoted.String()
	}
	return r
}
