package checker

import "slices"

// Rules returns all rules in the order in which they run. The slice and the rules must not be
// changed.
func Rules() []*Rule { return allRules }

// allRules is the explicit table, together with the tables of the categories: a rule that is not in
// one of them does not exist.
var allRules = slices.Concat(
	wordCategoryRules,
	typoRules,
	punctuationRules,
	numberRules,
	structureRules,
	characterRules,
	expressionRules,
	privacyRules,
	linkRules,
	pageRules,
)
